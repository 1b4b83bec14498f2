"""Paper that comes back: from the scanner to its place in the household's file."""

from __future__ import annotations

import errno
import io
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from server import clock, jobs
from server.accounts.actor import Actor
from server.attachments import store
from server.attachments.reading import open_attachment
from server.config import current
from server.household_file import kept
from server.household_file.content.file import HouseholdFile
from server.household_file.content.gather import gather
from server.household_file.content.sections import documents
from server.household_file.issuing.printing import Printed, print_household
from server.household_file.order import Order
from server.household_file.printed.corrections import corrections
from server.household_file.printed.pages import Placed, placed
from server.household_file.printed.queries import versions
from server.household_file.printed.stamps import stamps
from server.household_file.returned import batch as batches
from server.household_file.returned import filing, opening, queries, reading
from server.household_file.returned.batch import Target
from server.household_file.returned.filing import file_page, note_material, of_document
from server.household_file.sheets.households import sheet_of
from server.household_file.sheets.issue import issue
from server.household_file.typeset.code import Code
from server.intake.office import Decision
from server.intake.paper import Material
from server.jobs.queue import run
from server.policy.models import PolicyValue
from server.review.submit import submit_decision
from tests.forms.instances import register_xml
from tests.household_file.recording import Office, new_id
from tests.household_file.scanning import a_page, as_pdf, drawn, scanned
from tests.making import SANLI, TOWN, YIJIA, looking, writing


@pytest.fixture
def office(ground: Flask) -> Office:
    return Office(ground)


def printed(office: Office, household: str) -> Printed:
    with office.app.app_context():
        return print_household(household)


def documents_of(office: Office, one: Printed) -> dict[str, Placed]:
    with office.app.app_context():
        found = placed(current().printed, kept.path_of(one.path.stem))
    assert found is not None
    return {each.key: each for each in found}


def code_of(one: Printed, page: int | None) -> Code:
    number = one.household_no or one.household_id
    return Code(number, one.version, one.path.stem[:16].upper(), page)


def paper(one: Printed, *wanted: int) -> list[Image.Image]:
    """Sheets of a printed version as they came from the printer and lie in the volume."""
    sheets = drawn(one.path, 200)
    found = [sheets[page - 1] for page in wanted]
    return [page.rotate(90, expand=True) if page.width > page.height else page for page in found]


def hand_in(
    office: Office, *files: bytes, actor: Actor | None = None, target: Target | None = None
) -> tuple[str, str]:
    """A batch, not read yet: its id and its job's."""
    with office.app.app_context():
        batch_id = batches.new_id()
        batches.put_down([io.BytesIO(one) for one in files], batch_id)
    with writing(office.app) as session:
        names = [f"扫描{number}.pdf" for number in range(len(files))]
        job = batches.begin(
            session, actor or office.reviewer, batch_id, names, date(2026, 3, 5), target
        )
    return batch_id, job


def read(office: Office, *files: bytes, target: Target | None = None) -> str:
    batch_id, job = hand_in(office, *files, target=target)
    with office.app.app_context():
        run(job)
        found = jobs.state_of(job)
        assert found is not None
        assert found.state == "done", found.message
    return batch_id


def states(office: Office, batch_id: str) -> list[tuple[str, str]]:
    with looking(office.app) as session:
        rows = queries.pages(session, batch_id, ("filed", "waiting", "blank", "broken"))
        waiting = {row.id for row in queries.pages(session, batch_id, ("waiting",))}
        return [("waiting" if row.id in waiting else row.state, row.hint) for row in rows]


def now(office: Office, household: str) -> HouseholdFile:
    with looking(office.app) as session:
        return gather(session, household, clock.today())


def approved(office: Office, *names: str) -> str:
    household, registration = office.register(*names)
    office.decide(registration)
    return household


