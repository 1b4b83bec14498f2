"""Forms and dictionary in the words of policy: choices that a county added, terms of an era."""

from __future__ import annotations

from datetime import date

from lxml import etree

from server.forms.check import check
from server.forms.compile import compile_form
from server.forms.spoken import spoken_definition, spoken_dictionary, spoken_xform
from server.policy.vocabulary import Vocabulary
from tests.forms.instances import compiled, instance_xml, our_dictionary

XF = "{http://www.w3.org/2002/xforms}"
WORDS = Vocabulary(
    added=(("problem_type", (("x1", "光伏板坏了"), ("x2", "路灯不亮"))),),
    offered=(("problem_type", (("x1", "光伏板坏了"),)),),
    terms=(
        ("problem_type", (("water", "吃水难"),)),
        ("household_type", (("out_policy", "防返贫户"),)),
    ),
)
FILTERED = """
| survey |
| | type | name | label | choice_filter |
| | text | kind | 哪一类 | |
| | select_one thing | thing | 什么 | kind = '' or kind = ${kind} |
| choices |
| | list_name | name | label | kind |
| | thing | a | 甲 | one |
| | thing | b | 乙 | two |
| settings |
| | form_title | form_id | version |
| | 试 | trial | 2026112201 |
"""


def offered(xform: str, name: str) -> list[tuple[str, str]]:
    root = etree.fromstring(xform.encode())
    control = next(c for c in root.iter(f"{XF}select1") if c.get("ref", "").endswith(name))
    return [
        (item.findtext(f"{XF}value") or "", item.findtext(f"{XF}label") or "")
        for item in control.findall(f"{XF}item")
    ]


def test_what_was_ever_added_has_words_and_only_what_is_on_offer_is_asked() -> None:
    form = compiled("visit")
    definition = spoken_definition(form.definition, WORDS)
    assert definition.choice_label("problem_type", "x2") == "路灯不亮"
    assert definition.choice_label("problem_type", "water") == "吃水难"
    asked = offered(spoken_xform(form.xform, form.definition, WORDS), "/problem_type")
    assert asked[-2:] == [("other", "其他"), ("x1", "光伏板坏了")]
    assert ("water", "吃水难") in asked
    assert spoken_xform(form.xform, form.definition, Vocabulary()) == form.xform


def test_the_dictionary_speaks_so_too_and_keeps_its_codes() -> None:
    dictionary = spoken_dictionary(our_dictionary(), WORDS)
    assert dictionary.label("household_type", "out_policy") == "防返贫户"
    assert dictionary.label("problem_type", "x1") == "光伏板坏了"
    assert dictionary.code("problem_type", "路灯不亮") == "x2"


def test_a_choice_that_is_offered_no_more_is_right_in_old_records() -> None:
    form = compiled("visit").definition
    xml = instance_xml(form, {"absent_reason": "x9", "visit_result": "absent"})
    words = Vocabulary(added=(("absent_reason", (("x9", "赶集"),)),))

    def found(definition: object) -> set[str]:
        return {f.path for f in check(xml, definition, filled_on=date(2026, 11, 20))}  # type: ignore[arg-type]

    assert found(form) - found(spoken_definition(form, words)) == {"/data/g_met/absent_reason"}


def test_an_addition_to_a_filtered_list_passes_where_the_filter_lets_a_blank_pass() -> None:
    form = compile_form(FILTERED.encode())
    words = Vocabulary(*((("thing", (("x1", "丙"),)),),) * 2)
    definition = spoken_definition(form.definition, words)
    for kind, thing, wrong in (("one", "x1", False), ("one", "b", True), ("two", "x1", False)):
        xml = instance_xml(form.definition, {"kind": kind, "thing": thing})
        found = {f.kind for f in check(xml, definition, filled_on=date(2026, 11, 20))}
        assert ("choice" in found) == wrong
    listed = etree.fromstring(spoken_xform(form.xform, form.definition, words).encode())
    names = [n.text for n in listed.iterfind(f".//{XF}instance[@id='thing']//{XF}name")]
    assert names == ["a", "b", "x1"]


def test_lists_that_are_open_are_lists_of_our_forms_and_of_their_properties() -> None:
    dictionary = our_dictionary()
    forms = [compiled(one).definition for one in ("visit", "household_register", "health_eight")]
    questions = [(form, q) for form in forms for q in form.questions if q.list]
    for name in dictionary.open:
        asked = [(form, q) for form, q in questions if q.list == name]
        assert asked
        for _, question in asked:
            saved = question.save_to
            prop = dictionary.property(saved.register, saved.property) if saved else None
            assert prop is None or prop.list == name
