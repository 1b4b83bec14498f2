"""Printing households and villages: versions, kept files, joined files, failures."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import ANY

import pikepdf
import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event

from server import clock, jobs
from server.attachments import store
from server.config import Settings
from server.database import db
from server.household_file.content.gather import gather
from server.household_file.issuing import rendering
from server.household_file.issuing.job import VILLAGE_FILES
from server.household_file.issuing.printing import Printed, prepare, print_household
from server.household_file.issuing.rendering import render
from server.household_file.issuing.village import Done, print_list, print_village
from server.household_file.kept import slip_path
from server.household_file.order import Order
from server.household_file.printed import queries
from server.household_file.typeset.pdf import PrintingFailed
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


def test_a_damaged_picture_is_told_in_its_place_and_in_the_closing_note(office: Office) -> None:
    household, _ = office.register("张㛃")
    office.visit(household, photos=("院子.jpg", "堂屋.jpg"))
    office.arrive("院子.jpg", b"not a picture")
    office.arrive("堂屋.jpg", picture(1)[:4000])
    text = "".join(text_of(printed(office, household).path).split())
    assert text.count("照片打不开，请记录人重新上传") == 4
    assert "照片缺2张：院子（照片打不开，请记录人重新上传）；堂屋（" in text


def test_a_picture_that_is_lost_meanwhile_is_told_and_leaves_no_file(
    office: Office, settings: Settings
) -> None:
    household, _ = office.register("张㛃")
    office.visit(household, photos=("院子.jpg",))
    office.arrive("院子.jpg", picture(1))
    with office.app.app_context():
        work = prepare(household, clock.today())
        store.path_of(settings.files, office.named("院子.jpg").sha256, "thumb").unlink()
        with pytest.raises(PrintingFailed, match="打不开"):
            render(work)
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
    assert village.path.read_bytes().startswith(b"%PDF-1.7")
    with pikepdf.open(village.path) as document:
        # five pages each, and a blank one so that each begins on the front of a sheet
        assert len(document.pages) == village.pages == 6 * len(households)
        assert not document.pages[5].obj.get("/Contents")
        with document.open_outline() as outline:
            titles = [item.title.split()[0] for item in outline.root]
            chapters = [[chapter.title for chapter in item.children] for item in outline.root]
        assert str(document.docinfo["/Title"]) == "三里村一户一档"
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "U")
        assert str(document.Root.Lang) == "zh-CN"
        (intent,) = document.Root.OutputIntents
        assert "sRGB" in str(intent.OutputConditionIdentifier)
        images = [one for one in document.objects if isinstance(one, pikepdf.Stream)]
        assert not any(one.get("/Interpolate", False) for one in images)
    with pikepdf.open(village.leaves[0].path) as single:
        assert str(single.docinfo["/Author"]) == "果里镇三里村村民委员会"
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
    office.damage(broken)
    order = Order(clock.today().isoformat(), villages=(SANLI,))
    with writing(office.app) as session:
        job_id = jobs.enqueue(session, VILLAGE_FILES, order.params() | {"list": "one"})
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
    for name in ("张㛃", "王䶮", "李𬭎", "赵𠅤"):
        household, _ = office.register(name)
    office.visit(household, photos=("院子.jpg",))
    office.arrive("院子.jpg", picture(1))
    with office.app.app_context():
        alone = print_village(SANLI, None, lambda *_: None, processes=1)
        contents = [one.path.read_bytes() for one in alone.leaves]
        for one in alone.leaves:
            one.path.unlink()
        together = print_village(SANLI, None, lambda *_: None, processes=2)
    assert together.rendered == 4
    assert [one.path.read_bytes() for one in together.leaves] == contents


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
    assert not [path for path in settings.printed.rglob("*") if path.is_file()]


def done(office: Office, list_id: str = "one", **order: object) -> Done:
    """Print what is ordered of the village, in this process."""
    wanted = {"as_of": clock.today().isoformat(), "villages": (SANLI,)} | order
    with office.app.app_context():
        return print_list(list_id, Order(**wanted), lambda *_: None, processes=1)  # type: ignore[arg-type]


def test_chosen_days_are_printed_beside_the_usual_file(office: Office) -> None:
    household, _ = office.register("张㛃")
    office.visit(household)
    usual = done(office, "usual")
    chosen = done(office, "chosen", since="2024-01-01", until="2024-12-31")
    assert usual.path is not None
    assert chosen.path is not None
    assert "入户走访记录" in text_of(usual.path)
    assert "入户走访记录" not in text_of(chosen.path)
    assert "2024年度" in text_of(chosen.path)
    again = done(office, "again")
    assert (again.rendered, [one.version for one in again.leaves]) == (0, [1])


def states(office: Office, list_id: str = "one") -> dict[str, int]:
    with looking(office.app) as session:
        return queries.list_states(session, list_id)


class Stopped(Exception):
    """Somebody pauses the job, or its process is killed."""


def test_a_list_that_was_stopped_goes_on_where_it_was(office: Office) -> None:
    for name in ("张㛃", "王䶮", "李𬭎"):
        office.register(name)
    order = Order(clock.today().isoformat(), villages=(SANLI,))

    def stop(done: int, total: int, message: str) -> None:
        if done == 1:
            raise Stopped

    with office.app.app_context(), pytest.raises(Stopped):
        print_list("one", order, stop, processes=1)
    assert {name: states(office)[name] for name in ("rendered", "waiting")} == {
        "rendered": 1,
        "waiting": 2,
    }
    told: list[int] = []
    with office.app.app_context():
        after = print_list("one", order, lambda count, *_: told.append(count), processes=1)
    assert (told[0], after.rendered, len(after.leaves)) == (1, 3, 3)


def test_what_failed_is_tried_again_and_what_is_done_stays(office: Office) -> None:
    office.register("张㛃")
    broken, _ = office.register("王䶮")
    office.damage(broken)
    assert [one.head for one in done(office).failed] == ["王䶮"]
    office.mend(broken)
    after = done(office)
    assert (len(after.leaves), after.failed) == (2, ())


def test_only_what_changed_since_the_last_printing_is_bound(office: Office) -> None:
    first, _ = office.register("张㛃")
    office.register("王䶮")
    done(office, "before")
    office.visit(first)
    after = done(office, "after", changed=True)
    assert [leaf.head for leaf in after.leaves] == ["张㛃"]
    assert done(office, "again", changed=True).path is None


def test_an_unchanged_household_is_not_gathered_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    household, _ = office.register("张㛃")
    done(office, "before")
    gathered: list[str] = []

    def no_gathering(_session: object, household_id: str, *_: object) -> None:
        gathered.append(household_id)
        raise AssertionError("gathered")

    monkeypatch.setattr("server.household_file.issuing.printing.gather", no_gathering)
    assert done(office, "again").leaves
    assert gathered == []
    office.visit(household)
    assert done(office, "changed").failed
    assert gathered == [household]


def test_single_files_come_with_their_list(office: Office) -> None:
    for name in ("张㛃", "王䶮"):
        office.register(name)
    made = done(office, given="zip", tagged=True)
    assert made.path is not None
    with zipfile.ZipFile(made.path) as archive:
        names = archive.namelist()
        book = load_workbook(io.BytesIO(archive.read("清单.xlsx")))
        with pikepdf.open(io.BytesIO(archive.read(names[0]))) as document:
            assert document.Root.MarkInfo.Marked
            assert "/StructTreeRoot" in document.Root
            with document.open_metadata() as metadata:
                assert metadata["pdfaid:conformance"] == "A"
    assert [name[-4:] for name in names] == [".pdf", ".pdf", "xlsx"]
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert [row[6] for row in rows[1:]] == names[:2]


def test_an_old_printer_gets_fronts_and_backs(office: Office) -> None:
    for name in ("张㛃", "王䶮", "李𬭎"):
        office.register(name)
    made = done(office, sheet="manual", per_batch=2)
    assert made.path is not None
    assert (made.pages, made.sheets) == (18, 9)
    with zipfile.ZipFile(made.path) as archive:
        names = archive.namelist()
        assert [name.partition(" ")[0] for name in names] == [
            "付印单.pdf",
            *["第1册"] * 2,
            *["第2册"] * 2,
        ]
        text = of_pdf(archive.read(names[0]))
        pages = [text_pages(archive.read(name)) for name in names[1:3]]
    assert "7–11" in text
    fronts, backs = pages
    assert len(fronts) == len(backs) == 6
    assert "一户一档" in fronts[0]
    # the second page of the volume is the back of the first sheet, and lies last
    assert "卷内文件目录" in backs[-1]


def of_pdf(content: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def text_pages(content: bytes) -> list[str]:
    return of_pdf(content).split("\f")[:-1]


def test_a_printer_without_colour_gets_grey_photos(office: Office) -> None:
    household, _ = office.register("张㛃")
    office.visit(household, photos=("院子.jpg",))
    office.arrive("院子.jpg", picture(1))
    coloured, made = done(office, "colour"), done(office, "grey", grey=True)
    assert coloured.path is not None
    assert made.path is not None
    assert "/DeviceRGB" in spaces(coloured.path)
    assert "/DeviceRGB" not in spaces(made.path)
    assert text_of(made.path) == text_of(coloured.path)


def spaces(path: Path) -> set[str]:
    with pikepdf.open(path) as document:
        return {
            str(one.ColorSpace)
            for one in document.objects
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
        }


def test_on_one_side_every_page_is_bound_at_the_left_and_a_slip_says_where_each_begins(
    office: Office,
) -> None:
    for name in ("张㛃", "王䶮"):
        office.register(name)
    made = done(office, sheet="single")
    assert made.path is not None
    with pikepdf.open(made.path) as document:
        shifts = [[round(float(edge)) for edge in page.mediabox][:2] for page in document.pages]
    # the members' table lies on its side: its head is at the binding edge
    of_one = [[0, 0], [-23, 0], [0, 0], [0, 23], [0, 0]]
    assert shifts == 2 * of_one
    assert "6–10" in text_of(slip_path(made.path))


def test_printing_goes_on_at_a_household_of_the_list(office: Office) -> None:
    for name in ("张㛃", "王䶮", "李𬭎"):
        office.register(name)
    whole = done(office, "whole")
    assert [leaf.place for leaf in done(office, "rest", first=2).leaves] == [2, 3]
    assert [leaf.place for leaf in whole.leaves] == [1, 2, 3]


def test_a_file_that_was_not_joined_whole_is_never_there(
    office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.register("张㛃")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pikepdf.Pdf.save", full)
    with pytest.raises(OSError, match="No space left"):
        done(office)
    assert not [path for path in (settings.printed / "bound").rglob("*") if path.is_file()]


def test_a_household_that_kills_its_process_costs_only_itself(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("张㛃", "王䶮", "李𬭎", "赵𠅤"):
        office.register(name)
    monkeypatch.setattr(rendering, "_attempt_and_collect", die_on_one)
    order = Order(clock.today().isoformat(), villages=(SANLI,))
    with office.app.app_context():
        made = print_list("one", order, lambda *_: None, processes=2)
    assert [one.head for one in made.failed] == ["王䶮"]
    assert "停了" in made.failed[0].reason
    assert len(made.leaves) == 3


def die_on_one(work: rendering.Work) -> str | None:
    """Renders in another process; the system kills it at one household."""
    if work.file.head.text == "王䶮":
        os.kill(os.getpid(), signal.SIGKILL)
    return rendering.attempt(work)


def test_gathering_reads_nothing_that_the_stamps_do_not_know(office: Office) -> None:
    household, _ = office.register("张㛃", "王䶮")
    office.visit(household, photos=("院子.jpg",))
    # written once with a submission and never changed, or only by what the stamps know
    settled = {"writes", "stored_files"}
    read: set[str] = set()

    def note(_c: object, _x: object, statement: str, *_: object) -> None:
        read.update(re.findall(r"(?:FROM|JOIN) (\w+)", statement))

    with looking(office.app) as session:
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            gather(session, household, clock.today())
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
    assert read <= queries.STAMPED | settled
    assert {"entities", "submissions", "remarks"} <= read


def test_a_job_on_a_full_disk_says_so_and_goes_on_when_there_is_room(
    office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("张㛃", "王䶮"):
        office.register(name)
    order = Order(clock.today().isoformat(), villages=(SANLI,))
    with writing(office.app) as session:
        job_id = jobs.enqueue(session, VILLAGE_FILES, order.params() | {"list": "one"})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as small, office.app.app_context():
        small.setattr("server.household_file.kept.os.fsync", full)
        run(job_id)
        stopped = jobs.state_of(job_id)
    assert stopped is not None
    assert (stopped.state, stopped.message) == ("failed", "磁盘满了，腾出空间后再试。")
    assert not [path for path in settings.printed.rglob("*") if path.is_file()]
    with office.app.app_context():
        jobs.resume(job_id)
        run(job_id)
        after = jobs.state_of(job_id)
    assert after is not None
    assert (after.state, after.result["households"], after.result["failed"]) == ("done", 2, [])
