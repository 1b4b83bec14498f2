"""Cards and accounts from the desk: of one household, and of a village."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from flask import Flask

from server import job_kinds
from server.accounts.models import AuditEvent
from server.jobs.queue import run
from tests.console.desk import Desk, text_of
from tests.household_file.recording import Office
from tests.household_file.whole import Whole
from tests.making import SANLI, YIJIA, looking

assert job_kinds


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def desk(app: Flask, office: Office) -> Desk:
    return Desk(app)


def test_a_card_is_issued_for_a_purpose_and_fetched_again(
    app: Flask, desk: Desk, office: Office
) -> None:
    household, _ = office.register("张㛃", "王䶮")
    there = f"/console/households/{household}/sheets/wall_card"
    assert there in desk.page(f"/console/households/{household}")
    assert "还没有印过" in desk.page(there)
    answer = desk.post(there, year="2020", paper="A5", purpose="贴墙")
    with desk.get(answer.headers["Location"]) as file:
        assert file.mimetype == "application/pdf"
        with pikepdf.open(io.BytesIO(file.data)) as pdf:
            assert [float(side) for side in pdf.pages[0].mediabox[2:]] == pytest.approx(
                [419.5, 595.3], abs=1
            )
    with looking(app) as session:
        (kept,) = session.query(AuditEvent).filter_by(action="sheet.printed").all()
        assert (kept.reason, kept.detail["version"]) == ("贴墙", 1)
    page = text_of(desk.page(there))
    assert "第 1 版" in page

    other = Desk(app, "town_reviewer", YIJIA)
    for path in (there, answer.headers["Location"]):
        assert other.get(path).status_code == 404
    assert desk.get(there.replace("wall_card", "house_ledger")).status_code == 404


def test_where_there_is_nothing_to_print_it_says_so(desk: Desk, office: Office) -> None:
    household, _ = office.register("张㛃")
    there = f"/console/households/{household}/sheets"
    assert "没有登记留守人员" in desk.page(f"{there}/contact_card")
    assert "没有收入核算" in desk.page(f"{there}/income_account")
    assert desk.post(f"{there}/contact_card").status_code == 404
    desk.post("/console/print/", village=SANLI, what="contact_card")
    assert "没有登记留守人员" in desk.page("/console/print/")


def test_a_certain_account_is_chosen(desk: Desk, office: Office) -> None:
    whole = Whole(office)
    whole.registered()
    record = whole.accounted()
    there = f"/console/households/{whole.household}/sheets/income_account"
    assert f'value="{record}"' in desk.page(there)
    answer = desk.post(there, record=record)
    with desk.get(answer.headers["Location"]) as file:
        assert file.mimetype == "application/pdf"
    assert "SRB-" in desk.page(there)


def test_a_villages_cards_are_one_pdf(app: Flask, desk: Desk, office: Office) -> None:
    for name in ("张㛃", "王䶮"):
        office.register(name)
    assert "印哪一种" in desk.page("/console/print/", what="wall_card", village=SANLI)
    answer = desk.post(
        "/console/print/", village=SANLI, what="wall_card", sheet="single", purpose="交给农户"
    )
    there = answer.headers["Location"]
    with app.app_context():
        run(there.rpartition("/")[2])
    assert "/console/sheets/" in desk.page(there)
    with desk.get(f"{there}/file") as file, pikepdf.open(io.BytesIO(file.data)) as pdf:
        assert len(pdf.pages) == 2
        with pdf.open_outline() as outline:
            assert {one.title.split()[0] for one in outline.root} == {"张㛃", "王䶮"}
        assert "帮扶明白卡" in str(pdf.docinfo["/Title"])


def test_a_sheet_is_confirmed_by_its_code(desk: Desk, office: Office) -> None:
    whole = Whole(office)
    whole.registered()
    record = whole.accounted(approve=False)
    there = f"/console/households/{whole.household}/sheets/income_account"
    desk.post(there)
    row = re.search(r"(SRB-\S+) .*? ([0-9A-F]{16})", text_of(desk.page(there)))
    assert row
    for code in (f"YIHU:{row[1]}:1:{row[2]}:1", row[2]):
        page = text_of(desk.page("/console/print/check", code=code))
        assert f"编号 {row[1]}" in page
        assert "这是最新的一版" in page
    other = Desk(desk.app, "town_reviewer", YIJIA)
    assert "没有印过" in other.page("/console/print/check", code=row[2])

    office.decide(record, "reject", "算错了")
    assert "所依据的记录有更正" in desk.page("/console/print/check", code=row[2])
    assert row[1] in desk.page("/console/print/corrections")
