"""All SQL of the change feed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from server.changes.models import Change, Counter, Snapshot


@dataclass(frozen=True, slots=True)
class Changed:
    """Something of an area that changed in the running transaction."""

    kind: str
    id: str
    area: str
    gone: bool = False


def start(session: Session, county: str) -> None:
    """Give the county its counter, with a first epoch, unless it has one."""
    if session.get(Counter, county) is None:
        session.execute(insert(Counter).values(county=county, last=0, epoch=secrets.token_hex(4)))


def append(session: Session, county: str, changed: Iterable[Changed]) -> int:
    """Number the changes of a transaction, as its last statement, and return the last number.

    The county's counter row stays locked only until the commit that follows at once, so numbers
    appear in commit order and no pull can step over a change that commits late.
    """
    newest = _newest(changed)
    last = _count(session, county, len(newest))
    if last is None:
        start(session, county)
        last = _count(session, county, len(newest)) or 0
    if newest:
        _upsert(session, county, newest, first=last - len(newest) + 1)
    return last


def _count(session: Session, county: str, many: int) -> int | None:
    last: int | None = session.execute(
        update(Counter)
        .where(Counter.county == county)
        .values(last=Counter.last + many)
        .returning(Counter.last)
    ).scalar_one_or_none()
    return last


def _newest(changed: Iterable[Changed]) -> list[Changed]:
    """Of each thing in each area what was said last."""
    last: dict[tuple[str, str, str], Changed] = {}
    for one in changed:
        key = (one.area, one.kind, one.id)
        last.pop(key, None)
        last[key] = one
    return list(last.values())


def _upsert(session: Session, county: str, newest: Sequence[Changed], first: int) -> None:
    dialect = session.get_bind().dialect.name
    statement = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(Change)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["county", "area", "kind", "id"],
            set_={"number": statement.excluded.number, "gone": statement.excluded.gone},
        ),
        [
            {
                "county": county,
                "area": change.area,
                "kind": change.kind,
                "id": change.id,
                "number": first + offset,
                "gone": change.gone,
            }
            for offset, change in enumerate(newest)
        ],
    )


def counter(session: Session, county: str) -> Counter:
    """The county's counter; one at its beginning while nothing was ever numbered."""
    return session.get(Counter, county) or Counter(county=county, last=0, epoch="0")


def lock_counter(session: Session, county: str) -> None:
    """Hold the county's counter until the commit; last, like every numbering."""
    session.execute(select(Counter.last).where(Counter.county == county).with_for_update())


def since(
    session: Session, county: str, number: int, areas: Collection[str], limit: int
) -> Sequence[Change]:
    """Changes after a number in some areas or for the whole county, oldest first."""
    return session.scalars(
        select(Change)
        .where(
            Change.county == county,
            Change.number > number,
            or_(Change.area.in_(areas), Change.area == county),
        )
        .order_by(Change.number)
        .limit(limit)
    ).all()


def in_area(session: Session, county: str, area: str) -> Sequence[Change]:
    """The newest change of everything that is in an area."""
    return session.scalars(
        select(Change)
        .where(Change.county == county, Change.area == area, Change.gone.is_(False))
        .order_by(Change.number)
    ).all()


def snapshots(session: Session, view: str, areas: Collection[str]) -> Sequence[Snapshot]:
    """The ready snapshots of some areas for a view."""
    return session.scalars(
        select(Snapshot).where(Snapshot.view == view, Snapshot.area.in_(areas))
    ).all()


def snapshot(session: Session, view: str, area: str) -> Snapshot | None:
    """The ready snapshot of an area for a view."""
    return session.get(Snapshot, (area, view))
