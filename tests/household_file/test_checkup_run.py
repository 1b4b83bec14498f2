"""Households as they were recorded, looked at in the background and kept until they change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from server import clock
from server.household_file.checkup import queries
from server.household_file.checkup.models import Explained
from server.household_file.checkup.run import Line, lines_of, look_at_villages
from server.household_file.issuing.printing import print_household
from server.household_file.order import Order
from server.household_file.printed import queries as printed
from server.household_file.sheets.households import sheet_of
from server.household_file.sheets.issue import issue
from server.jobs.queue import Asked
from tests.forms.instances import new_id, visit_xml
from tests.household_file.recording import Office
from tests.household_file.whole import Whole
from tests.making import SANLI, YIJIA, looking, writing

TOLD = "下午见到户主，麦子浇了两遍水，老人身体好，羊还没有卖。"


@pytest.fixture
def office(ground: Flask) -> Office:
    return Office(ground)


def looked(office: Office) -> int:
    """Look at the village; how many households had to be read anew."""
    with office.app.app_context():
        return look_at_villages([SANLI], clock.today(), lambda done, total: None)


def lines(office: Office, household: str = "") -> list[Line]:
    with looking(office.app) as session:
        every = lines_of(session, queries.looked(session, [SANLI]))
    return [one for one in every if household in ("", one.home.household_id)]


def kinds(office: Office, household: str) -> set[str]:
    return {one.finding.kind for one in lines(office, household)}


def test_a_household_with_records_of_all_kinds_tells_of_what_is_missing(office: Office) -> None:
    household = Whole(office).everything()
    assert looked(office) == 1
    found = {one.finding.kind: one.finding for one in lines(office, household)}
    assert "failed" not in found
    assert found["unreviewed"].document == "退出核查（2026年10月20日）"
    assert found["unsigned"].document.startswith("农村住房安全评定表")
    assert found["unsigned"].page == "record"
    assert "监测还没有了结" in found["contradiction"].text
    assert "家庭收入核算表" in found["by_hand"].text
    assert {"no_account", "no_eight", "no_card", "no_grade"}.isdisjoint(found)


def test_only_what_changed_is_read_again(office: Office) -> None:
    first, registration = office.register("张㛃")
    second, _ = office.register("王䶮")
    assert looked(office) == 2
    assert looked(office) == 0
    assert "unreviewed" in kinds(office, first)
    office.decide(registration)
    with looking(office.app) as session:
        assert queries.changed_since(session, [SANLI]) == 1
    assert looked(office) == 1
    assert "unreviewed" not in kinds(office, first)
    assert "unreviewed" in kinds(office, second)


def test_on_another_day_all_are_looked_at_again(office: Office) -> None:
    office.register("张㛃")
    looked(office)
    with office.app.app_context():
        tomorrow = clock.today() + timedelta(days=1)
        assert look_at_villages([SANLI], tomorrow, lambda done, total: None) == 1


def test_a_photo_and_an_account_of_another_household_are_found_at_the_later_one(
    office: Office,
) -> None:
    first, _ = office.register("张㛃")
    second, _ = office.register("王䶮")
    day = clock.today() - timedelta(days=3)
    office.visit(first, photos=["院子.jpg"], account_text=TOLD, event_date=day.isoformat())
    copied = office.visit(second, photos=["院子.jpg"], account_text=TOLD)
    looked(office)
    assert {"photo_twice", "alike"}.isdisjoint(kinds(office, first))
    found = {one.finding.kind: one.finding for one in lines(office, second)}
    assert found["photo_twice"].of == found["alike"].of == copied
    assert "张㛃户" in found["photo_twice"].text
    assert "张㛃户" in found["alike"].text
    office.decide(copied, "reject", "照片不是这一户的")
    looked(office)
    assert {"photo_twice", "alike"}.isdisjoint(kinds(office, second))


def test_accounts_of_two_villages_are_not_compared(office: Office) -> None:
    first, _ = office.register("张㛃")
    office.visit(first, account_text=TOLD)
    office.cadre = office.somebody("first_secretary", YIJIA, "何静")
    elsewhere, _ = office.register("王䶮", village_code=YIJIA)
    office.visit(elsewhere, account_text=TOLD)
    with office.app.app_context():
        look_at_villages([SANLI, YIJIA], clock.today(), lambda done, total: None)
    with looking(office.app) as session:
        found = lines_of(session, queries.looked(session, [SANLI, YIJIA]))
    assert {one.home.area for one in found} == {SANLI, YIJIA}
    assert "alike" not in {one.finding.kind for one in found}


def test_a_corrected_record_may_keep_its_photo(office: Office) -> None:
    household, _ = office.register("张㛃")
    first = office.visit(household, photos=["院子.jpg"])
    again = new_id()
    xml = visit_xml(
        household, instance_id=again, deprecated_id=first, photos=[{"photo": "院子.jpg"}]
    )
    office.send("visit", again, xml, files=[office.named("院子.jpg")], replaces=first)
    looked(office)
    assert "photo_twice" not in kinds(office, household)


def test_a_photo_of_another_village_does_not_say_whose_it_is(office: Office) -> None:
    household, _ = office.register("张㛃")
    office.visit(household, photos=["院子.jpg"])
    office.cadre = office.somebody("first_secretary", YIJIA, "何静")
    elsewhere, _ = office.register("王䶮", village_code=YIJIA)
    office.visit(elsewhere, photos=["院子.jpg"])
    with office.app.app_context():
        look_at_villages([YIJIA], clock.today(), lambda done, total: None)
    with looking(office.app) as session:
        found = lines_of(session, queries.looked(session, [YIJIA]))
    [twice] = [one.finding.text for one in found if one.finding.kind == "photo_twice"]
    assert "外村一户" in twice
    assert "张㛃" not in twice


def test_what_was_printed_or_bound_is_older_once_something_is_recorded(office: Office) -> None:
    first, registration = office.register("张㛃")
    second, other = office.register("王䶮")
    with office.app.app_context():
        print_household(first)
        volume = print_household(second)
    with writing(office.app) as session:
        (version,) = printed.versions(session, second)
        assert version.version == volume.version
        printed.bind(session, version.id, clock.today())
    looked(office)
    older = {"printed_older", "bound_older"}
    assert older.isdisjoint(kinds(office, first) | kinds(office, second))
    for instance in (registration, other):
        office.decide(instance)
    looked(office)
    assert older & kinds(office, first) == {"printed_older"}
    assert older & kinds(office, second) == {"bound_older"}


def test_a_card_that_was_printed_is_older_once_something_on_it_changes(office: Office) -> None:
    household, registration = office.register("张㛃")
    order = Order(clock.today().isoformat(), what="wall_card", year=str(clock.today().year))
    with looking(office.app) as session:
        card = sheet_of(session, household, order)
    with office.app.app_context():
        issue(card)
    looked(office)
    assert "card_older" not in kinds(office, household)
    office.decide(registration)
    looked(office)
    assert "card_older" in kinds(office, household)


def test_a_household_that_cannot_be_read_does_not_hide_the_others(office: Office) -> None:
    first, _ = office.register("张㛃")
    second, _ = office.register("王䶮")
    office.damage(first)
    looked(office)
    assert kinds(office, first) == {"failed"}
    assert "unreviewed" in kinds(office, second)
    office.mend(first)
    looked(office)
    assert "failed" not in kinds(office, first)


def test_what_was_found_before_somebody_stopped_it_is_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("张㛃", "王䶮"):
        office.register(name)
    monkeypatch.setattr("server.household_file.checkup.run.AT_ONCE", 1)

    def stop(done: int, total: int) -> None:
        if done:
            raise Asked("pause")

    with office.app.app_context(), pytest.raises(Asked):
        look_at_villages([SANLI], clock.today(), stop)
    assert len({one.home.household_id for one in lines(office)}) == 1
    assert looked(office) == 1


def test_what_was_explained_holds_only_for_the_facts_that_were_explained(office: Office) -> None:
    household, _ = office.register("张㛃")
    looked(office)
    finding = next(one.finding for one in lines(office) if one.finding.kind == "unreviewed")
    for basis, holds in ((finding.basis, True), ("of other facts", False)):
        with writing(office.app) as session:
            said = Explained(
                household_id=household,
                key=finding.key,
                basis=basis,
                reason="今天就审",
                person_id=office.reviewer.person_id,
                at=clock.now(),
            )
            queries.explain(session, said)
        (line,) = [one for one in lines(office) if one.finding == finding]
        assert line.open is not holds
