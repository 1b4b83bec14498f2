"""What a value of policy may be: how it is typed, read and said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from server.policy.rules import read_rule, say_rule

Name = Literal[
    "whole",
    "decimal",
    "yes_no",
    "one",
    "some",
    "text",
    "day",
    "words",
    "rule",
    "choices",
    "ordered",
]


class Unreadable(ValueError):
    """What was typed is no such value; the message says what is asked for."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of values with its unit, its bounds and its choices (code -> word).

    others: what is said of a code that is none of the choices of something ordered.
    """

    name: Name
    unit: str = ""
    least: float = 0
    most: float = 0
    choices: Mapping[str, str] = field(default_factory=dict)
    others: str = "每行写：代码，要改名的再写空格和名称。"


def read(kind: Kind, typed: list[str]) -> object:
    """The value that somebody typed or ticked; raises Unreadable."""
    first = typed[0].strip() if typed else ""
    if kind.name in ("whole", "decimal"):
        return _number(kind, first)
    if kind.name == "ordered":
        return _ordered(kind, first)
    if kind.choices and kind.name != "words":
        return _chosen(kind, typed)
    if kind.name == "words":
        return _words(kind, first)
    if kind.name == "choices":
        return _added(typed)
    if kind.name == "rule":
        return _rule(first)
    if kind.name == "day" and not _is_day_of_every_year(first):
        raise Unreadable("请按“月-日”填，比如 10-01。")
    if not first or len(first) > 200:
        raise Unreadable("请填写，200 个字以内。")
    return first


def _is_day_of_every_year(typed: str) -> bool:
    if not re.fullmatch("[0-9]{2}-[0-9]{2}", typed):
        return False
    try:
        date.fromisoformat(f"2025-{typed}")  # a year without 29 February
    except ValueError:
        return False
    return True


def _number(kind: Kind, typed: str) -> int | float:
    try:
        number = Decimal(typed)
    except InvalidOperation as error:
        raise Unreadable("请填数字。") from error
    if not number.is_finite() or (kind.name == "whole" and number != int(number)):
        raise Unreadable("请填整数。")
    if not kind.least <= number <= kind.most:
        raise Unreadable(f"请填 {kind.least:g} 到 {kind.most:g} 之间的数。")
    return int(number) if kind.name == "whole" else float(number)


def _chosen(kind: Kind, typed: list[str]) -> object:
    if unknown := [one for one in typed if one not in kind.choices]:
        raise Unreadable(f"没有“{unknown[0]}”这个选项。" if unknown[0] else "请选一个。")
    if kind.name == "some":
        return [one for one in kind.choices if one in typed]
    if not typed:
        raise Unreadable("请选一个。")
    return typed[0] == "yes" if kind.name == "yes_no" else typed[0]


def _rule(typed: str) -> dict[str, object]:
    try:
        return read_rule(typed)
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _words(kind: Kind, typed: str) -> dict[str, str]:
    """One line a code: 代码 说法."""
    found = {}
    for line in filter(None, map(str.strip, typed.splitlines())):
        code, _, text = line.partition(" ")
        if kind.choices and code not in kind.choices:
            raise Unreadable(f"没有“{code}”这个代码。每行写：代码 空格 说法。")
        if not text.strip() or len(text) > 40:
            raise Unreadable(f"“{code}”后面请写说法，40 个字以内。")
        found[code] = text.strip()
    if not found:
        raise Unreadable("至少写一行：代码 空格 说法。")
    return found


def _added(typed: list[str]) -> dict[str, str]:
    """One entry a choice: 代码 说法, or only what it says, which is given a code later."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, typed)):
        code, _, text = line.partition(" ")
        if not (text.strip() and code.isascii()):
            code, text = f"+{len(found)}", line
        if code in found:
            raise Unreadable(f"代码 {code} 写了两次。")
        if len(text.strip()) > 40:
            raise Unreadable(f"“{text.strip()}”太长了，40 个字以内。")
        found[code] = text.strip()
    return found


def _ordered(kind: Kind, typed: str) -> list[list[str]]:
    """One line a code, in the order that is meant: 代码, with another name behind it if wanted."""
    found = []
    for line in filter(None, map(str.strip, typed.splitlines())):
        code, _, text = line.partition(" ")
        if code not in kind.choices:
            raise Unreadable(f"没有“{code}”这个代码。{kind.others}")
        if len(text) > 40:
            raise Unreadable(f"“{code}”的名称请写在 40 个字以内。")
        found.append([code, text.strip()])
    if not found:
        raise Unreadable("至少写一行：代码。")
    if len({code for code, _ in found}) < len(found):
        raise Unreadable("同一个代码只能写一行。")
    return found


def say(kind: Kind, value: object) -> str:
    """A value in words."""
    if value is None:
        return "没有填"
    if kind.name == "ordered" and isinstance(value, list):
        return "、".join(text or kind.choices.get(code, code) for code, text in value)
    if kind.name == "rule":
        return "；".join(say_rule(value).splitlines())
    if kind.name in ("yes_no", "one") and isinstance(value, bool):
        legacy = {
            True: kind.choices.get("required", "是"),
            False: kind.choices.get("optional", "否"),
        }
        return legacy[value]
    if isinstance(value, list):
        return "、".join(kind.choices.get(str(one), str(one)) for one in value) or "都不选"
    if kind.name == "choices" and isinstance(value, dict):
        return "、".join(f"{text}（{code}）" for code, text in value.items()) or "没有另加的"
    if isinstance(value, dict):
        return "；".join(f"{kind.choices.get(code, code)}→{text}" for code, text in value.items())
    if isinstance(value, int | float):
        return f"{value:,.10g} {kind.unit}".strip()
    return kind.choices.get(str(value), str(value))


def typed(kind: Kind, value: object) -> list[str]:
    """A value as it stands in its field."""
    if value is None:
        return []
    if kind.name == "ordered" and isinstance(value, list):
        return ["\n".join(f"{code} {text}".strip() for code, text in value)]
    if isinstance(value, bool):
        if kind.name == "one":
            return ["required" if value else "optional"]
        return ["yes" if value else "no"]
    if isinstance(value, list):
        return [str(one) for one in value]
    if kind.name == "rule":
        return [say_rule(value)]
    if kind.name == "choices" and isinstance(value, dict):
        return [f"{code} {text}" for code, text in value.items()]
    if isinstance(value, dict):
        return ["\n".join(f"{code} {text}" for code, text in value.items())]
    return [str(value)]
