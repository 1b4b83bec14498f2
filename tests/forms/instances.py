"""Filled forms for tests: functions with defaults, as a phone would send them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from server.forms.compile import CompiledForm, compile_form
from server.forms.definition import Definition
from server.forms.dictionary import Dictionary, read_toml

FORMS = Path(__file__).parents[2] / "forms"
HEAD_ID = "379999195203151016"
WIFE_ID = "379999195408221022"
CHILD_ID = "379999201006011039"
VILLAGE = "370321110217"

Answers = Mapping[str, str | Sequence[Mapping[str, str]]]


@cache
def compiled(form_id: str) -> CompiledForm:
    """One of our forms, compiled once."""
    return compile_form(FORMS / f"{form_id}.md")


@cache
def our_dictionary() -> Dictionary:
    """The data dictionary that we ship."""
    return read_toml(FORMS / "registers.toml")


def new_id() -> str:
    """A fresh id, as a phone makes it."""
    return str(uuid.uuid4())


def instance_xml(
    definition: Definition,
    answers: Answers,
    *,
    instance_id: str | None = None,
    deprecated_id: str | None = None,
    version: str | None = None,
) -> str:
    """An instance with these answers, by question name; a repeat's name holds a list of rows.

    Questions without an answer are absent, as those are that do not apply.
    """
    meta = f"<instanceID>uuid:{instance_id or new_id()}</instanceID>"
    if deprecated_id:
        meta += f"<deprecatedID>uuid:{deprecated_id}</deprecatedID>"
    return (
        '<data xmlns="http://www.w3.org/2002/xforms"'
        f" id={quoteattr(definition.form_id)} version={quoteattr(version or definition.version)}>"
        f"{_content(definition, '/data', answers)}<meta>{meta}</meta></data>"
    )


def visit_xml(
    household: str,
    *,
    instance_id: str | None = None,
    deprecated_id: str | None = None,
    **answers: str | Sequence[Mapping[str, str]],
) -> str:
    """An uneventful monthly visit; any answer can be given otherwise, `""` leaves one out."""
    usual: dict[str, str | Sequence[Mapping[str, str]]] = {
        "hh_uuid": household,
        "policy_signature": "optional",
        "ask_satisfaction": "no",
        "recorded_mode": "onsite",
        "recorder_name": "李明远",
        "recorder_role": "first_secretary",
        "event_date": "2026-11-20",
        "visit_type": "monthly",
        "met_who": "11111111-1111-4111-8111-111111111111",
        "visit_result": "met_person",
        "informant_name": "陈广田",
        "informant_relation": "02",
        "food_ok": "yes",
        "clothes_ok": "yes",
        "edu_ok": "ok",
        "medical_ok": "ok",
        "housing_ok": "ok",
        "water_ok": "ok",
        "income_change": "flat",
        "expense_shock": "no",
        "member_changed": "no",
        "risk_clue": "no",
        "account_text": "11月20日到陈广田家走访，一切都好。",
    }
    return instance_xml(
        compiled("visit").definition,
        _given(usual | answers),
        instance_id=instance_id,
        deprecated_id=deprecated_id,
    )


def nobody_home_xml(household: str, reason: str = "field", **answers: str) -> str:
    """Nobody was home: two taps."""
    names = "informant_name informant_relation account_text food_ok clothes_ok edu_ok medical_ok"
    names += " housing_ok water_ok income_change expense_shock member_changed risk_clue"
    blank = dict.fromkeys(names.split(), "")
    absent = {"met_who": "absent", "visit_result": "absent", "absent_reason": reason}
    return visit_xml(household, **(blank | absent | answers))


def register_xml(
    household: str | None = None,
    *,
    known: bool = False,
    members: Sequence[Mapping[str, str]] | None = None,
    head: str | None = None,
    instance_id: str | None = None,
    deprecated_id: str | None = None,
    **answers: str | Sequence[Mapping[str, str]],
) -> str:
    """A household registered for the first time (two old people), or a known one opened again."""
    household = household or new_id()
    members = (
        [member(), member(WIFE_ID, name="赵桂兰", relation="10")] if members is None else members
    )
    members = [{"household": household, **row} for row in members]
    here = [row for row in members if row.get("member_status") != "removed"]
    named = [row["person_id"] for row in here if row.get("relation") == "02"]
    if head is None:
        head = named[0] if len(named) == 1 else ""
    found = sum(row["person_id"] == head for row in here) if known else len(named)
    usual: dict[str, str | Sequence[Mapping[str, str]]] = {
        "hh_uuid": household,
        "hh_known": "1" if known else "",
        "known_head": head if known else "",
        "village_code": VILLAGE,
        "policy_signature": "optional",
        "recorded_mode": "onsite",
        "recorder_name": "李明远",
        "recorder_role": "first_secretary",
        "event_date": "2026-11-20",
        "members": members,
        "members_in": str(len(here)),
        "head_found": str(found),
        "head": head,
    }
    facts: dict[str, str | Sequence[Mapping[str, str]]] = {
        "address_detail": "2组14号",
        "lives_elsewhere": "no",
        "phone": "13900008468",
        "type_proposal": "ordinary",
        "household_type": "ordinary",
        "farmland_mu": "3.5",
        "house_area": "90",
        "house_structure": "zhuanmu",
        "house_grade": "B",
        "security_path": "appraised_safe",
        "water_source": "piped",
        "water_quantity": "ok",
        "water_quality": "ok",
        "water_convenience": "ok",
        "water_reliability": "ok",
        "water_safe": "yes",
    }
    if known:
        facts = {"address_detail": "2组14号"}
    return instance_xml(
        compiled("household_register").definition,
        _given(usual | facts | answers),
        instance_id=instance_id,
        deprecated_id=deprecated_id,
    )


def member(id_number: str = HEAD_ID, **answers: str) -> dict[str, str]:
    """A new member with an ID number, old, healthy, at home; the head unless said otherwise."""
    birth = f"{id_number[6:10]}-{id_number[10:12]}-{id_number[12:14]}"
    status = answers.get("member_status", "in")
    person_id = answers.get("person_id") or new_id()
    is_head = answers.get("relation", "02") == "02" and status != "removed"
    usual = {
        "person_id": person_id,
        "name": "陈广田",
        "relation": "02",
        "has_id": "yes",
        "id_number": id_number,
        "id_birth": birth,
        "birth_date": birth,
        "sex": "male" if int(id_number[16]) % 2 else "female",
        "age": str(_age(birth, "2026-11-20")),
        "member_status": status,
        "ethnicity": "01",
        "education": "2",
        "health_status": "healthy",
        "labour": "weak",
        "work": "none",
        "medical_insured": "yes",
        "pension_insured": "yes",
        "left_behind_type": "none",
        "in_count": "1" if status != "removed" else "0",
        "head_id": person_id if is_head else "",
        "heads_named": "1" if is_head else "0",
        "known_head_in": "0",
    }
    if answers.get("has_id") == "no":
        found = usual | answers
        usual |= {"birth_input": found["birth_date"], "sex_input": found["sex"], "id_birth": ""}
    return usual | answers


def known_member(person_id: str, head: bool = False, **answers: str) -> dict[str, str]:
    """A member whom the register knows, with nothing changed but these answers."""
    usual = {
        "person_known": "1",
        "person_id": person_id,
        "id_last4": "1016",
        "known_birth_date": "1952-03-15",
        "known_sex": "male",
        "known_member_status": "in",
        "name": "陈广田",
        "relation": "02" if head else "10",
        "id_action": "keep",
        "birth_date": "1952-03-15",
        "sex": "male",
        "age": "74",
        "member_status": "in",
        "in_count": "1",
        "head_id": person_id if head else "",
        "heads_named": "1" if head else "0",
        "known_head_in": "1" if head else "0",
    }
    return usual | answers


def _given(
    answers: Mapping[str, str | Sequence[Mapping[str, str]]],
) -> dict[str, str | Sequence[Mapping[str, str]]]:
    return {name: value for name, value in answers.items() if value != ""}


def _age(birth: str, day: str) -> int:
    return int(day[:4]) - int(birth[:4]) - (day[5:] < birth[5:])


def _content(definition: Definition, path: str, answers: Answers) -> str:
    """The XML below `path`, in the form's order."""
    parts = []
    for below in _children(definition, path):
        name = below.rsplit("/", 1)[1]
        group = definition.groups_by_path.get(below)
        if group is None:
            if name in answers:
                parts.append(f"<{name}>{escape(str(answers[name]))}</{name}>")
        elif group.kind == "group":
            content = _content(definition, below, answers)
            parts.append(f"<{name}>{content}</{name}>" if content else "")
        else:
            rows = answers.get(name, ())
            for row in rows if not isinstance(rows, str) else ():
                parts.append(f"<{name}>{_content(definition, below, row)}</{name}>")
    return "".join(parts)


def _children(definition: Definition, path: str) -> list[str]:
    children: dict[str, None] = {}
    for question in definition.questions:
        if question.path.startswith(f"{path}/"):
            children[f"{path}/{question.path[len(path) + 1 :].split('/', 1)[0]}"] = None
    return list(children)
