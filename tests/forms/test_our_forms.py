"""The forms that we ship: they convert, agree with the dictionary, and say what they should."""

from __future__ import annotations

import json

import pytest

from server.forms import definition as definitions
from server.forms import dictionary as dictionaries
from server.forms.definition import Question
from server.forms.publishable import reasons_against
from tests.forms.instances import FORMS, compiled, our_dictionary

OURS = sorted(path.stem for path in FORMS.glob("*.md") if path.stem != "README")


@pytest.mark.parametrize("form_id", OURS)
def test_each_form_converts_without_warnings_and_may_be_published(form_id: str) -> None:
    form = compiled(form_id)
    assert form.warnings == ()
    assert reasons_against(form, our_dictionary()) == ()
    assert form.definition.form_id == form_id
    assert form.definition.kind
    assert form.definition.subject in {"household", "person", "case", "house"}


@pytest.mark.parametrize("form_id", OURS)
def test_choices_stand_in_place_and_no_other_list_is_looked_up(form_id: str) -> None:
    xform = compiled(form_id).xform
    assert "<itemset" not in xform
    assert "instance('" not in xform
    assert "baseVersion=" in xform


@pytest.mark.parametrize("form_id", OURS)
def test_the_definition_survives_json(form_id: str) -> None:
    definition = compiled(form_id).definition
    stored = json.loads(json.dumps(definitions.to_json(definition)))
    assert definitions.from_json(stored) == definition


def test_the_dictionary_survives_json() -> None:
    stored = json.loads(json.dumps(dictionaries.to_json(our_dictionary())))
    assert dictionaries.from_json(stored) == our_dictionary()


@pytest.mark.parametrize("form_id", OURS)
def test_whatever_can_be_refused_says_in_chinese_what_to_do(form_id: str) -> None:
    for question in compiled(form_id).definition.questions:
        if question.is_asked and (question.required or question.required_when):
            assert question.required_message, question.name
        if question.constraint:
            assert question.constraint_message, question.name


@pytest.mark.parametrize("form_id", OURS)
def test_every_question_that_people_see_has_words_and_stands_in_a_named_group(form_id: str) -> None:
    definition = compiled(form_id).definition
    for question in definition.questions:
        if question.is_asked:
            assert question.label, question.name
            assert question.group
            assert definition.groups_by_path[question.group].label


def visit(name: str) -> Question:
    return next(q for q in compiled("visit").definition.questions if q.name == name)


def test_the_visit_speaks_the_words_of_the_doorstep() -> None:
    lists = compiled("visit").definition.lists
    assert visit("met_who").label == "见到谁"
    assert visit("income_change").label == "收入和上次比"
    assert visit("risk_clue").label == "有返贫致贫风险吗"
    assert [words for _, words in lists["risk3"]] == ["没有", "有", "拿不准，请村镇核实"]
    assert [words for _, words in lists["absent_reason"]] == [
        *("下地", "务工", "住院", "走亲戚", "已搬走", "不清楚")
    ]
    assert ("refused", "不愿受访") in lists["visit_result"]


def test_photos_position_and_signature_are_never_required_of_a_visit() -> None:
    for name in ("location", "photo", "problem_photo", "signature_recorder", "sign_way"):
        assert not visit(name).required, name
    assert visit("sign_way").required_when == "/data/policy_signature = 'required'"


def test_nobody_is_asked_for_an_income_estimate_a_solving_level_or_a_problem_number() -> None:
    names = {q.name for q in compiled("visit").definition.questions if q.is_asked}
    assert names.isdisjoint({"income_estimate", "problem_level", "followup_problem"})
    assert visit("ask_satisfaction").default == "no"


def test_a_household_register_names_members_and_households_by_what_the_phone_knows() -> None:
    households, persons = sorted(
        compiled("household_register").definition.entities, key=lambda e: e.register
    )
    assert (households.id, households.known) == ("/data/hh_uuid", "/data/hh_known")
    assert (persons.id, persons.known) == ("/data/members/person_id", "/data/members/person_known")
    assert households.prefill
    assert persons.prefill


def test_people_are_picked_in_a_visit_and_never_filled_in_beforehand() -> None:
    of = {entity.register: entity for entity in compiled("visit").definition.entities}
    persons = of["persons"]
    assert persons.known == "/data/member_changes/change_who"
    assert not persons.prefill
    assert of["households"].known is None


def test_quotation_marks_stay_chinese() -> None:
    assert "“没在家”" in visit("met_who").required_message
    assert "“没在家”" in compiled("visit").xform
