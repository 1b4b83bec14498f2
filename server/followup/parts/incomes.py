"""Income accounts: the year that counts, and whose year is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from server.followup.known import Derived, Known, Part
from server.followup.tasks import Needed
from server.registers import values

TASKS: frozenset[str] = frozenset({"income_missing"})
READS: frozenset[str] = frozenset({"household_type"})

#: Who is monitored is accounted for every year.
MONITORED = "monitored_"
YEAR_BEGINS = "10-01"


def part(known: Known) -> Part:
    """Of the household, from the newest yearly account that was approved: income_year,
    per_capita, and income_kinds, the kinds of its rows.
    """
    year = max(_approved(known), key=lambda account: account["period_end"], default=None)
    home: Derived = {}
    if year is not None:
        home = {
            "income_year": year["period_end"][:4],
            "per_capita": year.get("per_capita_net", ""),
            "income_kinds": year.get("row_kinds", ""),
        }
    return Part(home, needed=list(_missing(known)), turns=list(_turns(known)))


def last_day_of_year(today: date, begins: str) -> date:
    """The last day of the newest accounting year that is over.

    begins: month and day on which such a year begins, `10-01`.
    """
    month, day = map(int, begins.split("-"))
    this = date(today.year, month, day)
    return (this if this <= today else date(today.year - 1, month, day)) - timedelta(days=1)


def _turns(known: Known) -> Iterator[date]:
    """The day on which the running year is over, of those who are reminded of it."""
    if _is_reminded(known):
        over = last_day_of_year(known.today, _begins(known)) + timedelta(days=1)
        yield over.replace(year=over.year + 1)


def _is_reminded(known: Known) -> bool:
    return values.text(known.home.live, "household_type").startswith(MONITORED)


def _begins(known: Known) -> str:
    said = known.policy.get("income.period_start")
    return said if isinstance(said, str) else YEAR_BEGINS


def _approved(known: Known) -> Iterator[Mapping[str, str]]:
    for entity in known.all("incomes"):
        facts = values.properties(entity.approved)
        if facts.get("account_type") == "annual" and facts.get("period_end"):
            yield facts


def _missing(known: Known) -> Iterator[Needed]:
    """Monitored households without an account of the last year, not even one in review."""
    if not _is_reminded(known):
        return
    last = last_day_of_year(known.today, _begins(known))
    told = (one.facts for one in known.events if one.kind == "account")
    if any(str(facts.get("period_end", "")) >= last.isoformat() for facts in told):
        return
    name = str(known.home.derived.get("head_name") or "户主没登记")
    title = f"{name}：{last.year} 年度的收入还没核算"
    yield Needed("income_missing", known.home.id, known.home, title, {"until": last.isoformat()})
