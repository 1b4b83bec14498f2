"""OpenRosa's XPath, as forms use it."""

from __future__ import annotations

import math
from datetime import date

import pytest
from lxml import etree

from server.forms.xpath import BadExpression, Context, Expression, UnknownFunction
from server.forms.xpath_functions import Value

TREE = etree.XML(
    "<data><day>2026-11-20</day><born>2010-06-01</born><blank/><picked>b a</picked><n>3.5</n>"
    "<row><x>1</x><y>p</y></row><row><x>2</x><y>q</y></row><row><x/><y/></row></data>"
)
TODAY = date(2026, 11, 20)
DATES = frozenset({"/data/day", "/data/born"})


def value_of(text: str, at: str = "/data/n") -> Value:
    expression = Expression(text, Context(at, ["/data/row"], DATES))
    node = TREE.find(at.removeprefix("/data/").replace("row/", "row[2]/"))
    assert node is not None
    return expression.evaluate(node, TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if(/data/n > 3, 'more', 'less')", "more"),
        ("if(/data/blank, 'more', 'less')", "more"),  # a node is there, if blank
        ("if(/data/blank != '', 'more', 'less')", "less"),
        ("coalesce(/data/blank, 'x')", "x"),
        ("once('kept')", "kept"),
        ("selected(/data/picked, 'a')", True),
        ("selected(/data/picked, 'c')", False),
        ("selected('absent refused', /data/blank)", False),
        ("count-selected(/data/picked)", 2.0),
        ("selected-at(/data/picked, 0)", "b"),
        ("selected-at(/data/picked, 5)", ""),
        ("substr('10X98765432', 2, 3)", "X"),
        ("substr('10X98765432', 9)", "32"),
        ("regex('13900008468', '^1[3-9][0-9]{9}$')", True),
        ("int(3.9)", 3.0),
        ("int(-3.9)", -3.0),
        ("round(2.346, 2)", 2.35),
        ("round(2.5)", 3.0),
        ("pow(2, 10)", 1024.0),
        ("sum(/data/row/x)", 3.0),
        ("max(/data/row/x)", 2.0),
        ("min(/data/n, 7)", 3.5),
        ("join('-', /data/row/y)", "p-q-"),
        ("count-non-empty(/data/row/y)", 2.0),
        ("indexed-repeat(/data/row/y, /data/row, 2)", "q"),
        ("int((decimal-date-time(/data/day) - decimal-date-time(/data/born)) div 365.2425)", 16.0),
        ("/data/day <= today()", True),
        ("/data/born >= date('2014-01-01')", False),
        ("/data/born < /data/day", True),
        ("/data/day = today()", True),
        ("/data/day != ''", True),
        ("concat(substr(/data/day, 0, 4), '年')", "2026年"),
    ],
)
def test_expressions_mean_what_they_mean_on_the_phone(text: str, expected: Value) -> None:
    assert value_of(text) == expected


def test_a_path_into_the_same_repeat_means_the_same_row() -> None:
    assert value_of("/data/row/y", at="/data/row/x") != value_of("/data/row/y")
    assert value_of("concat(/data/row/y, '')", at="/data/row/x") == "q"
    assert value_of("sum(/data/row/x)", at="/data/n") == 3.0


def test_a_dot_in_a_date_question_compares_as_a_day() -> None:
    assert value_of(". <= today() and . >= date('2014-01-01')", at="/data/day") is True
    assert value_of(". < /data/born", at="/data/day") is False


def test_what_is_no_number_stays_out_of_arithmetic() -> None:
    result = value_of("int(/data/picked)")
    assert isinstance(result, float)
    assert math.isnan(result)


@pytest.mark.parametrize("text", ["system('x')", "document('file:///etc/passwd')", "pulldata('a')"])
def test_a_function_that_is_not_ours_is_refused_when_compiled(text: str) -> None:
    with pytest.raises(UnknownFunction):
        value_of(text)


@pytest.mark.parametrize("text", ["1 +", "((", "/data/n[", "'open", "selected()"])
def test_what_cannot_be_read_or_computed_is_a_bad_expression(text: str) -> None:
    with pytest.raises(BadExpression):
        value_of(text)
