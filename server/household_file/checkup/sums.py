"""Income accounts that do not add up: printed lines beside what is registered, and the people."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from server.household_file.checkup.findings import Finding
from server.household_file.checkup.subject import Account, Subject

SUMS = {
    "wage_total": "工资性收入",
    "business_total": "生产经营性收入",
    "property_total": "财产性收入",
    "transfer_total": "转移性收入",
    "expense_total": "生产经营性支出",
    "total_income": "总收入",
    "net_income": "纯收入",
    "per_capita_net": "人均纯收入",
}
#: What rounding of single lines comes to at most.
ROUNDING = Decimal("0.02")


def check(subject: Subject) -> Iterator[Finding]:
    """Sums whose lines come to something else, and accounts for another number of people."""
    newest = max(subject.accounts, key=lambda one: one.last, default=None)
    for account in subject.accounts:
        yield from _sums(subject, account)
        if account is newest and account.size and account.size != len(subject.home.people):
            yield Finding(
                "size",
                account.instance_id,
                subject.title("incomes"),
                f"{account.last.year}年度按 {account.size} 人核算，家庭成员表是 "
                f"{len(subject.home.people)} 人。期间有增减的，核对变更记录；记错的更正。",
                "record",
                account.instance_id,
            )


def _sums(subject: Subject, account: Account) -> Iterator[Finding]:
    for name, label in SUMS.items():
        printed, registered = account.printed.get(name), account.registered.get(name)
        if printed is None or registered is None or abs(printed - registered) <= ROUNDING:
            continue
        yield Finding(
            "sum",
            f"{account.instance_id}:{name}",
            subject.title("incomes"),
            f"{label}各行相加是 {printed:.2f} 元，登记的是 {registered:.2f} 元。"
            "更正这份核算，重新算一遍。",
            "record",
            account.instance_id,
        )
