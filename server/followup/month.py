"""The work of a month in numbers, village by village, from the same rows that the desk lists.

A visit counts in the month of its day. What arrives after the month was frozen is counted apart,
in its own month (repairs 21). Stocks are those of the day on which the numbers are made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from server import clock
from server.followup import queries
from server.followup.case_states import MONITORED
from server.followup.events import events_of, standing_visits
from server.followup.house_ledger import Row, ledger
from server.followup.together import Standing
from server.followup.visits import CALL, MET, Visit, counted, due
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity, HouseholdRow

#: The day of the next month on which a month is frozen, where policy says none.
FREEZE_DAY = 5
#: So many households' records are read at once.
AT_ONCE = 500


@dataclass(frozen=True)
class Figures:
    """One village in one month.

    due: households that had to be visited in it; made: those of them that were. visits: days on
    which a household was visited: met somebody, called, or neither (unmet). late: such days that
    arrived after the month was frozen, counted nowhere else; late_before: of the month before.
    overdue: households today.
    problems_*, clues, admitted, cleared, started, finished, accepted: of the month; open_*,
    monitored, dangerous, lived_in: today. items: of the eight ones, possible: those that apply.
    """

    households: int = 0
    people: int = 0
    due: int = 0
    made: int = 0
    visits: int = 0
    met: int = 0
    called: int = 0
    unmet: int = 0
    late: int = 0
    late_before: int = 0
    overdue: int = 0
    problems_found: int = 0
    problems_solved: int = 0
    problems_open: int = 0
    problems_late: int = 0
    clues: int = 0
    admitted: int = 0
    cleared: int = 0
    monitored: int = 0
    dangerous: int = 0
    lived_in: int = 0
    started: int = 0
    finished: int = 0
    accepted: int = 0
    ill: int = 0
    ill_full: int = 0
    items: int = 0
    possible: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Two villages together."""
        return Figures(
            *(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True))
        )


@dataclass(frozen=True, slots=True)
class Month:
    """A month, from which day to which, and the day until which its records are waited for."""

    first: date
    last: date
    frozen: date

    def holds(self, on: date | str) -> bool:
        """Whether a day, or one written as 2026-11-22, lies in it."""
        return self.first.isoformat() <= str(on) <= self.last.isoformat()


