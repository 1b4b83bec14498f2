"""Values of policy: typed, read, said."""

from __future__ import annotations

import tomllib

import pytest

from server.config import ROOT
from server.forms.dictionary import read_toml
from server.policy.keys import every
from server.policy.kinds import Kind, Unreadable, read, say, typed
from server.policy.values import SEED

DAYS = Kind("whole", "天", 1, 731)
YES_NO = Kind("yes_no", choices={"yes": "是", "no": "否"})
ORDERED = Kind("ordered", choices={"a": "甲", "b": "乙"})
COLOURS = Kind("some", choices={"r": "红", "g": "绿"})


def test_every_seeded_key_is_known_and_its_values_can_be_typed() -> None:
    for key, values in tomllib.loads(SEED.read_text("utf-8")).items():
        kind = every()[key].kind
        for entry in values:
            value = read(kind, typed(kind, entry["value"]))
            assert set(say(kind, value)) == set(say(kind, entry["value"])), key


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        (DAYS, ["45"], 45),
        (Kind("decimal", "元", 0, 10_000), ["8200.50"], 8200.5),
        (YES_NO, ["no"], False),
        (COLOURS, ["g", "r"], ["r", "g"]),
        (COLOURS, [], []),
        (Kind("day"), ["10-01"], "10-01"),
        (Kind("words"), ["a 甲户\n\nb 乙户"], {"a": "甲户", "b": "乙户"}),
        (ORDERED, ["b\na 甲表"], [["b", ""], ["a", "甲表"]]),
    ],
)
def test_what_is_typed_becomes_a_value_and_back(
    kind: Kind, given: list[str], value: object
) -> None:
    assert read(kind, given) == value
    assert read(kind, typed(kind, value)) == value


@pytest.mark.parametrize(
    ("kind", "given", "why"),
    [
        (DAYS, ["0"], "1 到 731"),
        (DAYS, ["7.5"], "整数"),
        (DAYS, ["NaN"], "整数"),
        (DAYS, ["七"], "数字"),
        (YES_NO, [""], "请选一个"),
        (COLOURS, ["b"], "没有“b”"),
        (Kind("day"), ["13-01"], "月-日"),
        (Kind("day"), ["02-30"], "月-日"),
        (Kind("day"), ["02-29"], "月-日"),
        (Kind("day"), ["W01-1"], "月-日"),
        (Kind("words", choices={"a": "甲"}), ["b 乙"], "没有“b”"),
        (Kind("text"), [" "], "请填写"),
        (ORDERED, ["c"], "没有“c”"),
        (ORDERED, ["a\na 甲表"], "只能写一行"),
        (ORDERED, [""], "至少写一行"),
    ],
)
def test_what_is_no_value_is_refused_in_words(kind: Kind, given: list[str], why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(kind, given)


def test_types_of_households_are_those_of_the_registers() -> None:
    dictionary = read_toml(ROOT / "forms" / "registers.toml")
    codes = {code for code, *_ in dictionary.lists["household_type"]}
    assert {key.removeprefix("interval.") for key in every() if key.startswith("interval.")} - {
        *("away_meeting", "first_visit")
    } <= codes
