"""帮扶明白卡: one sheet for the wall, with nothing on it that a visitor must not read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from server.household_file import words
from server.household_file.content.facts import Fact, Member
from server.household_file.content.gather import Basis
from server.household_file.content.papers import helping, income
from server.household_file.content.papers.known import Known, Thing
from server.household_file.period import Period
from server.household_file.sheets.facts import Sheet
from server.policy.values import named

#: What it costs nobody to read: a measure of these groups or by these names tells an illness.
HEALTH_GROUPS = frozenset({"health"})
HEALTH_MEASURES = frozenset({"disabled_living", "disabled_care", "other"})
HEALTH_CAUSES = frozenset({"illness", "disability", "other"})
#: Most rows that stay readable on a wall; what is left is counted.
MEASURES = {"A4": 12, "A5": 8}
MEMBERS = {"A4": 12, "A5": 8}
FEN = Decimal("0.01")


@dataclass(frozen=True)
class Person:
    """One member, masked: no number, no phone, no health."""

    name: str
    sex: str
    relation: str
    born: str
    reviewed: bool = True


@dataclass(frozen=True)
class Measure:
    """One measure of the year."""

    group: str
    item: str
    whom: str
    amount: Fact
    on: str


@dataclass(frozen=True)
class Income:
    """What the household earned in the year that was accounted for last."""

    year: str
    net: str
    each: str
    reviewed: bool


@dataclass(frozen=True)
class WallCard:
    """Everything on the sheet; `left_out`: measures that are told in the file only."""

    paper: str
    year: str
    committee: str
    head: Fact
    household_no: str
    address: Fact
    household_type: Fact
    identified: Fact
    left_poverty: Fact
    cause: str
    members: tuple[Person, ...]
    more_members: int
    helper: Mapping[str, Fact]
    measures: tuple[Measure, ...]
    left_out: int
    income: Income | None
    supervision: str


def wall_card(basis: Basis, year: str, paper: str = "A4") -> Sheet:
    """The card of a household for a year. paper: A4, or A5."""
    known = basis.known
    home = known.home
    meant = [one for one in known.all("measures") if _in_year(one, year)]
    told = sorted(filter(_may_hang, meant), key=lambda one: (one.code("start_date"), one.id))
    shown = told[-MEASURES[paper] :]
    members = known.members[: MEMBERS[paper]]
    content = WallCard(
        paper=paper,
        year=year,
        committee=words.committee(known.place[2]),
        head=Fact(known.head),
        household_no=known.household_no,
        address=_address(known),
        household_type=home.fact("household_type"),
        identified=home.fact("identify_year"),
        left_poverty=home.fact("exit_year"),
        cause=_cause(basis),
        members=tuple(map(_person, members)),
        more_members=len(known.members) - len(members),
        helper={name: home.fact(f"helper_{name}") for name in ("name", "unit", "post", "phone")},
        measures=tuple(_measure(known, one) for one in shown),
        left_out=len(meant) - len(shown),
        income=_income(known, year),
        supervision=_supervision(basis),
    )
    town = basis.known.place[1]
    return Sheet(
        kind="wall_card",
        key=known.household_no or basis.household_id,
        title=f"帮扶明白卡 {known.head}",
        author=f"{town}{content.committee}",
        as_of=known.as_of,
        villages=(basis.village,),
        content=content,
        household_id=basis.household_id,
        pages=1,
        options={"year": year, "paper": paper},
        names=(known.head, home.text("helper_name"), *(one.name for one in members)),
        used=_used(basis, known),
    )


def _used(basis: Basis, known: Known) -> tuple[str, ...]:
    accounts = (one.submission.instance_id for one, _ in known.filled("account")[:1])
    registers = ("households", "persons", "measures")
    heads: frozenset[str] = frozenset().union(*(basis.heads.get(one, ()) for one in registers))
    return tuple(sorted({*heads, *accounts}))


def _in_year(one: Thing, year: str) -> bool:
    """Whether a measure was given in a year; what goes on is given in every year."""
    first, last = one.code("start_date"), one.code("end_date")
    if one.code("status") == "planned" or not first:
        return False
    if one.code("amount_unit") in ("once", "goods") and not last:
        return first.startswith(year)
    return Period(f"{year}-01-01", f"{year}-12-31").meets(first, last)


def _may_hang(one: Thing) -> bool:
    item, group = one.code("measure_item"), one.code("measure_group")
    return item not in HEALTH_MEASURES and (group not in HEALTH_GROUPS or item == "insure_aid")


def _measure(known: Known, one: Thing) -> Measure:
    return Measure(
        group=one.text("measure_group"),
        item=one.text("measure_item"),
        whom=helping.for_whom(known, one),
        amount=replace(helping.amount_of(one), reviewed=one.reviewed),
        on=one.code("start_date"),
    )


def _address(known: Known) -> Fact:
    group = known.home.fact("group_name")
    return replace(group, text=f"{known.place[1]}{known.place[2]}{group.text}", options=())


def _person(member: Member) -> Person:
    facts = [member.facts.get(name, Fact()) for name in ("sex", "relation", "birth_date")]
    sex, relation, born = (fact.text for fact in facts)
    told = (*facts, member.facts.get("person_name", Fact()))
    return Person(member.name, sex, relation, born[:4], all(fact.reviewed for fact in told))


def _cause(basis: Basis) -> str:
    """The main cause where the county lets it hang; one that tells an illness never."""
    home = basis.known.home
    if basis.policy.get("wall_card.cause") is not True:
        return ""
    return "" if home.code("cause_main") in HEALTH_CAUSES else home.text("cause_main")


def _income(known: Known, year: str) -> Income | None:
    """The newest account of the year, else of the year before."""
    for one, form in known.filled("account"):
        ended = form.text("period_end")[:4]
        if form.text("account_type") != "annual" or not ended or ended > year:
            continue
        parts = income.parts_of(form, known)
        if not any(part.lines for part in parts):
            continue
        net = _net([part.total for part in parts])
        size = form.text("family_size")
        people = Decimal(size) if size.isdecimal() and int(size) else None
        each = f"{(net / people).quantize(FEN, ROUND_HALF_UP):.2f}" if people else ""
        return Income(ended, f"{net:.2f}", each, one.approved)
    return None


def _net(totals: Sequence[Decimal]) -> Decimal:
    return _sum(totals[:4]) - totals[4]


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _supervision(basis: Basis) -> str:
    """Whom to call when something is wrong: the town's number before the county's."""
    policy = basis.policy
    own = policy.get(named("supervision.phone", basis.village[:9]))
    return str(own or policy.get("supervision.phone") or "")
