"""What a reviewer of a step of a case, or of an exit check, should look at (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

Facts = Mapping[str, str]

#: Steps for which two go.
BY_TWO = frozenset({"verify", "clear"})
MET = frozenset({"met_person", "met_family", "phone"})


@dataclass(frozen=True, slots=True)
class Held:
    """What holds on the day of a record.

    line: of this kind of households, None where it has none of its own; whether the line of all
    was the right one is compared elsewhere. suits: category -> whether it suits what the household
    was before.
    """

    line: Decimal | None
    suits: Mapping[str, bool]


def role_hint(role: str, held: Collection[str], words: Mapping[str, str]) -> Iterator[str]:
    """Whether somebody recorded as what he is; held: his roles on that day."""
    if role and held and role not in held:
        his = "、".join(words.get(one, one) for one in sorted(held))
        yield f"填的身份是{words.get(role, role)}，当天登记的是{his}"


def case_hints(facts: Facts, held: Held) -> Iterator[str]:
    """Of a step of a case; facts: its answers."""
    if facts.get("case_step") not in BY_TWO or facts.get("visit_result") not in MET:
        return
    yield from _by_two(facts)
    yield from _line(facts.get("monitoring_line", ""), held)
    if held.suits.get(facts.get("category_proposed", "")) is False:
        yield "建议的类别和这户原来的户类型不符：脱贫户才是脱贫不稳定户，一般农户才是边缘易致贫户"


def exit_hints(facts: Facts, held: Held) -> Iterator[str]:
    """Of an exit check; facts: its answers."""
    if facts.get("visit_result") not in MET:
        return
    yield from _by_two(facts)
    if facts.get("check_kind") != "exit":
        yield from _line(facts.get("line_amount", ""), held)


def _by_two(facts: Facts) -> Iterator[str]:
    if not facts.get("co_recorders"):
        yield "要两个人一起核实，这条没有记同行的人"


def _line(carried: str, held: Held) -> Iterator[str]:
    if held.line is None:
        return
    try:
        same = Decimal(carried) == held.line
    except InvalidOperation:
        same = False
    if not same:
        yield f"表里按 {carried or '空'} 比，这一类户那天的监测线是 {held.line:f} 元"
