"""All SQL of the change feed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from server.changes.models import Change, Counter, Day, Snapshot


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


def begin_epoch(session: Session) -> None:
    """Let every phone take everything anew and give again what it holds.

    For what the feed cannot say: a restored backup, or who may see what.
    """
    session.execute(update(Counter).values(epoch=secrets.token_hex(4)))
    session.execute(delete(Snapshot))


def append(session: Session, county: str, changed: Iterable[Changed]) -> int:
    """Number the changes of a transaction, as its last statement, and return the last number.

    The county's counter row stays locked only until the commit that follows at once, so numbers
    appear in commit order and no pull can step over a change that commits late. Within
    `numbered_last` nothing is numbered yet, and 0 returned.
    """
    put_off: dict[str, list[Changed]] | None = session.info.get(_PUT_OFF)
    if put_off is not None:
        put_off.setdefault(county, []).extend(changed)
        return 0
    newest = _newest(changed)
    last = _count(session, county, len(newest))
    if last is None:
        start(session, county)
        last = _count(session, county, len(newest)) or 0
    if newest:
        _upsert(session, county, newest, first=last - len(newest) + 1)
    return last


_PUT_OFF = "yihu_changes"


@contextmanager
def numbered_last(session: Session) -> Iterator[None]:
    """Number once, at the end of the block, all that the verbs called within append.

    For a transaction that takes in several submissions one after the other: who locks entities
    while it holds the counter may wait in a ring with somebody who holds them and waits for the
    counter. Of blocks within one another the outermost numbers.
    """
    if _PUT_OFF in session.info:
        yield
        return
    put_off: dict[str, list[Changed]] = {}
    session.info[_PUT_OFF] = put_off
    try:
        yield
    finally:
        del session.info[_PUT_OFF]
    for county, changed in put_off.items():
        append(session, county, changed)


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
    return session.get(Counter, county) or Counter(county=county, last=0, epoch="0", floor=0)


def lock_counter(session: Session, county: str) -> None:
    """Hold the county's counter until the commit; last, like every numbering."""
    session.execute(select(Counter.last).where(Counter.county == county).with_for_update())


#: What concerns everybody in the county.
FOR_ALL = ("form", "policy")
#: From so many areas on it is cheaper to walk over all that changed than to ask for each area.
MANY = 64


def since(
    session: Session, county: str, number: int, areas: Collection[str] | None, limit: int
) -> Sequence[Change]:
    """Changes after a number in some areas or for the whole county, oldest first.

    areas: None for everything in the county. Of what lies in no village only forms and policy are
    for everybody; tasks there are the office's. The cost follows what changed in these areas since;
    only for many areas it follows what changed in the county.
    """
    wanted = select(Change).where(Change.county == county, Change.number > number)
    order: ColumnElement[int] = Change.number.expression
    if areas is not None:
        wanted = wanted.where(
            Change.area.in_({*areas, county}),
            or_(Change.area != county, Change.kind.in_(FOR_ALL)),
        )
        if len(areas) < MANY:
            order = order + 0  # so that no database walks the county's index for the order's sake
    return session.scalars(wanted.order_by(order).limit(limit)).all()


def in_area(session: Session, county: str, area: str) -> Sequence[Change]:
    """The newest change of everything that is in an area."""
    return session.scalars(
        select(Change)
        .where(Change.county == county, Change.area == area, Change.gone.is_(False))
        .order_by(Change.number)
    ).all()


def snapshots(
    session: Session, county: str, view: str, areas: Collection[str]
) -> Sequence[tuple[Snapshot, int]]:
    """The ready snapshots of some areas for a view, each with its village's newest number.

    The number of a whole town is 0: its villages have their own.
    """
    rows = session.execute(
        select(Snapshot, _newest_number(county)).where(
            Snapshot.view == view, Snapshot.area.in_(areas)
        )
    )
    return [(found, number or 0) for found, number in rows]


def changed_snapshots(session: Session, county: str) -> Sequence[tuple[Snapshot, int]]:
    """The snapshots of villages that changed since, each with the village's newest number."""
    newest = _newest_number(county)
    rows = session.execute(select(Snapshot, newest).where(newest > Snapshot.number))
    return [(found, number) for found, number in rows]


def _newest_number(county: str) -> ScalarSelect[int]:
    return (
        select(Change.number)
        .where(Change.county == county, Change.area == Snapshot.area)
        .order_by(Change.number.desc())
        .limit(1)
        .correlate(Snapshot)
        .scalar_subquery()
    )


def snapshot(session: Session, view: str, area: str) -> Snapshot | None:
    """The ready snapshot of an area for a view."""
    return session.get(Snapshot, (area, view))


def note_newest(session: Session, snapshot: Snapshot, newest: int, now: datetime) -> None:
    """Remember that an area was seen to have changed, unless its file was made anew meanwhile."""
    session.execute(
        update(Snapshot)
        .where(
            Snapshot.area == snapshot.area,
            Snapshot.view == snapshot.view,
            Snapshot.sha256 == snapshot.sha256,
        )
        .values(newest=newest, newest_at=now)
    )


def begin_day(session: Session, county: str, day: date) -> date | None:
    """Note that a day begins, with the county's last number; returns the newest day before it.

    Returns the day itself when it was noted already.
    """
    newest = session.scalar(select(func.max(Day.day)).where(Day.county == county))
    if newest is not None and newest >= day:
        return day
    session.add(Day(county=county, day=day, number=counter(session, county).last))
    session.flush()
    return newest


def day_began(session: Session, county: str, day: date) -> bool:
    """Whether a day is noted."""
    return session.get(Day, (county, day)) is not None


def forget_gone(session: Session, county: str, before: date) -> int:
    """No longer say what went away before a day; returns the number below which nothing is said."""
    floor = session.scalar(
        select(func.max(Day.number)).where(Day.county == county, Day.day <= before)
    )
    if floor is None:
        return 0
    session.execute(
        delete(Change).where(Change.county == county, Change.number <= floor, Change.gone.is_(True))
    )
    session.execute(update(Counter).where(Counter.county == county).values(floor=floor))
    session.execute(delete(Day).where(Day.county == county, Day.day < before))
    return floor
