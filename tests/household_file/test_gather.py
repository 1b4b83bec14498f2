"""What a household's file says follows from what was recorded and approved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from server import clock
from server.household_file.content.file import HouseholdFile, facts_hash
from server.household_file.content.gather import gather
from server.household_file.typeset.page import page
from server.problems import NotFound
from tests.forms.instances import register_xml
from tests.household_file.households import RARE, picture
from tests.household_file.recording import Office, new_id, visit_xml
from tests.making import SANLI, looking


@pytest.fixture
def office(ground: Flask) -> Office:
    return Office(ground)


def gathered(office: Office, household: str, as_of: date | None = None) -> HouseholdFile:
    with looking(office.app) as session:
        return gather(session, household, as_of or clock.today())


def test_a_household_nobody_reviewed_is_there_and_marked(office: Office) -> None:
    household, _ = office.register(*RARE[:2])
    file = gathered(office, household)
    assert (file.county, file.town, file.village) == ("桓台县", "果里镇", "三里村")
    assert (file.head.text, file.head.reviewed) == (RARE[0], False)
    assert [member.name for member in file.members] == list(RARE[:2])
    assert not file.facts["phone"].reviewed
    assert file.facts["phone"].text == "13900008468"


@pytest.mark.parametrize("said", ["2组14号", "三里村2组14号", "果里镇三里村2组14号"])
def test_an_address_names_town_and_village_once(office: Office, said: str) -> None:
    household, _ = office.register(*RARE[:2], address_detail=said)
    assert gathered(office, household).address.text == "果里镇三里村2组14号"


def test_approving_the_registration_makes_its_facts_stand(office: Office) -> None:
    household, registration = office.register(*RARE[:2])
    office.decide(registration)
    file = gathered(office, household)
    assert (file.head.text, file.head.reviewed) == (RARE[0], True)
    assert file.address.text == "果里镇三里村2组14号"
    assert file.address.reviewed
    facts = file.facts
    assert (facts["house_structure"].text, facts["house_structure"].reviewed) == ("砖木", True)
    assert facts["family_size"].text == "2"
    assert facts["lives_elsewhere"].options == (("是", False), ("否", True))
    first = file.members[0].facts
    assert first["id_number"].text == "379999195003150015"[:17] + first["id_number"].text[17]
    assert (first["sex"].text, first["birth_date"].text) == ("男", "1950-03-15")
    assert first["health_status"].text == "健康"


def test_a_later_report_waits_while_the_approved_value_is_printed(office: Office) -> None:
    household, registration = office.register("张㛃")
    office.decide(registration)
    office.decide(office.visit(household, edu_ok="na", event_date="2026-11-10"))
    office.visit(household, edu_ok="problem", check_note="孩子没上学", event_date="2026-11-20")
    fact = gathered(office, household).facts["edu_ok"]
    assert (fact.text, fact.reviewed, fact.disputed) == ("不适用", True, ())
    [claim] = fact.pending
    assert (claim.text, claim.by, claim.on) == ("存在问题", "李明远", "2026-11-20")


def test_two_who_saw_differently_on_one_day_are_both_named(office: Office) -> None:
    household, registration = office.register("张㛃")
    office.decide(registration)
    office.visit(household, edu_ok="na")
    office.cadre = office.somebody("team_member", SANLI, "何静")
    office.visit(household, edu_ok="problem", check_note="孩子没上学")
    fact = gathered(office, household).facts["edu_ok"]
    assert {(claim.text, claim.by) for claim in fact.disputed} == {
        ("不适用", "李明远"),
        ("存在问题", "何静"),
    }


def test_an_account_number_is_masked_before_anything_is_laid_out(office: Office) -> None:
    household, _ = office.register(
        "张㛃", ask_bank="yes", bank_name="果里镇农村信用社", bank_account="6223199912343308"
    )
    file = gathered(office, household)
    assert file.facts["bank_account"].text == "************3308"
    assert "6223199912343308" not in page(file, 1)


def test_a_visit_is_printed_with_its_people_answers_and_review(office: Office) -> None:
    household, registration = office.register("张㛃", "王䶮")
    office.decide(registration)
    visit = office.visit(
        household,
        income_change="down",
        income_down_reason="illness",
        co_recorders=office.reviewer.person_id,
        sign_way="family",
        sign_relation="王小明，儿子",
    )
    office.decide(visit, "approve_with_note", "下次带上存折")
    [found] = gathered(office, household).visits
    assert found.by == ("李明远",)
    assert found.companions == ("赵国强",)
    assert (found.role, found.kind, found.result) == ("第一书记", "月走访", "见到户主")
    assert (found.met, found.relation) == ("陈广田", "户主")
    assert (found.reviewed, found.full) == (True, True)
    answers = {item.name: item.fact.text for item in found.answers}
    assert answers["income_change"] == "减少"
    assert answers["income_down_reason"] == "有人生病"
    assert "visit_type" not in answers
    assert (found.signed.way, found.signed.note) == ("家属代签", "代签人：王小明，儿子")
    assert (found.steps[0].step, found.steps[0].by) == ("镇", "赵国强")
    assert "下次带上存折" in found.remarks[0]


def test_photos_are_numbered_through_and_missing_ones_keep_their_place(office: Office) -> None:
    household, _ = office.register("张㛃")
    office.visit(household, photos=("院子.jpg", "堂屋.jpg"))
    office.visit(household, photos=("灶台.jpg",), event_date="2026-11-19")
    office.arrive("院子.jpg", picture(1))
    office.arrive("灶台.jpg", picture(2))
    file = gathered(office, household)
    assert [photo.title for photo in file.photos] == ["院子", "堂屋", "灶台"]
    assert [bool(photo.sha256) for photo in file.photos] == [True, False, True]
    assert {photo.place for photo in file.photos} == {"果里镇三里村2组14号"}
    assert [visit.photos for visit in file.visits] == [(0, 1), (2,)]


def test_problems_and_wishes_are_listed(office: Office) -> None:
    household, _ = office.register("张㛃")
    instance = new_id()
    xml = visit_xml(
        household,
        instance_id=instance,
        problems=[
            {
                "problem_id": new_id(),
                "problem_known": "1",
                "known_description": "低保没到账",
                "problem_result": "solved",
                "problem_result_note": "补发了",
            },
            {
                "problem_id": new_id(),
                "entry_kind": "problem",
                "problem_type": "house_leak",
                "problem_desc": "西屋漏雨",
                "problem_urgency": "urgent",
            },
            {
                "problem_id": new_id(),
                "entry_kind": "need",
                "need_type": "health",
                "problem_desc": "想办慢特病证",
            },
        ],
    )
    office.send("visit", instance, xml)
    [visit] = gathered(office, household).visits
    assert [(issue.kind, issue.text, issue.state) for issue in visit.issues] == [
        ("跟进", "低保没到账，补发了", "已解决"),
        ("问题：住房漏雨裂缝", "西屋漏雨", "紧急，未报告"),
        ("诉求：医疗", "想办慢特病证", ""),
    ]


def test_an_uneventful_visit_is_only_a_line_unless_it_is_the_newest(office: Office) -> None:
    household, _ = office.register("张㛃")
    office.visit(household, event_date="2026-10-18")
    office.visit(household, event_date="2026-11-18")
    newest, earlier = gathered(office, household).visits
    assert (newest.on, newest.full) == ("2026-11-18", True)
    assert (earlier.full, earlier.summary) == (False, "均无变化")


def test_a_rejected_visit_is_not_printed(office: Office) -> None:
    household, _ = office.register("张㛃")
    visit = office.visit(household)
    office.decide(visit, "reject", "走错了户")
    assert gathered(office, household).visits == ()


def test_a_correction_stands_in_its_originals_place_once_it_is_approved(office: Office) -> None:
    household, registration = office.register("张㛃")
    office.decide(registration)
    original = office.visit(household, account_text="原来的话")
    office.decide(original)
    corrected = new_id()
    xml = visit_xml(
        household, instance_id=corrected, deprecated_id=original, account_text="改过的话"
    )
    office.send("visit", corrected, xml, replaces=original)
    [visit] = gathered(office, household).visits
    assert visit.account == "原来的话"
    assert visit.remarks[-1] == "此后又有更正，还没有审核。"
    office.decide(corrected)
    [visit] = gathered(office, household).visits
    assert visit.account == "改过的话"
    assert "李明远" in visit.remarks[-1]
    assert "更正" in visit.remarks[-1]


def test_what_came_after_the_day_is_not_in_the_file(office: Office) -> None:
    yesterday = clock.today() - timedelta(days=1)
    household, instance = new_id(), new_id()
    xml = register_xml(household, instance_id=instance)
    office.send("household_register", instance, xml, now=clock.now() - timedelta(days=2))
    office.decide(instance)
    office.visit(household)
    today, before = gathered(office, household), gathered(office, household, yesterday)
    assert len(today.visits) == 1
    assert before.visits == ()
    assert before.facts["phone"].text == "13900008468"
    assert (before.facts["phone"].reviewed, today.facts["phone"].reviewed) == (False, True)


def test_printing_tomorrow_without_news_is_the_same_version(office: Office) -> None:
    household, _ = office.register("张㛃")
    today = gathered(office, household)
    tomorrow = gathered(office, household, clock.today() + timedelta(days=1))
    assert facts_hash(today) == facts_hash(tomorrow)
    office.visit(household)
    assert facts_hash(gathered(office, household)) != facts_hash(today)


def test_the_file_names_the_submissions_it_rests_on(office: Office) -> None:
    household, registration = office.register("张㛃")
    visit = office.visit(household)
    used = {use.instance_id: use for use in gathered(office, household).used}
    assert set(used) == {registration, visit}
    assert (used[visit].form, used[visit].state) == ("入户走访", "received")


def test_a_household_that_nobody_registered_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        gathered(office, new_id())
