"""All SQL of the registers."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import BigInteger, cast, delete, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, aliased, defer

from server.database import columns
from server.registers.models import Distinction, Entity, HouseholdRow, Join


def lock(session: Session, named: Iterable[tuple[str, str]]) -> dict[str, Entity]:
    """Make sure that entities exist and lock them, in sorted order; returns them by id.

    named: (register, entity id). Two transactions that touch the same entities wait for each
    other here instead of overwriting or deadlocking.
    """
    wanted = sorted(set(named), key=lambda pair: pair[1])
    if not wanted:
        return {}
    dialect = session.get_bind().dialect.name
    statement = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(Entity)
    session.execute(
        statement.on_conflict_do_nothing(index_elements=["id"]),
        [
            {
                "id": entity_id,
                "register": register,
                "component": entity_id,
                "area": "",
                "known": False,
                "live": {},
                "approved": {},
                "derived": {},
                "disputed": 0,
            }
            for register, entity_id in wanted
        ],
    )
    found = session.scalars(
        select(Entity)
        .where(Entity.id.in_([entity_id for _, entity_id in wanted]))
        .order_by(Entity.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {entity.id: entity for entity in found}


def lock_existing(session: Session, ids: Collection[str]) -> dict[str, Entity]:
    """Lock those of some entities that exist, with their households and what was joined with them.

    All in sorted order and at once, so that two transactions wait for each other only here.
    """
    if not ids:
        return {}
    homes = select(Entity.household_id).where(Entity.id.in_(ids), Entity.household_id.is_not(None))
    joined = select(Join.first, Join.second).where(or_(Join.first.in_(ids), Join.second.in_(ids)))
    beside = {one for row in session.execute(joined) for one in row}
    found = session.scalars(
        select(Entity)
        .where(or_(Entity.id.in_({*ids, *beside}), Entity.id.in_(homes)))
        .order_by(Entity.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {entity.id: entity for entity in found}


def entity(session: Session, entity_id: str) -> Entity | None:
    """One entity."""
    return session.get(Entity, entity_id)


def entities(session: Session, ids: Collection[str]) -> dict[str, Entity]:
    """Some entities by id."""
    found = session.scalars(select(Entity).where(Entity.id.in_(ids)))
    return {entity.id: entity for entity in found}


def joined_into(session: Session, ids: Collection[str]) -> dict[str, list[str]]:
    """Entity id -> the ids of others that the office found to be the same, where there are any."""
    rows = session.execute(
        select(Entity.component, Entity.id)
        .where(Entity.component.in_(ids), Entity.component != Entity.id)
        .order_by(Entity.id)
    )
    others: dict[str, list[str]] = {}
    for row in rows:
        others.setdefault(row.component, []).append(row.id)
    return others


def named_so(session: Session, ids: Collection[str]) -> frozenset[str]:
    """Some ids, and those by which what was joined with others goes now."""
    now = session.scalars(select(Entity.component).where(Entity.id.in_(ids)))
    return frozenset({*ids, *now})


def homes(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Entity id -> the household that it is or belongs to, for those that exist."""
    rows = session.execute(
        select(Entity.id, Entity.register, Entity.household_id).where(Entity.id.in_(ids))
    )
    return {
        row.id: row.id if row.register == "households" else row.household_id or "" for row in rows
    }


def members(session: Session, household_id: str) -> Sequence[Entity]:
    """The known persons of a household, removed ones included, by id."""
    return session.scalars(
        select(Entity)
        .where(
            Entity.household_id == household_id,
            Entity.register == "persons",
            Entity.known.is_(True),
        )
        .order_by(Entity.id)
    ).all()


def live(session: Session, ids: Collection[str]) -> dict[str, Entity]:
    """Some entities by id, without their approved reading, which phones do not get."""
    wanted = select(Entity).where(Entity.id.in_(ids)).options(defer(Entity.approved))
    return {entity.id: entity for entity in session.scalars(wanted)}


def belonging(session: Session, household_id: str) -> Sequence[Entity]:
    """All known entities that belong to a household, of whatever register, by id."""
    return session.scalars(
        select(Entity)
        .where(Entity.household_id == household_id, Entity.known.is_(True))
        .order_by(Entity.id)
    ).all()


def without_place(session: Session, household_id: str) -> Sequence[Entity]:
    """What belongs to a household that nobody knew until now."""
    return session.scalars(
        select(Entity).where(Entity.household_id == household_id, Entity.area == "")
    ).all()


