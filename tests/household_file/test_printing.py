"""Printing households and villages: versions, kept files, joined files, failures."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path
from unittest.mock import ANY

import pikepdf
import pytest
from flask import Flask

from server import clock, jobs
from server.config import Settings
from server.household_file import queries
from server.household_file.job import VILLAGE_FILES
from server.household_file.pdf import PrintingFailed
from server.household_file.printing import Printed, print_household
from server.household_file.village import print_village
from server.jobs.queue import run
from server.problems import NotFound
from tests.household_file.households import drawn_signature, picture
from tests.household_file.recording import Office
from tests.making import SANLI, YIJIA, looking, writing


@pytest.fixture
def office(ground: Flask) -> Office:
    return Office(ground)


def printed(office: Office, household: str, days: int = 0) -> Printed:
    with office.app.app_context():
        return print_household(household, clock.today() + timedelta(days=days))


def text_of(path: Path) -> str:
    command = ["pdftotext", "-layout", str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_household_is_printed_once_and_again_only_after_news(office: Office) -> None:
    household, registration = office.register("张㛃", "王䶮")
    first = printed(office, household)
    assert (first.version, first.rendered) == (1, True)
    later = printed(office, household, days=3)
    assert (later.version, later.rendered, later.path) == (1, False, first.path)
    assert later.as_of == first.as_of

    office.decide(registration)
    second = printed(office, household)
    assert (second.version, second.rendered) == (2, True)
    assert first.path.exists()
    with looking(office.app) as session:
        assert [row.version for row in queries.versions(session, household)] == [2, 1]


def test_a_lost_pdf_is_made_again_with_the_same_bytes(office: Office) -> None:
    household, _ = office.register("张㛃")
    first = printed(office, household)
    content = first.path.read_bytes()
    first.path.unlink()
    again = printed(office, household, days=5)
    assert again.rendered
    assert again.path.read_bytes() == content


def test_photos_and_signature_are_in_the_pdf(office: Office) -> None:
    household, _ = office.register("张㛃", "王䶮")
    office.visit(
        household,
        photos=("院子.jpg", "堂屋.jpg"),
        sign_way="self",
        signature_household="sign.png",
    )
    office.arrive("院子.jpg", picture(1))
    office.arrive("sign.png", drawn_signature())
    result = printed(office, household)
    text = text_of(result.path)
    assert "院子" in text
    assert "照片缺" in text
    assert "本人签" in text
    with pikepdf.open(result.path) as document:
        images = [o for o in document.objects if isinstance(o, pikepdf.Stream) and "/Width" in o]
    # the photo, the signature with its mask, and the square code
    assert len(images) >= 3


def test_a_photo_that_is_lost_on_the_disk_keeps_its_place(office: Office) -> None:
    household, _ = office.register("张㛃")
    office.visit(household, photos=("院子.jpg",))
    assert "照片缺" in text_of(printed(office, household).path)
    office.arrive("院子.jpg", picture(1))
    result = printed(office, household)
    assert result.version == 2
    assert "照片缺" not in text_of(result.path)


def test_a_damaged_picture_is_told_and_leaves_no_file(office: Office, settings: Settings) -> None:
    household, _ = office.register("张㛃")
    office.visit(household, photos=("院子.jpg",))
    office.arrive("院子.jpg", b"not a picture")
    with pytest.raises(PrintingFailed):
        printed(office, household)
    assert not list(settings.printed.rglob("*.pdf"))


def test_a_village_is_one_file_with_a_bookmark_for_every_household(office: Office) -> None:
    households = [office.register(name)[0] for name in ("张㛃", "王䶮", "李𬭎")]
    told: list[tuple[int, int]] = []
    with office.app.app_context():
        village = print_village(SANLI, None, lambda done, total, _: told.append((done, total)))
    assert village.path is not None
    assert told[0] == (0, 3)
    assert told[-1] == (3, 3)
    assert village.rendered == 3
    checked = subprocess.run(
        ["qpdf", "--check", village.path], capture_output=True, text=True, check=True
    )
    assert "No syntax or stream encoding errors" in checked.stdout
    with pikepdf.open(village.path) as document:
        assert len(document.pages) == village.pages == 5 * len(households)
        with document.open_outline() as outline:
            titles = [item.title.split()[0] for item in outline.root]
            chapters = [[chapter.title for chapter in item.children] for item in outline.root]
        assert str(document.docinfo["/Title"]) == "三里村一户一档"
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "U")
    assert sorted(titles) == sorted(("张㛃", "王䶮", "李𬭎"))
    assert chapters[0][:3] == ["封面", "卷内文件目录", "农户基本信息表未核"]


def test_links_of_the_contents_lead_into_their_own_household(office: Office) -> None:
    for name in ("张㛃", "王䶮"):
        office.register(name)
    with office.app.app_context():
        village = print_village(SANLI, None, lambda *_: None)
    assert village.path is not None
    with pikepdf.open(village.path) as document:
        places = pikepdf.NameTree(document.Root.Names.Dests)
        numbers = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        per_household = village.pages // 2
        for number, page in enumerate(document.pages):
            for link in page.get("/Annots", []):
                name = str(link.get("/Dest") or link.A.D)
                place = places[name].D[0].objgen
                assert numbers[place] // per_household == number // per_household


def test_printing_a_village_again_renders_only_what_changed(office: Office) -> None:
    first, _ = office.register("张㛃")
    office.register("王䶮")
    with office.app.app_context():
        before = print_village(SANLI, None, lambda *_: None)
        same = print_village(SANLI, None, lambda *_: None)
    assert (before.rendered, same.rendered, same.path) == (2, 0, before.path)
    office.visit(first)
    with office.app.app_context():
        after = print_village(SANLI, None, lambda *_: None)
    assert after.rendered == 1
    assert after.path != before.path


def test_the_same_files_joined_twice_are_the_same_bytes(office: Office) -> None:
    office.register("张㛃")
    with office.app.app_context():
        once = print_village(SANLI, None, lambda *_: None)
        assert once.path is not None
        content = once.path.read_bytes()
        print_village(SANLI, None, lambda *_: None)
    assert once.path.read_bytes() == content


def test_a_household_that_fails_is_reported_and_the_others_are_printed(office: Office) -> None:
    office.register("张㛃")
    broken, _ = office.register("王䶮")
    office.visit(broken, photos=("院子.jpg",))
    office.arrive("院子.jpg", b"not a picture")
    with writing(office.app) as session:
        job_id = jobs.enqueue(session, VILLAGE_FILES, {"village": SANLI})
    with office.app.app_context():
        run(job_id)
        job = jobs.state_of(job_id)
    assert job is not None
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert job.result["households"] == 1
    assert job.result["failed"] == [
        {"household_id": broken, "household_no": "", "head": "王䶮", "reason": ANY}
    ]
    assert "1 户没有印出来" in job.message


def test_a_village_printed_by_several_processes_has_the_same_bytes(office: Office) -> None:
    for name in ("张㛃", "王䶮", "李𬭎"):
        household, _ = office.register(name)
    office.visit(household, photos=("院子.jpg",))
    office.arrive("院子.jpg", picture(1))
    with office.app.app_context():
        alone = print_village(SANLI, None, lambda *_: None, processes=1)
        contents = [one.path.read_bytes() for one in alone.printed]
        for one in alone.printed:
            one.path.unlink()
        together = print_village(SANLI, None, lambda *_: None, processes=2)
    assert together.rendered == 3
    assert [one.path.read_bytes() for one in together.printed] == contents


def test_a_village_without_households_says_so(office: Office) -> None:
    with office.app.app_context(), pytest.raises(NotFound):
        print_village(YIJIA, None, lambda *_: None)


def test_a_full_disk_ends_the_printing_and_leaves_nothing_half_written(
    office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    household, _ = office.register("张㛃")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("server.household_file.kept.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        printed(office, household)
    assert not list(settings.printed.rglob("*"))[1:]
