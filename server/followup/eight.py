"""The eight ones of one person: who needs them, which are done, which come round again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

ITEMS = ("hb1", "hb2", "hb3", "hb4", "hb5", "hb6", "hb7", "hb8")
#: The item that is renewed only from a certain age on.
EXAMINATION = "hb6"

Status = Literal["done", "not_done", "na", ""]
Policy = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Item:
    """One of the eight. again_on: from which day it has to be done anew, if ever."""

    code: str
    status: Status
    on: date | None = None
    org: str = ""
    again_on: date | None = None

    def is_due(self, today: date) -> bool:
        """Whether it has to be done now: for the first time, or once more."""
        if self.status == "done":
            return self.again_on is not None and self.again_on <= today
        return self.status != "na"


def needs_them(person: Mapping[str, str], household_type: str, policy: Policy) -> bool:
    """Whether a person's facts ask for the eight ones: ill by policy, in a household of policy."""
    illnesses = _list(policy, "health.illnesses", ("serious", "chronic"))
    ill = {
        *person.get("health_status", "").split(),
        *(["serious"] if person.get("serious_disease") else []),
        *(["chronic"] if person.get("chronic_disease") else []),
        *(["severe_disability"] if person.get("disability_level") in ("1", "2") else []),
    }
    if ill.isdisjoint(illnesses):
        return False
    return household_type in _list(policy, "health.households", (household_type,))


def items_of(case: Mapping[str, str], birth_date: str, policy: Policy) -> tuple[Item, ...]:
    """The eight of a health case; all blank where there is none yet.

    birth_date: of the person, YYYY-MM-DD or blank.
    """
    return tuple(_item(code, case, birth_date, policy) for code in ITEMS)


def is_complete(items: tuple[Item, ...], policy: Policy) -> bool:
    """All eight are done or do not apply, and no more of them do not apply than policy lets."""
    na = sum(item.status == "na" for item in items)
    done = sum(item.status == "done" for item in items)
    most = policy.get("health.na_most", len(items))
    return done + na == len(items) and na <= int(str(most))


def _item(code: str, case: Mapping[str, str], birth_date: str, policy: Policy) -> Item:
    status = case.get(f"{code}_status", "")
    on = _day(case.get(f"{code}_on", ""))
    again = None
    if status == "done" and on and code in _list(policy, "health.yearly", ()):
        again = _in_years(on, 1)
        age = int(str(policy.get("health.exam_age", 0)))
        if code == EXAMINATION and not _is_as_old(birth_date, age, again):
            again = None
    known: Status = status if status in ("done", "not_done", "na") else ""  # type: ignore[assignment]
    return Item(code, known, on, case.get(f"{code}_org", ""), again)


def _is_as_old(birth_date: str, age: int, day: date) -> bool:
    """Whether a person is of an age on a day; who was born nobody knows when is not."""
    born = _day(birth_date)
    return born is not None and _in_years(born, age) <= day


def _in_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _list(policy: Policy, key: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    found = policy.get(key)
    return tuple(str(one) for one in found) if isinstance(found, list) else otherwise