def month_of(day: date, policy: Mapping[str, object]) -> Month:
    """The month of a day."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    said = policy.get("month.freeze_day")
    freeze = said if isinstance(said, int) and 1 <= said <= 28 else FREEZE_DAY
    return Month(first, following - timedelta(days=1), following.replace(day=freeze))


def figures(
    session: Session,
    villages: Sequence[str],
    month: Month,
    today: date,
    policy: Mapping[str, object],
) -> dict[str, Figures]:
    """The numbers of some villages in a month, as they stand today; villages without any too."""
    rows = registers.household_rows(session, villages)
    found: dict[str, dict[str, int]] = {village: defaultdict(int) for village in villages}
    for row in rows:
        found[row.area]["households"] += 1
        found[row.area]["people"] += row.family_size
        found[row.area]["overdue"] += row.next_due_on is not None and row.next_due_on < today
    homes = {row.household_id: row for row in rows}
    _count_homes(session, villages, homes, month, policy, found)
    _count_problems(session, villages, homes, month, found)
    _count_cases(session, villages, homes, month, found)
    for house in ledger(session, villages):
        _count_house(house, month, found[house.home.area])
    return {village: Figures(**numbers) for village, numbers in found.items()}


@dataclass(frozen=True, slots=True)
class _Visited:
    """One household in a month."""

    area: str
    due: bool = False
    made: bool = False
    results: tuple[str, ...] = ()
    late: int = 0
    late_before: int = 0


def _count_homes(
    session: Session,
    villages: Sequence[str],
    homes: Mapping[str, HouseholdRow],
    month: Month,
    policy: Mapping[str, object],
    found: Mapping[str, dict[str, int]],
) -> None:
    entities = _households(session, villages, homes)
    for one in _visited(session, entities, month, policy):
        numbers = found[one.area]
        numbers["due"] += one.due
        numbers["made"] += one.due and one.made
        numbers["visits"] += len(one.results)
        numbers["late"] += one.late
        numbers["late_before"] += one.late_before
        for result in one.results:
            kind = "met" if result in MET else "called" if result == CALL else "unmet"
            numbers[kind] += 1
    for entity in entities:
        numbers, derived = found[entity.area], entity.derived
        ill, na = _whole(derived, "hb_people"), _whole(derived, "hb_na")
        numbers["ill"] += ill
        numbers["ill_full"] += _whole(derived, "hb_full")
        numbers["items"] += _whole(derived, "hb_done")
        numbers["possible"] += 8 * ill - na


def _households(
    session: Session, villages: Collection[str], homes: Collection[str]
) -> list[Entity]:
    return [one for one in registers.known_in(session, "households", villages) if one.id in homes]


def _visited(
    session: Session, homes: Sequence[Entity], month: Month, policy: Mapping[str, object]
) -> Iterable[_Visited]:
    earlier = month_of(month.first - timedelta(days=1), policy)
    for start in range(0, len(homes), AT_ONCE):
        some = homes[start : start + AT_ONCE]
        records: dict[str, list[Any]] = {one.id: [] for one in some}
        for row in queries.records_of(session, records):
            records[row.household_id].append(row)
        for home in some:
            yield _one(home, records[home.id], month, earlier, policy)


def _one(
    home: Entity, rows: Sequence[Any], month: Month, earlier: Month, policy: Mapping[str, object]
) -> _Visited:
    facts = values.properties(home.live)
    away = facts.get("lives_elsewhere") == "yes"
    arrived = _arrivals(rows)
    standing = standing_visits(events_of(rows))
    visits = [
        Visit(one.on, one.result)
        for one in standing
        if one.on <= month.last and arrived[one.record] <= month.frozen
    ]
    since = home.derived.get("known_since")
    known = date.fromisoformat(since) if isinstance(since, str) else month.first
    before = [visit for visit in visits if visit.on < month.first]
    turn = due(before, facts.get("household_type", ""), away, known, policy).next_on
    return _Visited(
        home.area,
        due=turn is not None and turn <= month.last and known <= month.last,
        made=any(month.holds(visit.on) for visit in counted(visits, away)),
        results=tuple(_results(visits, month)),
        late=_late(standing, arrived, month),
        late_before=_late(standing, arrived, earlier),
    )


def _results(visits: Iterable[Visit], month: Month) -> Iterable[str]:
    """What came of each day of a month on which somebody went there."""
    best: dict[date, str] = {}
    for visit in visits:
        if month.holds(visit.on) and _weight(visit.result) >= _weight(best.get(visit.on, "")):
            best[visit.on] = visit.result
    return best.values()


def _late(standing: Sequence[Standing], arrived: Mapping[str, date], month: Month) -> int:
    """Days of a month of which nobody knew when it was frozen."""
    of_month = [one for one in standing if month.holds(one.on)]
    in_time = {one.on for one in of_month if arrived[one.record] <= month.frozen}
    return len({one.on for one in of_month} - in_time)


def _arrivals(rows: Iterable[Any]) -> dict[str, date]:
    """Record -> the day on which its first version arrived: to be corrected is not to be late."""
    first: dict[str, datetime] = {}
    for row in rows:
        first[row.root_id] = min(row.received_at, first.get(row.root_id, row.received_at))
    return {record: clock.local(at).date() for record, at in first.items()}


def _weight(result: str) -> int:
    return 2 if result in MET else int(result == CALL)


def _whole(derived: Mapping[str, object], name: str) -> int:
    said = derived.get(name)
    return said if isinstance(said, int) else 0


def _count_problems(
    session: Session,
    villages: Sequence[str],
    homes: Collection[str],
    month: Month,
    found: Mapping[str, dict[str, int]],
) -> None:
    for one in registers.known_in(session, "problems", villages):
        if one.household_id not in homes:
            continue
        numbers, said = found[one.area], values.properties(one.live)
        solved = said.get("result") == "solved"
        numbers["problems_found"] += month.holds(said.get("found_on", ""))
        numbers["problems_solved"] += solved and month.holds(said.get("result_on", ""))
        numbers["problems_open"] += one.derived.get("state") in ("open", "late")
        numbers["problems_late"] += one.derived.get("state") == "late"


def _count_cases(
    session: Session,
    villages: Sequence[str],
    homes: Collection[str],
    month: Month,
    found: Mapping[str, dict[str, int]],
) -> None:
    for one in registers.known_in(session, "cases", villages):
        if one.household_id not in homes or one.derived.get("into"):
            continue
        numbers = found[one.area]
        numbers["clues"] += month.holds(values.text(one.live, "clue_date"))
        numbers["monitored"] += one.derived.get("state") in MONITORED
    decided: dict[tuple[str, str], tuple[str, str]] = {}
    for case in queries.case_decisions(session, villages):
        if case.household_id in homes and isinstance(case.value, Mapping):
            name = str(case.value.get("decision", ""))
            decided[case.entity_id, name] = case.area, str(case.value.get("decided_on", ""))
    for (_, name), (area, on) in decided.items():
        if name in ("admitted", "cleared"):
            found[area][name] += month.holds(on)


def _count_house(house: Row, month: Month, numbers: dict[str, int]) -> None:
    numbers["dangerous"] += house.state in ("dangerous", "left", "renovating")
    numbers["lived_in"] += house.state == "dangerous"
    work = house.renovation
    numbers["started"] += month.holds(work.get("start_date", ""))
    numbers["finished"] += month.holds(work.get("finish_date", ""))
    numbers["accepted"] += work.get("acceptance_result") == "pass" and month.holds(
        work.get("acceptance_date", "")
    )
