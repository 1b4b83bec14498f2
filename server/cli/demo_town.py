"""The demo town: its areas, taken from the sample roster, and its accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from server import clock
from server.accounts import people, queries
from server.accounts.models import Area, RoleAssignment
from server.config import Settings

ROSTER = Path(__file__).resolve().parent.parent / "samples" / "roster_town.xlsx"
LONG_AGO = date(2020, 1, 1)
TOWN = "370321110"
SANLI = "370321110217"
YIJIA = "370321110223"
#: user name, name, role, areas. The task-force member also helps in the first secretary's village,
#: so that two phones can record the same household.
ACCOUNTS = (
    ("county", "周敏", "county_admin", ("370321",)),
    ("liming", "李明远", "first_secretary", (SANLI,)),
    ("wangfang", "王芳", "first_secretary", (YIJIA,)),
    ("chenli", "陈立", "team_member", (SANLI, "")),
    ("zhao", "赵国强", "town_reviewer", (TOWN,)),
    ("ducha", "孙守义", "inspector", ("370321",)),
)
ADMIN = ACCOUNTS[0][0]


def add_areas(session: Session, settings: Settings) -> int:
    """Add the county, the town and its villages where they are missing; returns how many."""
    added = 0
    for code, name, level, parent in _areas(settings):
        if queries.area(session, code) is None:
            session.add(Area(code=code, name=name, level=level, parent=parent, valid_from=LONG_AGO))
            session.flush()
            added += 1
    return added


def is_loaded(session: Session) -> bool:
    """Whether all demo accounts exist: they are made last."""
    return all(queries.person_by_username(session, account[0]) for account in ACCOUNTS)


def is_foreign(session: Session) -> bool:
    """Whether somebody else's people are here and no demo: then nothing must be added."""
    everybody = {person.username for person in queries.people(session)}
    return bool(everybody) and ADMIN not in everybody


def add_account(session: Session, account: tuple[Any, ...], password: str) -> None:
    """Make one demo account unless it exists."""
    username, name, role, areas = account
    if queries.person_by_username(session, username) is not None:
        return
    person = people.add(
        session,
        username=username,
        name=name,
        password=password,
        role=role,
        area=areas[0],
        now=clock.now(),
        valid_from=LONG_AGO,
    )
    for area in areas[1:]:
        code = area or _third_village(session)
        session.add(RoleAssignment(person_id=person.id, role=role, area=code, valid_from=LONG_AGO))
    session.flush()


def _third_village(session: Session) -> str:
    """A village that is neither of the first secretaries'."""
    villages = (a.code for a in queries.areas_on(session, clock.today()) if a.level == "village")
    return next(code for code in villages if code not in {SANLI, YIJIA})


def _areas(settings: Settings) -> Iterator[tuple[str, str, str, str | None]]:
    """County first, then the town, then its villages, as the roster's own columns name them."""
    from openpyxl import load_workbook

    book = load_workbook(ROSTER, read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(min_row=2, values_only=True)
    head = {str(label): place for place, label in enumerate(next(rows))}
    yield settings.county, settings.county_name, "county", None
    seen: set[str] = set()
    for row in rows:
        code = str(row[head["村代码"]])
        if code[:9] not in seen:
            yield code[:9], str(row[head["乡镇"]]), "town", settings.county
        if code not in seen:
            yield code, str(row[head["行政村"]]), "village", code[:9]
        seen |= {code, code[:9]}
    book.close()