def words_of(path: Path) -> str:
    command = ["pdftotext", str(path), "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "".join(told.split())


def test_signed_pages_find_their_document_and_stand_behind_it(office: Office) -> None:
    household = approved(office, "张㛃", "王䶮")
    first = printed(office, household)
    basic = documents_of(office, first)["basic"]
    members = documents_of(office, first)["members"]
    sheets = paper(first, basic.first, members.first)
    batch = read(
        office,
        as_pdf(
            [scanned(sheets[0], turned=180, grey=True), Image.new("RGB", (1240, 1754), "white")]
        ),
        as_pdf([scanned(sheets[1], turned=3)]),
    )
    assert states(office, batch) == [("filed", ""), ("blank", ""), ("filed", "")]

    file = now(office, household)
    assert [(one.document, one.version, one.place) for one in file.scans] == [
        ("basic", 1, 1),
        ("members", 1, 1),
    ]
    assert not any(one.changed for one in file.scans)
    found = {one.key: one for one in documents(file)}
    assert found["basic"].note == "签字件 1 页"
    assert found["basic"].signed

    second = printed(office, household)
    assert (second.version, second.rendered) == (2, True)
    text = words_of(second.path)
    assert "已手签，扫描件附后" in text
    assert "所扫为第1版" in text
    assert "2026年3月5日扫描，赵国强归档" in text
    again = documents_of(office, second)["basic"]
    assert again.last == again.first + 1
    assert printed(office, household).version == 2


def test_what_changed_since_it_was_signed_says_so(office: Office) -> None:
    household = approved(office, "张㛃")
    first = printed(office, household)
    basic = documents_of(office, first)["basic"]
    read(office, as_pdf(paper(first, basic.first)))
    newer = new_id()
    xml = register_xml(household, instance_id=newer, phone="13900009999")
    office.decide(office.send("household_register", newer, xml))
    (scan,) = now(office, household).scans
    assert scan.changed
    assert "所扫为第1版，此后内容有变动" in words_of(printed(office, household).path)


def test_the_page_of_a_visit_stays_when_others_come(office: Office) -> None:
    household = approved(office, "张㛃")
    visit = office.visit(household)
    office.decide(visit)
    first = printed(office, household)
    read(office, as_pdf(paper(first, documents_of(office, first)["v0"].first)))
    for _ in range(2):
        office.decide(office.visit(household))
    file = now(office, household)
    (scan,) = file.scans
    (here,) = (at for at, one in enumerate(file.visits) if one.instance_id == visit)
    document = f"v{here}" if file.visits[here].full else "visits"
    assert (scan.document, scan.changed) == (document, False)
    assert scan.title.startswith("入户走访记录（")


def test_the_newest_scan_of_a_page_holds_and_one_withdrawn_waits_again(office: Office) -> None:
    household = approved(office, "张㛃")
    first = printed(office, household)
    sheet = paper(first, documents_of(office, first)["basic"].first)
    read(office, as_pdf(sheet))
    batch = read(office, as_pdf([scanned(sheet[0], dpi=250)]))
    (scan,) = now(office, household).scans
    with looking(office.app) as session:
        (row,) = queries.pages(session, batch, ("filed",))
    assert scan.sha256 == row.sha256

    with writing(office.app) as session:
        decision = Decision(str(row.instance_id), "reject", ((None, "放错了"),))
        submit_decision(session, office.reviewer, decision, clock.now())
    assert states(office, batch) == [("waiting", "")]
    (older,) = now(office, household).scans
    assert older.sha256 != row.sha256
    with writing(office.app) as session:
        again = queries.page(session, row.id)
        version = queries.by_code(session, first.path.stem[:16], 1)[0]
        members = documents_of(office, first)["members"]
        shown = of_document(version, members, 1, current().printed)
        assert again is not None
        file_page(session, office.reviewer, again, shown, on=clock.today(), now=clock.now())
    assert [one.document for one in now(office, household).scans] == ["basic", "members"]


def test_what_a_code_does_not_lead_to_waits_and_says_why(office: Office) -> None:
    household = approved(office, "张㛃")
    first = printed(office, household)
    no_page = a_page(replace(code_of(first, 1), page=None))
    unknown = a_page(Code("37999911021700017", 3, "0123456789ABCDEF", 2))
    batch = read(office, as_pdf([a_page(), no_page, unknown, a_page(code_of(first, 99))]))
    assert states(office, batch) == [
        ("waiting", filing.NO_CODE),
        ("waiting", filing.NO_PAGE),
        ("waiting", filing.UNKNOWN),
        ("waiting", filing.GONE),
    ]


def test_a_sheet_printed_beside_the_file_says_so_and_whose_it_is(office: Office) -> None:
    household = approved(office, "张㛃")
    with looking(office.app) as session:
        order = Order(clock.today().isoformat(), what="wall_card", year=str(clock.today().year))
        sheet = sheet_of(session, household, order)
    with office.app.app_context():
        issued = issue(sheet)
    code = Code(issued.number, issued.version, issued.path.stem[:16].upper(), 1)
    batch = read(office, as_pdf([a_page(code)]))
    assert states(office, batch) == [("waiting", filing.SHEET.format("帮扶明白卡"))]
    with looking(office.app) as session:
        (row,) = queries.pages(session, batch, ("waiting",))
    assert row.household_id == household


def test_a_page_of_another_village_is_not_filed_and_says_no_name(office: Office) -> None:
    household = approved(office, "张㛃")
    first = printed(office, household)
    stranger = office.somebody("town_reviewer", YIJIA, "孙敏")
    basic = documents_of(office, first)["basic"].first
    batch, job = hand_in(office, as_pdf([a_page(code_of(first, basic))]), actor=stranger)
    with office.app.app_context():
        run(job)
    assert states(office, batch) == [("waiting", filing.NOT_YOURS)]
    assert now(office, household).scans == ()


def test_files_that_cannot_be_opened_cost_themselves(office: Office) -> None:
    batch = read(office, b"", b"%PDF-1.4 broken", as_pdf([a_page()]), b"PK nothing")
    with looking(office.app) as session:
        found = queries.batch(session, batch)
    assert found is not None
    assert [one["fault"] for one in found.files] == [
        opening.EMPTY,
        opening.BROKEN,
        "",
        opening.NOT_KNOWN,
    ]
    assert states(office, batch) == [("waiting", filing.NO_CODE)]


def test_a_batch_goes_on_where_it_was_killed_or_the_disk_was_full(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, job = hand_in(office, as_pdf([a_page(text=str(number)) for number in range(4)]))
    full = OSError(errno.ENOSPC, "full")

    def keep(*said: object) -> None:
        raise full

    read_pages: list[int] = []
    really = reading.read

    def count(image: Image.Image) -> object:
        read_pages.append(1)
        if len(read_pages) == 3:
            monkeypatch.setattr(batches, "keep", keep)
        return really(image)

    monkeypatch.setattr(batches, "read", count)
    with office.app.app_context():
        run(job)
        found = jobs.state_of(job)
    assert found is not None
    assert (found.state, found.message) == ("failed", "磁盘满了，腾出空间后再试。")
    assert len(states(office, batch)) == 2

    monkeypatch.undo()
    monkeypatch.setattr(batches, "read", count)
    read_pages[:] = [1, 1, 1]
    with office.app.app_context():
        jobs.resume(job)
        run(job)
        assert not batches.folder_of(batch).exists()
    assert len(states(office, batch)) == 4
    assert len(read_pages) == 5


def test_copies_of_papers_are_filed_without_any_code_and_counted(office: Office) -> None:
    household = approved(office, "张㛃")
    target = Target(household, "3", "居民身份证")
    read(office, as_pdf([a_page(text="正面"), a_page(text="反面二")]), target=target)
    scans = now(office, household).scans
    assert {(one.title, one.version) for one in scans} == {("居民身份证", 0)}


def material(household: str, **said: object) -> Material:
    return replace(Material(household, "3", "户口簿首页、户主页"), **said)  # type: ignore[arg-type]


def test_a_material_kept_elsewhere_is_catalogued_with_its_pages(office: Office) -> None:
    household, registration = office.register("张㛃", identify_year="2014")
    office.decide(registration)
    with writing(office.app) as session:
        said = material(household, copies=1, pages=3, kept_at="镇档案室", archive_no="0123-7")
        note_material(session, office.reviewer, said, clock.today(), clock.now())
    file = now(office, household)
    identity = next(one for one in documents(file) if one.key == "identity")
    assert identity.note == "插页；存他处 3 页"
    text = words_of(printed(office, household).path)
    assert "镇档案室，0123-7" in text
    with writing(office.app) as session:
        note_material(session, office.reviewer, material(household), clock.today(), clock.now())
    identity = next(one for one in documents(now(office, household)) if one.key == "identity")
    assert identity.note == "插页"


def test_who_may_not_see_id_numbers_sees_no_scan(office: Office) -> None:
    household = approved(office, "张㛃")
    first = printed(office, household)
    read(office, as_pdf(paper(first, documents_of(office, first)["basic"].first)))
    (scan,) = now(office, household).scans
    inspector = office.somebody("inspector", TOWN, "钱检")
    cadre = office.somebody("first_secretary", SANLI, "李某")
    with looking(office.app) as session:
        for who, sees in ((office.reviewer, True), (inspector, False), (cadre, False)):
            found = open_attachment(session, who, scan.instance_id, "scan.jpg")
            assert (found is not None) == sees


def test_a_lost_picture_is_told_in_its_place(office: Office) -> None:
    household = approved(office, "张㛃")
    first = printed(office, household)
    read(office, as_pdf(paper(first, documents_of(office, first)["basic"].first)))
    (scan,) = now(office, household).scans
    with office.app.app_context():
        store.path_of(current().files, scan.sha256).unlink()
        store.path_of(current().files, scan.sha256, "thumb").unlink()
    assert "扫描的图不在了，请重新扫描" in words_of(printed(office, household).path)


def test_by_item_a_scan_belongs_to_its_item(office: Office) -> None:
    household = approved(office, "张㛃")
    with writing(office.app) as session:
        session.add(PolicyValue(key="file.profile", valid_from=date(2020, 1, 1), value="jian"))
    first = printed(office, household)
    read(office, as_pdf(paper(first, documents_of(office, first)["members"].first)))
    was, now_ = (documents_of(office, one) for one in (first, printed(office, household)))
    assert now_["members"].end == was["members"].end + 1
    assert now_["closing"].first == was["closing"].first


def stamp_of(office: Office, household: str) -> str:
    with looking(office.app) as session:
        return stamps(session, [household], clock.today(), current().files)[household]


def test_a_scan_is_news_for_a_village_and_its_withdrawal_a_correction(office: Office) -> None:
    household = approved(office, "张㛃")
    first = printed(office, household)
    before = stamp_of(office, household)
    read(office, as_pdf(paper(first, documents_of(office, first)["basic"].first)))
    assert stamp_of(office, household) != before
    printed(office, household)
    (scan,) = now(office, household).scans
    with writing(office.app) as session:
        decision = Decision(scan.instance_id, "reject", ((None, "放错了"),))
        submit_decision(session, office.reviewer, decision, clock.now())
    with looking(office.app) as session:
        (found,) = corrections(session, {SANLI}, household)
        carrying = [
            one.version for one in versions(session, household) if scan.instance_id in one.used
        ]
    assert (found.replaced, found.taken_back, carrying) == (scan.instance_id, True, [2])
    third = printed(office, household)
    assert (third.version, now(office, household).scans) == (1, ())
