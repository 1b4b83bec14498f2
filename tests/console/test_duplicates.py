"""What was recorded twice is compared, joined, told apart, and taken back, at the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.followup.models import Task
from server.household_file.content.gather import gather
from server.registers.models import Entity, HouseholdRow
from server.registers.values import disputed, text
from tests.console.desk import Desk, hidden, text_of
from tests.forms.instances import HEAD_ID, WIFE_ID, member, new_id, register_xml, visit_xml
from tests.making import YIJIA, a_device, a_person, looking
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds


@pytest.fixture(autouse=True)
def rebuilt(app: Flask) -> Iterator[None]:
    yield
    assert_rebuilds(app)


@pytest.fixture
def dora(app: Flask, alice: Phone) -> Phone:
    person = a_person(app, "team_member", name="王芳")
    return Phone(alice.client, a_device(alice.client, "team_member", person_id=person))


@pytest.fixture
def twice(alice: Phone, dora: Phone) -> tuple[str, str]:
    """One household that two people registered, by name order; the wife is missing in one."""
    first, second = sorted((new_id(), new_id()))
    alice.send(
        "household_register",
        lambda i: register_xml(first, instance_id=i, phone="13911110000", house_area="90"),
    )
    dora.send(
        "household_register",
        lambda i: register_xml(
            second, members=[member()], instance_id=i, phone="13922220000", house_area="120"
        ),
    )
    return first, second


def path(pair: tuple[str, str]) -> str:
    return f"/console/duplicates/{pair[0]}/{pair[1]}"


def persons(page: str) -> list[str]:
    return re.findall(r'name="person" value="([^"]+)"', page)


def join(desk: Desk, pair: tuple[str, str], **fields: object) -> str:
    """Join two with the offered persons; returns the address of the decision."""
    page = desk.page(path(pair))
    answer = desk.post(
        path(pair),
        decision="join",
        seen=hidden(page, "seen"),
        reason="电话问了本人",
        person=persons(page),
        **fields,
    )
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))
    return answer.location


def turn(desk: Desk, address: str, word: str, reason: str = "看错了") -> int:
    seen = hidden(desk.page(address), "seen")
    return desk.post(address, decision=word, seen=seen, reason=reason).status_code


def household(app: Flask, name: str) -> Entity:
    with looking(app) as session:
        return session.get_one(Entity, name)


def test_two_registrations_of_one_household_stand_side_by_side(
    desk: Desk, twice: tuple[str, str]
) -> None:
    answer = desk.get("/console/duplicates/")
    assert answer.location.endswith(path(twice))
    page = desk.page(path(twice))
    words = text_of(page)
    assert "户主像是同一个人" in words
    assert "登记在先" in words
    assert "联系电话 1391111" in words.replace("*", "")
    assert "1392222" in words.replace("*", "")
    assert "两边都有的人" in words
    assert len(persons(page)) == 1
    assert "赵桂兰" in words
    assert "两边一样的" in words


def test_joining_carries_what_was_chosen_and_leaves_the_rest_to_be_settled(
    app: Flask, desk: Desk, twice: tuple[str, str]
) -> None:
    address = join(desk, twice, **{"unit:phone": "second"})
    kept = household(app, twice[0])
    assert text(kept.live, "phone") == "13922220000"
    assert set(disputed(kept.live)) == {"house_area"}
    assert kept.derived["family_size"] == 2
    assert "合并" in text_of(desk.page(address))
    with looking(app) as session:
        assert session.get(HouseholdRow, twice[1]) is None
        head = session.get_one(Entity, text(kept.live, "head"))
        assert head.known
        assert not head.disputed
    assert "没有疑似重复的" in desk.page("/console/duplicates/")


def test_late_records_of_either_follow_and_a_withdrawn_joining_gives_all_back(
    app: Flask, desk: Desk, alice: Phone, dora: Phone, twice: tuple[str, str]
) -> None:
    address = join(desk, twice)
    for phone, home, day in ((alice, twice[0], "2026-11-19"), (dora, twice[1], "2026-11-20")):
        phone.send("visit", lambda i, h=home, d=day: visit_xml(h, instance_id=i, event_date=d))
    assert household(app, twice[0]).derived["last_visit_on"] == "2026-11-20"
    assert turn(desk, address, "withdraw") == 302
    assert household(app, twice[0]).derived["last_visit_on"] == "2026-11-19"
    assert household(app, twice[0]).derived["family_size"] == 2
    assert household(app, twice[1]).derived["last_visit_on"] == "2026-11-20"
    assert household(app, twice[1]).derived["family_size"] == 1
    assert text(household(app, twice[1]).live, "phone") == "13922220000"
    assert "户主像是同一个人" in text_of(desk.page(path(twice)))
    assert turn(desk, address, "restore") == 302
    assert household(app, twice[0]).derived["last_visit_on"] == "2026-11-20"
    assert household(app, twice[0]).derived["family_size"] == 2


def test_a_reason_is_needed_for_every_decision(
    app: Flask, desk: Desk, twice: tuple[str, str]
) -> None:
    seen = hidden(desk.page(path(twice)), "seen")
    for word in ("join", "apart"):
        assert desk.post(path(twice), decision=word, seen=seen, reason=" ").status_code == 422
    address = join(desk, twice)
    assert turn(desk, address, "withdraw", reason="") == 422
    assert not household(app, twice[1]).known


def test_the_list_of_decisions_names_the_household_and_leaves_the_navigation_alone(
    desk: Desk, twice: tuple[str, str]
) -> None:
    desk.page(f"/console/households/{twice[0]}")
    address = join(desk, twice)
    assert "回疑似重复" in desk.page(address)
    words = text_of(desk.page("/console/duplicates/"))
    assert "最近：陈广田 户" in words
    assert "陈广田 户 · 赵国强" in words


def test_what_moved_on_meanwhile_is_shown_anew(
    app: Flask, desk: Desk, alice: Phone, twice: tuple[str, str]
) -> None:
    page = desk.page(path(twice))
    alice.pull()
    alice.send(
        "household_register",
        lambda i: register_xml(twice[0], known=True, members=[], instance_id=i, farmland_mu="8"),
        shown=alice.shown(twice[0]),
    )
    late = desk.post(path(twice), decision="join", seen=hidden(page, "seen"), reason="电话问了本人")
    assert late.status_code == 409
    assert "新内容" in late.get_data(as_text=True)
    assert household(app, twice[1]).known


def test_of_two_reviewers_the_second_sees_that_it_was_decided(
    app: Flask, desk: Desk, twice: tuple[str, str]
) -> None:
    other = Desk(app)
    seen = hidden(other.page(path(twice)), "seen")
    address = join(desk, twice)
    late = other.post(path(twice), decision="apart", seen=seen, reason="看了证件")
    assert late.status_code == 409
    assert "已经合并过了" in text_of(late.get_data(as_text=True))
    mine, theirs = (hidden(one.page(address), "seen") for one in (desk, other))
    first = desk.post(address, decision="withdraw", seen=mine, reason="看错了")
    again = other.post(address, decision="withdraw", seen=theirs, reason="看错了")
    assert (first.status_code, again.status_code) == (302, 409)


def test_told_apart_stays_apart_until_they_have_more_in_common(
    app: Flask, desk: Desk, alice: Phone, dora: Phone
) -> None:
    one, other = sorted((new_id(), new_id()))
    for phone, person, head in ((alice, one, HEAD_ID), (dora, other, "379999199901011013")):
        twin = member(
            WIFE_ID,
            person_id=person,
            name="王小二",
            relation="10",
            has_id="no",
            birth_date="1980-01-01",
        ) | {"id_number": ""}
        rows = [member(head, name=f"户主{head[-4:]}"), twin]
        phone.send("household_register", lambda i, r=rows: register_xml(instance_id=i, members=r))
    pair = (one, other)
    page = desk.page(path(pair))
    assert "同名同生日" in text_of(page)
    answer = desk.post(
        path(pair), decision="apart", seen=hidden(page, "seen"), reason="同名同姓，不是一个人"
    )
    assert answer.status_code == 302
    assert "没有疑似重复的" in desk.page("/console/duplicates/")
    assert turn(desk, answer.location, "withdraw") == 302
    assert desk.get("/console/duplicates/").location.endswith(path(pair))


def test_two_heads_that_turn_out_to_be_one_person_are_no_dispute(
    app: Flask, desk: Desk, twice: tuple[str, str]
) -> None:
    page = desk.page(path(twice))
    (both,) = persons(page)
    seen = hidden(page, "seen")
    desk.post(path(twice), decision="join", seen=seen, reason="电话问了本人")
    assert "head" in disputed(household(app, twice[0]).live)
    pair = tuple(both.split())
    join(desk, (pair[0], pair[1]))
    kept = household(app, twice[0])
    assert "head" not in disputed(kept.live)
    assert text(kept.live, "head") == min(pair)


def test_two_households_that_nobody_suspected_are_compared_from_the_list(
    desk: Desk, alice: Phone, household: str
) -> None:
    other = new_id()
    alice.send("household_register", lambda i: register_xml(other, members=[], instance_id=i))
    assert "对照两户" in desk.page("/console/households/")
    answer = desk.post("/console/duplicates/pick", household=[other, household])
    words = text_of(desk.page(answer.location))
    assert "系统没有看出相同之处" in words
    alone = desk.post("/console/duplicates/pick", household=[other])
    assert alone.location.endswith("/console/households/")


def test_another_villages_pair_is_not_found(app: Flask, desk: Desk, twice: tuple[str, str]) -> None:
    elsewhere = Desk(app, "town_reviewer", YIJIA)
    assert elsewhere.get(path(twice)).status_code == 404
    assert elsewhere.post(path(twice), decision="join", reason="x").status_code == 404
    address = join(desk, twice)
    assert elsewhere.get(address).status_code == 404
    assert elsewhere.post(address, decision="withdraw", reason="x").status_code == 404


def test_the_trail_tells_who_joined_and_who_took_it_back(
    app: Flask, desk: Desk, twice: tuple[str, str]
) -> None:
    turn(desk, join(desk, twice), "withdraw")
    words = text_of(Desk(app, "county_admin", "370321").page("/console/audit/"))
    assert "合并重复" in words
    assert "撤回决定" in words


def test_two_peoples_visits_of_a_day_are_judged_and_the_judgement_taken_back(
    app: Flask, client: FlaskClient, desk: Desk, alice: Phone, dora: Phone, household: str
) -> None:
    mine, _ = alice.send(
        "visit", lambda i: visit_xml(household, instance_id=i, co_recorders="李明远、王芳")
    )
    dora.send("visit", lambda i: visit_xml(household, instance_id=i, food_ok="no"))
    subject = f"{household}:2026-11-20"
    address = f"/console/duplicates/visits/{subject}"
    assert desk.get("/console/duplicates/").location.endswith(address)
    page = desk.page(address)
    assert "不愁吃" in text_of(page)
    seen = hidden(page, "seen")
    missing = desk.post(address, decision="same", kept="", seen=seen)
    assert missing.status_code == 422
    answer = desk.post(address, decision="same", kept=mine, seen=seen)
    assert answer.status_code == 302
    with looking(app) as session:
        assert session.get_one(Task, ("duplicate_visit", subject)).state == "done"
    stale = desk.post(address, decision="apart", seen="other")
    assert stale.status_code == 409
    assert turn(desk, answer.location, "withdraw") == 302
    with looking(app) as session:
        assert session.get_one(Task, ("duplicate_visit", subject)).state == "open"


def test_a_companion_who_recorded_too_is_recognised(
    app: Flask, desk: Desk, alice: Phone, dora: Phone, household: str
) -> None:
    alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    dora.send("visit", lambda i: visit_xml(household, instance_id=i, co_recorders="李明远、张三"))
    words = text_of(desk.page(f"/console/duplicates/visits/{household}:2026-11-20"))
    assert "王芳 的记录里写了同行的人有 李明远 。" in words
    assert "多半是同一次走访" in words


def test_one_visit_of_two_people_is_printed_once_with_both_names(
    app: Flask, desk: Desk, alice: Phone, dora: Phone, household: str
) -> None:
    mine, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    dora.send("visit", lambda i: visit_xml(household, instance_id=i))
    address = f"/console/duplicates/visits/{household}:2026-11-20"

    def printed() -> list[tuple[str, ...]]:
        with looking(app) as session:
            return sorted(visit.by for visit in gather(session, household, clock.today()).visits)

    assert printed() == [("李明远",), ("王芳",)]
    seen = hidden(desk.page(address), "seen")
    judged = desk.post(address, decision="same", kept=mine, seen=seen).location
    assert printed() == [("李明远", "王芳")]
    turn(desk, judged, "withdraw")
    assert printed() == [("李明远",), ("王芳",)]
