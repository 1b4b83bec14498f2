"""What other clients get of a published form, and why some forms are not offered to them."""

from __future__ import annotations

import pytest
from lxml import etree

from server.forms.compile import compile_form
from server.openrosa.variant import CannotRun, Variant, variant_of
from tests.forms.instances import FORMS, compiled, our_dictionary
from tests.openrosa.collecting import CONTACT

XF = "{http://www.w3.org/2002/xforms}"


def offered(source: str) -> Variant:
    form = compile_form(source.encode())
    return variant_of(form.xform, form.definition, our_dictionary())


def shipped(form_id: str) -> etree._Element:
    form = compiled(form_id)
    variant = variant_of(form.xform, form.definition, our_dictionary())
    return etree.fromstring(variant.xform.encode())


def test_the_household_is_chosen_and_its_version_said() -> None:
    root = shipped("visit")
    chosen = root.find(f".//{XF}select1[@ref='/data/hh_uuid']")
    assert chosen is not None
    nodes = chosen.find(f"{XF}itemset").get("nodeset")  # type: ignore[union-attr]
    assert nodes == "instance('households')/root/item"
    binds = {b.get("nodeset"): b for b in root.iter(f"{XF}bind")}
    base = binds["/data/meta/entity/@baseVersion"].get("calculate")
    assert base == "instance('households')/root/item[name = /data/hh_uuid]/__version"
    branch = binds["/data/member_changes/meta/entity/@branchId"].get("calculate") or ""
    assert "current()/../../../change_id" in branch


def test_nothing_asks_for_a_component_of_our_phone() -> None:
    for form_id in ("visit", "household_register"):
        found = {element.get("appearance") for element in shipped(form_id).iter()}
        assert not found & {"member", "met-who", "people", "hidden", "no-change"}


def test_a_row_that_nobody_asked_for_is_not_there() -> None:
    data = shipped("visit").find(f".//{XF}data")
    assert data is not None
    rows = [child.tag.removeprefix(XF) for child in data if child.tag == f"{XF}problems"]
    assert rows == ["problems"]


def test_a_problem_can_be_added_though_such_a_client_lists_no_earlier_ones() -> None:
    root = shipped("visit")
    assert {i.get("id") for i in root.iter(f"{XF}instance")}.isdisjoint({"problems", "cases"})
    binds = {b.get("nodeset"): b for b in root.iter(f"{XF}bind")}
    assert binds["/data/problems/problem_id"].get("calculate") == "once(uuid())"
    assert binds["/data/problems/problem_known"].get("calculate") is None


@pytest.mark.parametrize(
    ("wrong", "right", "why"),
    [
        ("| | hidden | secret | | yes | | |", "", "只有本系统的手机会填"),
        ("| | text | who | 谁 | | met-who | |", "", "没有走访结果可填"),
    ],
)
def test_a_form_that_needs_our_phone_is_not_offered(wrong: str, right: str, why: str) -> None:
    line = "| | date | event_date | 日期 | yes | | |"
    assert offered(CONTACT.replace(line, f"{line}\n{right or line.replace('event_', 'other_')}"))
    with pytest.raises(CannotRun) as refused:
        offered(CONTACT.replace(line, f"{line}\n{wrong}"))
    assert why in refused.value.reasons[0]


def test_the_same_form_has_the_same_hash_for_everybody() -> None:
    form = compiled("visit")
    made = {variant_of(form.xform, form.definition, our_dictionary()).xform for _ in range(2)}
    assert len(made) == 1


GROUPED = """
| survey |
| | type | name | label | calculation | appearance | save_to |
| | date | event_date | 日期 | | | |
| | hidden | hh_uuid | 农户 | | | |
| | text | phone | 电话 | | | households#phone |
| | begin group | g_person | 这个人 | | | |
| | text | who | 是谁 | | member | |
| | hidden | known_member_phone | | | | |
| | text | member_phone | 他的电话 | | | persons#member_phone |
| | end group | | | | | |
| entities |
| | list_name | entity_id |
| | households | ${hh_uuid} |
| | persons | ${who} |
| settings |
| | form_title | form_id | version |
| | 试 | trial | 2026112201 |
"""


def test_what_is_known_of_a_person_in_a_group_is_looked_up_among_persons() -> None:
    root = etree.fromstring(offered(GROUPED).xform.encode())
    binds = {b.get("nodeset"): b.get("calculate") for b in root.iter(f"{XF}bind")}
    known = binds["/data/g_person/known_member_phone"]
    assert known == "instance('persons')/root/item[name = current()/../who]/member_phone"


NOT_OFFERED = {
    "health_eight": {"/data/g_person", "/data/g_case", "跟谁核实的"},
    "housing_assessment": {"/data/g_home", "见到谁"},
    "monitoring": {"/data/g_case", "见到谁"},
    "income_account": {"见到谁"},
    "left_behind_card": {"/data/g_card", "/data/g_person"},
    "exit_check": {"/data/g_exit", "见到谁"},
    "help_plan": {"/data/g_plan", "见到谁"},
}


@pytest.mark.parametrize(
    "form_id", [file.stem for file in sorted(FORMS.glob("*.md")) if file.stem != "README"]
)
def test_each_of_our_forms_is_offered_or_says_what_only_our_phone_can_do(form_id: str) -> None:
    """docs/protocol.md tells of it."""
    form = compiled(form_id)
    try:
        variant_of(form.xform, form.definition, our_dictionary())
        found = set()
    except CannotRun as refused:
        found = {reason.partition("：")[0] for reason in refused.reasons}
    assert found == NOT_OFFERED.get(form_id, set())
