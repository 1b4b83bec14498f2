"""Amounts: the ledger of measures beside the income account, and the ledger beside itself.

The card on the wall is made from the ledger, so what differs from the account differs there too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from server.household_file import words
from server.household_file.checkup.findings import Finding
from server.household_file.checkup.subject import Account, Measure, Subject

#: What the ledger calls a benefit -> what the account calls it.
SAME: Mapping[str, str] = {
    "dibao": "dibao",
    "tekun": "tekun",
    "temp_relief": "relief_once",
    "disabled_living": "disabled_living",
    "disabled_care": "disabled_care",
    "old_age": "old_age",
    "edu_aid": "edu_grant",
    "yulu": "edu_grant",
    "medical_relief": "medical_reimb",
    "strengthen": "house_grant",
    "rebuild": "house_grant",
    "relocate": "house_grant",
    "dividend": "property:dividend",
    "pv": "property:pv",
    "land_transfer": "property:land_rent",
}
#: Benefits of which every payment is told; of others an account may leave some out.
REGULAR = frozenset({"dibao", "tekun", "disabled_living", "disabled_care", "old_age"})
GIVEN = frozenset({"done", "ended"})
YUAN = Decimal(1)
MONTHS = 12


def check(subject: Subject) -> Iterator[Finding]:
    """Benefits that ledger and account tell differently, and lines of the ledger that collide."""
    given = [one for one in subject.measures if one.status in GIVEN and one.amount is not None]
    yield from _twice(subject, given)
    for account in subject.accounts:
        if account.annual:
            yield from _beside(subject, account, given)


def _beside(subject: Subject, account: Account, given: Sequence[Measure]) -> Iterator[Finding]:
    told: dict[str, list[Measure]] = {}
    for one in given:
        kind = SAME.get(one.item)
        if kind and one.unit != "goods" and _months(one, account):
            told.setdefault(kind, []).append(one)
    for kind, some in told.items():
        counted = [one for one in account.received if one.kind == kind]
        least, most = _yearly(some, account)
        total = sum((one.amount for one in counted), Decimal(0))
        if counted and least - YUAN <= total <= most + YUAN:
            continue
        if not counted and kind not in REGULAR:
            continue
        yield _differs(subject, account, some, total if counted else None, least, most)


def _differs(
    subject: Subject,
    account: Account,
    some: Sequence[Measure],
    total: Decimal | None,
    least: Decimal,
    most: Decimal,
) -> Finding:
    label = "、".join(dict.fromkeys(one.label for one in some))
    ledger = _money(least) if least == most else f"{_money(least)}到{_money(most)}"
    counted = f"记 {_money(total)} 元" if total is not None else "没有这一项"
    return Finding(
        "amount",
        f"{account.instance_id}:{some[0].item}",
        subject.title("incomes"),
        f"{label}：{subject.title('measures') or '措施台账'}（和明白卡）一年 {ledger} 元，"
        f"{account.last.year}年度收入核算{counted}。核对发放凭证，改错的一处。",
        "record",
        account.instance_id,
    )


def _yearly(some: Sequence[Measure], account: Account) -> tuple[Decimal, Decimal]:
    """From how much to how much some measures come to in an account's year.

    What is paid monthly may begin or end a month later than it was granted.
    """
    least = most = Decimal(0)
    for one in some:
        amount = one.amount or Decimal(0)
        if one.unit == "month":
            months = _months(one, account)
            least += amount * max(months - 1, 1) if months < MONTHS else amount * MONTHS
            most += amount * min(months + 1, MONTHS)
        else:
            least += amount
            most += amount
    return least, most


def _months(one: Measure, account: Account) -> int:
    """In how many months of an account's year a measure was given; 0 for none."""
    first = max(one.first or account.first, account.first)
    last = min(one.last or account.last, account.last)
    if one.unit == "once" and one.first:
        last = min(last, one.first)
    if first > last:
        return 0
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _twice(subject: Subject, given: Sequence[Measure]) -> Iterator[Finding]:
    """The same benefit of one person twice at a time, with different amounts."""
    regular = sorted(
        (one for one in given if one.item in REGULAR and one.unit in ("month", "year")),
        key=lambda one: (one.item, one.person, str(one.first)),
    )
    for one, other in pairwise(regular):
        same = (one.item, one.person, one.unit) == (other.item, other.person, other.unit)
        if same and one.amount != other.amount and _meet(one, other):
            whose = subject.name(one.person) or "全家"
            yield Finding(
                "amount",
                f"{one.id}:{other.id}",
                subject.title("measures"),
                f"{whose}的{one.label}记了两条，一条 {_money(one.amount)} 元，"
                f"一条 {_money(other.amount)} 元，时间重叠。前一条已停的，填结束日期。",
                "household",
                subject.id,
            )


def _meet(one: Measure, other: Measure) -> bool:
    firsts = [day for day in (one.first, other.first) if day]
    lasts = [day for day in (one.last, other.last) if day]
    return not firsts or not lasts or max(firsts) <= min(lasts)


def _money(amount: Decimal | None) -> str:
    return words.money(str(amount)) if amount is not None else ""
