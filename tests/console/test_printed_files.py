"""What was printed: its versions, what changed, what was corrected, and checking a paper."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest
from flask import Flask

from server.household_file.issuing.printing import Printed, print_household
from server.jobs.queue import run
from server.submissions.models import Submission
from tests.console.desk import Desk, text_of
from tests.forms.instances import new_id, visit_xml
from tests.household_file.recording import Office
from tests.household_file.whole import Whole
from tests.making import COUNTY, YIJIA, looking


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def desk(app: Flask, office: Office) -> Desk:
    return Desk(app)


def printed(office: Office, household: str) -> Printed:
    with office.app.app_context():
        return print_household(household)


def digits_of(one: Printed) -> str:
    return one.path.stem[:16].upper()


def corrected_visit(office: Office, household: str) -> None:
    """A visit that is printed and corrected afterwards."""
    first = office.visit(household, account_text="麦子浇了两遍水")
    office.decide(first)
    printed(office, household)
    second = new_id()
    xml = visit_xml(
        household, instance_id=second, deprecated_id=first, account_text="麦子浇了一遍水"
    )
    office.decide(office.send("visit", second, xml, replaces=first))


def test_two_versions_are_compared_line_by_line(office: Office, desk: Desk) -> None:
    household, registration = office.register("张㛃", "王䶮")
    assert "还没有打印过" in desk.page(f"/console/households/{household}/files")
    printed(office, household)
    office.decide(registration)
    office.visit(household)
    printed(office, household)
    page = text_of(desk.page(f"/console/households/{household}/files"))
    assert "第 2 版" in page
    assert "张㛃（未核） 张㛃" in page
    assert "增加" in page
    again = desk.page(f"/console/households/{household}/files", old=1, new=1)
    assert "第 1 版" in text_of(again)


def test_each_version_stays_and_is_fetched(office: Office, desk: Desk) -> None:
    household, registration = office.register("张㛃")
    first = printed(office, household)
    office.decide(registration)
    printed(office, household)
    with desk.get(f"/console/households/{household}/files/1") as answer:
        assert answer.data == first.path.read_bytes()
    assert desk.get(f"/console/households/{household}/files/9").status_code == 404


def test_a_paper_is_confirmed_by_its_code(office: Office, desk: Desk) -> None:
    household, registration = office.register("张㛃")
    first = printed(office, household)
    digits = digits_of(first)
    for code in (
        f"YIHU:{household}:1:{digits}",
        digits.lower(),
        " ".join(digits[n : n + 4] for n in range(0, 16, 4)),
        first.path.stem,
    ):
        page = text_of(desk.page("/console/print/check", code=code))
        assert "内容校验一致" in page
        assert "这是最新的一版" in page
    office.decide(registration)
    printed(office, household)
    assert "最新是第 2 版" in text_of(desk.page("/console/print/check", code=digits))


def test_a_paper_that_nobody_printed_is_not_confirmed(office: Office, desk: Desk) -> None:
    household, _ = office.register("张㛃")
    code = digits_of(printed(office, household))
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    assert "没有印过这样的内容" in desk.page("/console/print/check", code=wrong)
    assert "认不出校验码" in desk.page("/console/print/check", code="张三")
    elsewhere = Desk(desk.app, "town_reviewer", YIJIA)
    assert "没有印过这样的内容" in elsewhere.page("/console/print/check", code=code)
    assert elsewhere.get(f"/console/households/{household}/files").status_code == 404
    assert elsewhere.get(f"/console/households/{household}/files/1").status_code == 404
    assert Desk(desk.app, "inspector", COUNTY).get("/console/print/check").status_code == 403


def test_what_was_corrected_after_printing_is_listed_with_its_papers(
    office: Office, desk: Desk
) -> None:
    household, _ = office.register("张㛃")
    assert "没有印过以后又更正的" in desk.page("/console/print/corrections")
    exported = desk.post("/console/households/export", purpose="核对", kind="list")
    assert exported.status_code == 200
    corrected_visit(office, household)
    page = desk.page("/console/print/corrections")
    assert "第 1 版更正说明" in text_of(page)
    there = re.search(r'href="([^"]+/correction)"', page)
    assert there
    sheet = desk.get(there[1])
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=sheet.data, capture_output=True, check=True
    ).stdout.decode()
    assert "麦子浇了两遍水" in text
    assert "麦子浇了一遍水" in text
    assert "一户一档第 1 版" in text


@pytest.mark.parametrize(
    ("form", "record", "slip", "told"),
    [
        ("income_account", Whole.accounted, (">4600<", ">4300<"), ("50600.00", "47300.00")),
        ("health_eight", Whole.treated, (">1548<", ">1568<"), ("1548", "1568")),
    ],
    ids=["of the record", "of a person"],
)
def test_a_corrected_record_is_told_by_its_lines(
    office: Office,
    desk: Desk,
    form: str,
    record: Callable[[Whole], str],
    slip: tuple[str, str],
    told: tuple[str, str],
) -> None:
    home = Whole(office)
    home.registered()
    first = record(home)
    printed(office, home.household)
    second = new_id()
    with looking(office.app) as session:
        xml = session.get_one(Submission, first).xml
    meta = f"<instanceID>uuid:{first}</instanceID>"
    assert meta in xml
    new = f"<instanceID>uuid:{second}</instanceID><deprecatedID>uuid:{first}</deprecatedID>"
    xml = xml.replace(meta, new).replace(*slip)
    office.decide(office.send(form, second, xml, files=[office.named("sign.png")], replaces=first))
    sheet = desk.get(f"/console/households/{home.household}/files/1/correction")
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=sheet.data, capture_output=True, check=True
    ).stdout.decode()
    assert "没有改变所印的内容" not in text
    assert all(value in text for value in told)


def test_a_new_visit_is_no_correction(office: Office, desk: Desk) -> None:
    household, _ = office.register("张㛃")
    printed(office, household)
    office.visit(household)
    printed(office, household)
    page = text_of(desk.page(f"/console/households/{household}/files"))
    assert "新情况" in page
    assert "更正" not in page.replace("以后更正", "")
    assert desk.get(f"/console/households/{household}/files/1/correction").status_code == 404


def test_a_version_is_noted_as_bound(office: Office, desk: Desk) -> None:
    household, _ = office.register("张㛃")
    printed(office, household)
    there = f"/console/households/{household}/files"
    desk.page(there)
    desk.post(f"{there}/1", bound="1")
    assert "已装订" in desk.page(there)
    desk.post(f"{there}/1", bound="0")
    assert "记为已装订" in desk.page(there)


def test_a_bound_volume_is_continued_from_its_page(office: Office, desk: Desk) -> None:
    household, _ = office.register("张㛃")
    printed(office, household)
    there = f"/console/households/{household}/files"
    assert "印续页" not in desk.page(there)
    desk.post(f"{there}/1", bound="1")
    assert "印续页" in desk.page(there)

    def continued() -> str:
        job = desk.post("/console/print/", household=[household], continued="1").headers["Location"]
        with office.app.app_context():
            run(job.rpartition("/")[2])
        return text_of(desk.page(job))

    assert "装订以后没有新内容，没有要印的。" in continued()
    office.visit(household)
    assert "第 2 版（续页）" in continued()
    digits = re.search(r"(\w{16})</td>", desk.page(there))
    assert digits
    assert "第 2 版（续页）" in text_of(desk.page("/console/print/check", code=digits[1]))
    desk.post(f"{there}/2", bound="1")
    page = text_of(desk.page(there))
    assert "第 1 版已装订，后面装有 1 次续页" in page
    assert "比较两版" not in page
    desk.post(f"{there}/1", bound="0")
    assert "请先把续页记为没有装订" in desk.page(there)
    assert "第 1 版已装订" in text_of(desk.page(there))
