"""Cards and accounts of a household: what hangs on the wall, what is cut apart, what carries it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from server import clock
from server.household_file.issuing.village import Done, print_list, result_of
from server.household_file.order import Order
from server.household_file.printed.corrections import carriers, corrections
from server.household_file.sheets.households import sheet_of
from server.household_file.sheets.issue import Issued, issue
from server.problems import NotFound
from tests.household_file.recording import Office
from tests.household_file.whole import LINES, Whole
from tests.making import SANLI, looking


@pytest.fixture
def office(ground: Flask) -> Office:
    return Office(ground)


def ordered(what: str, **more: object) -> Order:
    return replace(Order(clock.today().isoformat(), what=what), **more)  # type: ignore[arg-type]


def issued(office: Office, household: str, what: str, **more: object) -> Issued:
    with looking(office.app) as session:
        sheet = sheet_of(session, household, ordered(what, **more))
    with office.app.app_context():
        return issue(sheet)


def text_of(path: Path, page: int | None = None) -> str:
    only = ["-f", str(page), "-l", str(page)] if page else []
    command = ["pdftotext", "-layout", *only, str(path), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def in_village(office: Office, what: str, list_id: str = "a-list") -> Done:
    order = ordered(what, villages=(SANLI,), sheet="single", title="三里村")
    with office.app.app_context():
        return print_list(list_id, order, lambda *_: None)


def test_the_wall_learns_nothing_of_numbers_phones_and_illness(office: Office) -> None:
    household = Whole(office).everything()
    card = issued(office, household, "wall_card")
    text = text_of(card.path)
    for told in ("张㛃", "王䶮", "田野", "13900001122", "公益岗位", "600.00", "监督电话"):
        assert told in text
    assert "另有 1 项见户档" in text
    for hidden in ("379999", "医疗救助", "慢性病", "高血压", "残疾", "13900005577", "因病"):
        assert hidden not in text
    assert card.pages == 1


def test_the_wall_says_of_people_what_nobody_reviewed(office: Office) -> None:
    household, registration = office.register("李𬭎")
    text = text_of(issued(office, household, "wall_card").path)
    assert any("户主" in line and "未核" in line for line in text.splitlines())
    assert "李𬭎未核" in re.sub(r"\s", "", text)
    office.decide(registration)
    assert "未核" not in text_of(issued(office, household, "wall_card").path)


def test_a_card_for_each_who_keeps_it_stands_in_front_of_its_back(office: Office) -> None:
    household = Whole(office).everything()
    cards = issued(office, household, "contact_card", backs=True)
    assert cards.pages == 4
    front, back = text_of(cards.path, 1), text_of(cards.path, 2)
    assert front.count("留守老人联系卡") == 2
    assert ("本人留存" in front, "村留存" in front) == (True, True)
    assert back.count("联系记录") == 2
    assert "存档" in text_of(cards.path, 3)
    assert "379999" not in front

    one = issued(office, household, "contact_card", copies=("guardian",))
    assert (one.pages, one.version) == (1, 2)


def test_a_card_that_nobody_filled_in_yet_says_what_the_register_knows(office: Office) -> None:
    whole = Whole(office)
    whole.registered()
    with looking(office.app) as session:
        (person,) = sheet_of(session, whole.household, ordered("contact_card")).content.people
    said = [cell.fact.text for row in person.blocks[0].groups for cell in row[0]]
    assert (person.empty, person.name) == (True, "刘桂兰")
    assert said[said.index("类别") + 1] == "留守老人"


def test_an_account_is_signed_below_its_sum_on_the_same_page(office: Office) -> None:
    household = Whole(office).everything()
    account = issued(office, household, "income_account")
    text = text_of(account.path, 1)
    assert "人均纯收入" in text
    assert "户主签字" in text
    assert account.pages == 1
    assert account.number.endswith("-2026")
    with looking(office.app) as session, pytest.raises(NotFound, match="2019 年的收入核算"):
        sheet_of(session, household, ordered("income_account", year="2019"))


def test_a_long_account_takes_sum_and_signatures_to_its_last_page(office: Office) -> None:
    whole = Whole(office)
    whole.registered()
    for times, pages in ((4, 1), (7, 2)):
        record = whole.accounted(expense=(*LINES["expense"],) * times)  # type: ignore[arg-type]
        account = issued(office, whole.household, "income_account", record=record)
        assert account.pages == pages
        last = text_of(account.path, pages)
        assert "人均纯收入" in last
        assert "户主签字" in last


def test_a_village_has_one_pdf_and_tells_whom_it_could_not_print(office: Office) -> None:
    Whole(office).everything()
    bare, _ = office.register("欧阳建国")
    walls = in_village(office, "wall_card")
    assert (walls.pages, len(walls.leaves), walls.failed) == (2, 2, ())
    accounts = in_village(office, "income_account", "accounts")
    assert [one.household_id for one in accounts.failed] == [bare]
    assert "没有收入核算" in accounts.failed[0].reason
    cards = in_village(office, "contact_card", "cards")
    assert (len(cards.leaves), cards.failed) == (1, ())
    again = in_village(office, "wall_card", "again")
    assert (again.rendered, again.path) == (0, walls.path)
    with office.app.app_context():
        assert result_of(walls)["households"] == 2


def test_work_that_was_laid_aside_goes_on_where_it_was(office: Office) -> None:
    for name in ("张㛃", "王䶮", "李𬭎"):
        office.register(name)
    order = ordered("wall_card", villages=(SANLI,), sheet="single", title="三里村")

    class Pause(Exception):
        pass

    def stop(done: int, total: int, said: str) -> None:
        if done == 2:
            raise Pause

    with office.app.app_context():
        with pytest.raises(Pause):
            print_list("a-list", order, stop)
        told: list[int] = []
        print_list("a-list", order, lambda done, total, said: told.append(done))
    assert told[0] == 2


def test_a_corrected_account_names_the_sheets_that_carry_the_old_one(office: Office) -> None:
    whole = Whole(office)
    whole.registered()
    first = whole.accounted(approve=False)
    account = issued(office, whole.household, "income_account")
    card = issued(office, whole.household, "contact_card")
    office.decide(first, "reject", "算错了")
    with looking(office.app) as session:
        found = corrections(session, {SANLI}, whole.household)
        assert [one.replaced for one in found] == [first]
        named = [one.name for one in carriers(session, found, (), SANLI)]
    assert [name for name in named if account.number in name]
    assert not [name for name in named if card.number in name]
