"""Makes a county of the demo town, and twenty times that, by writing straight into the tables.

Only for measuring: the copies have rows in `areas`, `entities` and `changes`, as large and as
various as the demo town's, but no submissions, so nothing can be recorded about them. What is
pushed while measuring goes to the demo town's own 720 households. Run by `python -m bench.county
COPIES` in the environment of an instance: 7 copies are the county (5,761 households, 11,673
people), 159 are twenty times that.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from server import create_app
from server.accounts.models import Area
from server.changes.models import Change, Counter
from server.config import current
from server.database import reading, transaction
from server.registers.models import Entity

TOWN = "370321110"
COUNTY_COPIES, TWENTYFOLD_COPIES = 7, 159
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
Row = dict[str, Any]


def town_code(copy: int) -> str:
    """The code of a copied town."""
    return f"370321{200 + copy}"


def grow(copies: int) -> None:
    """Have so many copies of the demo town; those that are there already stay."""
    with reading() as session:
        areas = _rows(session, Area, Area.code.startswith(TOWN))
        ours = Entity.area.startswith(TOWN), Entity.known.is_(True)
        entities = _rows(session, Entity, *ours)
        there = session.scalar(
            select(func.count()).where(Area.level == "town", Area.code >= town_code(0))
        )
    packed = [(row["id"], json.dumps(row, ensure_ascii=False)) for row in map(_small, entities)]
    if not there:
        with transaction() as session:
            _add(session, [], [_one_more(row) for row in _one_household(entities)])
    for copy in range(there or 0, copies):
        places = [_place(row, copy) for row in areas]
        with transaction() as session:
            _add(session, places, [json.loads(_renamed(text, copy)) for _, text in packed])


def _rows(session: Session, table: Any, *where: Any) -> list[Row]:
    columns = table.__table__.columns
    rows = session.execute(select(*columns).where(*where)).mappings()
    return [dict(row) for row in rows]


def _small(row: Row) -> Row:
    """An entity as phones see it; the approved reading, which only paper shows, is left out."""
    return {**row, "approved": {}, "id_hash": None, "likeness": None, "awaits": []}


def _one_household(entities: list[Row]) -> Iterator[Row]:
    """One household with one member: 8 × 720 + 1 = 5,761 and 8 × 1,459 + 1 = 11,673."""
    person = next(row for row in entities if row["register"] == "persons")
    yield next(row for row in entities if row["id"] == person["household_id"])
    yield person


def _one_more(row: Row) -> Row:
    renamed: Row = json.loads(_other_ids(json.dumps(_small(row), ensure_ascii=False), "one more"))
    return renamed


def _place(row: Row, copy: int) -> Row:
    code = row["code"].replace(TOWN, town_code(copy))
    parent = (row["parent"] or "").replace(TOWN, town_code(copy))
    return {
        "code": code,
        "name": row["name"],
        "level": row["level"],
        "parent": parent,
        "valid_from": date(2020, 1, 1),
    }


def _renamed(text: str, copy: int) -> str:
    return _other_ids(text, str(copy)).replace(TOWN, town_code(copy))


def _other_ids(text: str, salt: str) -> str:
    def other(found: re.Match[str]) -> str:
        name = hashlib.md5(f"{salt} {found[0]}".encode(), usedforsecurity=False).hexdigest()
        return "-".join((name[:8], name[8:12], name[12:16], name[16:20], name[20:]))

    return UUID.sub(other, text)


def _add(session: Session, places: list[Row], entities: list[Row]) -> None:
    county = current().county
    if places:
        session.execute(insert(Area), places)
    session.execute(insert(Entity), entities)
    last = session.scalars(
        update(Counter)
        .where(Counter.county == county)
        .values(last=Counter.last + len(entities))
        .returning(Counter.last)
    ).one()
    session.execute(
        insert(Change),
        [
            {
                "county": county,
                "area": row["area"],
                "kind": row["register"],
                "id": row["id"],
                "number": last - len(entities) + 1 + place,
                "gone": False,
            }
            for place, row in enumerate(entities)
        ],
    )


if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        grow(int(sys.argv[1]))