def of_household(session: Session, household_id: str) -> Sequence[Entity]:
    """A household's entity and all known entities that belong to it."""
    return session.scalars(
        select(Entity)
        .where(
            or_(Entity.household_id == household_id, Entity.id == household_id),
            Entity.known.is_(True),
        )
        .order_by(Entity.id)
    ).all()


def known_in(session: Session, register: str, areas: Collection[str]) -> Sequence[Entity]:
    """All known entities of a register in some areas."""
    return session.scalars(
        select(Entity)
        .where(Entity.register == register, Entity.area.in_(areas), Entity.known.is_(True))
        .order_by(Entity.id)
    ).all()


def alike(session: Session, hashes: Collection[str], likenesses: Collection[str]) -> set[str]:
    """The known entities with one of some hashed ID numbers or one of some likenesses."""
    return set(
        session.scalars(
            select(Entity.id).where(
                or_(Entity.id_hash.in_(hashes), Entity.likeness.in_(likenesses)),
                Entity.known.is_(True),
            )
        )
    )


def distinctions(session: Session, components: Collection[str]) -> list[tuple[str, str, list[str]]]:
    """What was told apart among some entities: the two as they are named now, and their marks."""
    first, second = aliased(Entity), aliased(Entity)
    rows = session.execute(
        select(first.component, second.component, Distinction.alike)
        .join(first, first.id == Distinction.first)
        .join(second, second.id == Distinction.second)
        .where(first.component.in_(components), second.component.in_(components))
    )
    return [(row[0], row[1], row[2]) for row in rows]


def lock_marks(session: Session, marks: Collection[str]) -> None:
    """Let two entities that become alike at the same moment see each other.

    marks: hashed ID numbers and likenesses. On SQLite only one transaction writes at a time.
    """
    if not marks or session.get_bind().dialect.name != "postgresql":
        return
    keys = sorted({int(hashlib.sha256(one.encode()).hexdigest()[:15], 16) for one in marks})
    every = func.unnest(cast(literal(keys, ARRAY(BigInteger)), ARRAY(BigInteger)))
    session.execute(select(func.pg_advisory_xact_lock(every)))


def homes_alike(session: Session, hashes: Collection[str], likenesses: Collection[str]) -> set[str]:
    """The households of, or among, the known entities that are alike (see `alike`)."""
    found = entities(session, alike(session, hashes, likenesses)).values()
    return {one.id if one.register == "households" else one.household_id or "" for one in found}


def joins_of(session: Session, entity_id: str) -> Sequence[Join]:
    """The joins that name an entity."""
    return session.scalars(
        select(Join).where(or_(Join.first == entity_id, Join.second == entity_id))
    ).all()


def drop_act(session: Session, instance_id: str) -> None:
    """Forget the join or the distinction that a withdrawn submission made."""
    for table in (Join, Distinction):
        session.execute(delete(table).where(table.instance_id == instance_id))


def joined(session: Session, ids: Collection[str]) -> set[str]:
    """Which of some entities were joined with another."""
    found = session.execute(
        select(Join.first, Join.second).where(or_(Join.first.in_(ids), Join.second.in_(ids)))
    )
    return {entity_id for row in found for entity_id in row}


def household_row(session: Session, household_id: str) -> HouseholdRow | None:
    """The list row of a household."""
    return session.get(HouseholdRow, household_id)


def household_by_no(session: Session, household_no: str) -> HouseholdRow | None:
    """The list row of the household with a number."""
    return session.scalar(select(HouseholdRow).where(HouseholdRow.household_no == household_no))


def household_rows(session: Session, areas: Collection[str]) -> Sequence[HouseholdRow]:
    """The list rows of the households of some areas, by number."""
    return session.scalars(
        select(HouseholdRow)
        .where(HouseholdRow.area.in_(areas), HouseholdRow.closed.is_(False))
        .order_by(HouseholdRow.household_no, HouseholdRow.household_id)
    ).all()


def lock_known(session: Session, entity_id: str) -> Entity | None:
    """One known entity, locked for a decision about it."""
    return session.scalar(
        select(Entity).where(Entity.id == entity_id, Entity.known.is_(True)).with_for_update()
    )


def state(session: Session) -> dict[str, dict[str, object]]:
    """All that the registers hold, by kind and id, to be compared."""
    known = session.scalars(select(Entity).where(Entity.known.is_(True)))
    rows = session.scalars(select(HouseholdRow))
    joins = session.scalars(select(Join))
    distinctions = session.scalars(select(Distinction))
    return {
        "entities": {row.id: columns(row) for row in known},
        "household_rows": {row.household_id: columns(row) for row in rows},
        "joins": {row.instance_id: columns(row) for row in joins},
        "distinctions": {row.instance_id: columns(row) for row in distinctions},
    }
