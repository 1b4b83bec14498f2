"""The quick check and the one by lxml find the same in every instance."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.forms.check import findings_of
from server.forms.closures import Unsupported, compile_expression
from server.forms.compute import Computed
from server.forms.definition import Definition, Question
from server.forms.instance import read_instance
from server.forms.quick import QuickComputed, plan_of
from server.forms.xpath import Context
from tests.forms.instances import CHILD_ID, HEAD_ID, compiled, instance_xml, new_id

FORMS = ("visit", "household_register")
ODD = ("", " ", "0", "-1", "3.50", "007", "1e3", "NaN", "+4", ".5", "yes", "2026-11-20", "无",
       "a b", "2026-02-30", "12345678901234567", HEAD_ID, CHILD_ID, "1 2 3")  # fmt: skip


def answers_by(definition: Definition, chance: random.Random) -> Mapping[str, object]:
    """Answers to about half of a form's questions, mostly sensible ones."""
    found: dict[str, object] = {}
    rows: dict[str, list[dict[str, str]]] = {
        group.path: [{} for _ in range(chance.choice((0, 0, 1, 3)))]
        for group in definition.groups
        if group.kind == "repeat"
    }
    for question in definition.questions:
        places: Sequence[dict[str, object]] = rows[question.repeat] if question.repeat else [found]  # type: ignore[assignment]
        for place in places:
            if chance.random() < 0.6:
                place[question.name] = an_answer(question, definition, chance)
    return found | {path.rsplit("/", 1)[1]: some for path, some in rows.items()}


def an_answer(question: Question, definition: Definition, chance: random.Random) -> str:
    codes = [code for code, _ in definition.lists.get(question.list or "", ())]
    if codes and chance.random() < 0.9:
        return " ".join(chance.sample(codes, chance.choice((1, 1, min(2, len(codes))))))
    if question.type == "date" and chance.random() < 0.8:
        return str(date(2010, 1, 1) + timedelta(days=chance.randrange(7000)))
    if question.type in ("integer", "decimal") and chance.random() < 0.8:
        return str(chance.choice((0, 1, 2, 17, 3.5, 100000, 0.1, 12.34)))
    return chance.choice(ODD)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_both_find_the_same(form: str, seed: int) -> None:
    definition = compiled(form).definition
    xml = instance_xml(definition, answers_by(definition, random.Random(seed)))  # type: ignore[arg-type]
    today = date(2026, 11, 21)
    try:
        quick = QuickComputed(read_instance(xml).root, definition, today)
        found = findings_of(read_instance(xml), quick, ["a.jpg"])
    except Unsupported:
        return
    slow = Computed(read_instance(xml), definition, today)
    assert [(f.path, f.given, f.value, f.relevant) for f in quick.fields] == [
        (f.path, f.given, f.value, f.relevant) for f in slow.fields
    ]
    assert found == findings_of(read_instance(xml), slow, ["a.jpg"])


@pytest.mark.parametrize("form", FORMS)
def test_our_forms_are_checked_the_quick_way(form: str) -> None:
    definition = compiled(form).definition
    assert plan_of(definition).items
    xml = instance_xml(definition, {"event_date": "2026-11-20"}, instance_id=new_id())
    assert QuickComputed(read_instance(xml).root, definition, date(2026, 11, 21)).fields


@pytest.mark.parametrize(
    "expression",
    [
        "/data/a[1] = 'x'",
        "../a = 'x'",
        "/data/unheard_of = 'x'",
        "translate(/data/a, 'x', 'y')",
        "position() = 1",
        "/data/a | /data/a",
        "count(/data/a",
    ],
)
def test_what_the_reader_does_not_know_is_left_to_lxml(expression: str) -> None:
    with pytest.raises(Unsupported):
        compile_expression(expression, Context("/data/a", (), ()), {"/data/a": None})
