"""Issuing sheets: same facts, same version, same bytes; every version kept with what it used."""

from __future__ import annotations

import errno
import subprocess
from dataclasses import dataclass, replace

import pikepdf
import pytest
from flask import Flask

from server.config import Settings
from server.household_file import kept
from server.household_file.content.facts import Fact
from server.household_file.sheets import queries
from server.household_file.sheets.facts import Sheet
from server.household_file.sheets.issue import Issued, issue
from server.household_file.sheets.wall_card import WallCard
from tests.making import SANLI, looking

NOBODY = WallCard(
    paper="A4",
    year="2026",
    committee="三里村民委员会",
    head=Fact("张㛃"),
    household_no="",
    address=Fact(),
    household_type=Fact(),
    identified=Fact(),
    left_poverty=Fact(),
    cause="",
    members=(),
    more_members=0,
    helper={name: Fact() for name in ("name", "unit", "post", "phone")},
    measures=(),
    left_out=0,
    income=None,
    supervision="",
)
SHEET = Sheet(
    kind="wall_card",
    key="37999900100100001",
    title="帮扶明白卡 张㛃",
    author="三里村民委员会",
    as_of="2026-03-01",
    villages=(SANLI,),
    content=NOBODY,
    household_id="8f0c0000-0000-4000-8000-000000000001",
    pages=1,
    used=("a-record",),
)


@dataclass
class Desk:
    app: Flask

    def issue(self, sheet: Sheet) -> Issued:
        with self.app.app_context():
            return issue(sheet)


@pytest.fixture
def desk(ground: Flask) -> Desk:
    return Desk(ground)


def test_the_same_facts_are_the_same_version_and_the_same_bytes(desk: Desk) -> None:
    first = desk.issue(SHEET)
    content = first.path.read_bytes()
    first.path.unlink()
    later = desk.issue(replace(SHEET, as_of="2026-04-01"))
    assert (first.rendered, later.rendered) == (True, True)
    assert (later.version, later.as_of, later.pages) == (1, first.as_of, 1)
    assert later.path.read_bytes() == content
    assert not desk.issue(SHEET).rendered

    news = replace(NOBODY, address=Fact("果里镇三里村"))
    assert desk.issue(replace(SHEET, content=news)).version == 2
    assert desk.issue(SHEET).version == 1


def test_a_sheet_remembers_every_submission_it_ever_rested_on(desk: Desk) -> None:
    desk.issue(SHEET)
    issued = desk.issue(replace(SHEET, used=("another",)))
    with looking(desk.app) as session:
        row = queries.sheet(session, issued.id)
        assert row is not None
        assert row.used == ["a-record", "another"]
        assert queries.carrying(session, [SHEET.household_id]) == {SHEET.household_id: [row]}


def test_the_digits_of_a_footer_lead_to_the_sheet(desk: Desk) -> None:
    issued = desk.issue(SHEET)
    digits = issued.digest[:16].upper()
    with looking(desk.app) as session:
        found = queries.find(session, "MBK-37999900100100001", 1, digits)
        assert found is not None
        assert found.id == issued.id
        assert queries.find(session, "MBK-37999900100100001", 2, digits) is None
        assert queries.find(session, "MBK-37999900100100001", 1, "0" * 16) is None
    facts = kept.facts(issued.path.with_name(kept.facts_path(issued.path.name)))
    assert facts is not None
    assert facts["content"]["head"]["text"] == "张㛃"


def test_a_full_disk_leaves_nothing_half_written_and_no_version_is_lost(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as small:
        small.setattr("server.household_file.kept.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            desk.issue(SHEET)
    assert not [one for one in settings.printed.rglob("*") if one.is_file()]
    again = desk.issue(SHEET)
    assert (again.version, again.pages, again.rendered) == (1, 1, True)


def test_a_sheet_is_a_pdf_for_the_archive(desk: Desk) -> None:
    issued = desk.issue(SHEET)
    checked = subprocess.run(["qpdf", "--check", issued.path], capture_output=True, check=True)
    assert b"No syntax or stream encoding errors" in checked.stdout
    with pikepdf.open(issued.path) as document:
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "U")
        assert document.Root.Lang == "zh-CN"
        assert "MBK-37999900100100001 第1版" in str(document.docinfo["/Title"])
        assert str(document.docinfo["/Author"]) == "三里村民委员会"
    fonts = subprocess.run(["pdffonts", issued.path], capture_output=True, text=True, check=True)
    lines = fonts.stdout.splitlines()[2:]
    assert lines
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines)
