"""What a reviewer of an income account should look at (pure). Source: forms.md 7, "Checks"."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from server.followup.days import age_on, day_of

Facts = Mapping[str, str]

PENSION_AGE = 60
#: Sums of an account and their words.
TOTALS = {
    "wage_total": "工资性收入",
    "business_total": "生产经营收入",
    "property_total": "财产性收入",
    "transfer_total": "转移性收入",
}
#: What a household is said to have, its word, and the rows of property that tell of it.
SHARES = (
    ("pv_share", "光伏收益", frozenset({"pv"})),
    ("dividend_share", "产业分红", frozenset({"dividend", "collective"})),
)
#: What a household or member is said to receive: flag, property, word, kind of transfer.
RELIEF = (
    (frozenset({"dibao"}), "dibao_member", "低保", "dibao"),
    (frozenset({"tekun_scattered", "tekun_central"}), "tekun_member", "特困供养", "tekun"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account: facts, its sums and what else it says; of its rows, who and which kinds.

    transfers: (kind, person); the person is blank where it is the whole household's.
    """

    facts: Facts
    earners: Collection[str] = ()
    transfers: Sequence[tuple[str, str]] = ()
    properties: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """What an account is compared with.

    home, people: id -> facts of who lives there. before: the account of the year before, or what
    else is known of it. share, line_share: differences above these are explained.
    """

    home: Facts
    people: Mapping[str, Facts]
    before: Facts = field(default_factory=dict)
    share: Decimal = Decimal("0.3")
    line_share: Decimal = Decimal("0.5")


def account_hints(account: Account, around: Around) -> Iterator[str]:
    """What does not agree with the registers or the year before, in words."""
    yield from _size(account, around)
    yield from _workers(account, around)
    yield from _relief(account, around)
    yield from _pensions(account, around)
    for prop, word, kinds in SHARES:
        if around.home.get(prop) == "yes" and kinds.isdisjoint(account.properties):
            yield f"户档里有{word}，核算里没有这一项"
    if not account.facts.get("change_reason"):
        yield from _changes(account, around)


def _size(account: Account, around: Around) -> Iterator[str]:
    size = account.facts.get("size", "")
    if size and around.people and size != str(len(around.people)):
        yield f"按 {size} 人算，户档里是 {len(around.people)} 人"


def _workers(account: Account, around: Around) -> Iterator[str]:
    for person_id, facts in around.people.items():
        months = _number(facts.get("work_months", ""))
        works = facts.get("work", "none") not in ("", "none")
        if works and months and person_id not in account.earners:
            yield f"{_name(facts)}登记务工 {months:g} 个月，没有他的工资性收入"


def _relief(account: Account, around: Around) -> Iterator[str]:
    welfare = set(around.home.get("welfare", "").split())
    kinds = {kind for kind, _ in account.transfers}
    for flags, prop, word, kind in RELIEF:
        has = bool(welfare & flags) or any(
            facts.get(prop) == "yes" for facts in around.people.values()
        )
        if has and kind not in kinds:
            yield f"户档里享受{word}，转移性收入里没有"


def _pensions(account: Account, around: Around) -> Iterator[str]:
    until = day_of(account.facts.get("period_end", ""))
    drawing = {person for kind, person in account.transfers if kind == "pension"}
    if until is None or "" in drawing:
        return
    for person_id, facts in around.people.items():
        insured = facts.get("pension_insured") == "yes"
        if insured and _is_pensioner(facts, until) and person_id not in drawing:
            yield f"{_name(facts)}满 {PENSION_AGE} 岁、参加了养老保险，没有他的养老金"


def _is_pensioner(facts: Facts, until: date) -> bool:
    born = day_of(facts.get("birth_date", ""))
    return born is not None and age_on(born, until) >= PENSION_AGE


def _changes(account: Account, around: Around) -> Iterator[str]:
    if _differs(account.facts, around.before, "per_capita_net", around.share):
        yield f"人均纯收入和上年相差 {around.share:.0%} 以上，没有写原因"
    for prop, word in TOTALS.items():
        if _differs(account.facts, around.before, prop, around.line_share, least=True):
            yield f"{word}和上年相差 {around.line_share:.0%} 以上，没有写原因"


def _differs(now: Facts, before: Facts, prop: str, share: Decimal, *, least: bool = False) -> bool:
    """Whether a sum is other by more than a share of what it was; least: by that share already."""
    old, new = _number(before.get(prop, "")), _number(now.get(prop, ""))
    if old is None or new is None or old <= 0:
        return False
    change = abs(new - old) / old
    return change >= share if least else change > share


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _name(facts: Facts) -> str:
    return facts.get("person_name") or "未取名"
