"""All SQL of rosters."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.models import Area
from server.registers.models import Entity, HouseholdRow
from server.registers.reading import CREATED
from server.roster.models import RosterImport, RosterMapping
from server.submissions.models import ReviewState, Submission, Write

_BATCH = 400


def village_names(session: Session, codes: Collection[str] | None, day: date) -> dict[str, str]:
    """Code → name of the villages that exist on a day, of all or of some codes."""
    rows = session.execute(
        select(Area.code, Area.name).where(
            Area.level == "village",
            Area.valid_from <= day,
            (Area.valid_to.is_(None)) | (Area.valid_to >= day),
        )
    )
    return {row.code: row.name for row in rows if codes is None or row.code in codes}


def numbered_households(session: Session, numbers: Collection[str]) -> dict[str, str]:
    """Household number → entity id, in all areas."""
    found: dict[str, str] = {}
    for some in _batches(numbers):
        rows = session.execute(
            select(HouseholdRow.household_no, HouseholdRow.household_id)
            .where(HouseholdRow.household_no.in_(some))
            .order_by(HouseholdRow.household_id.desc())
        )
        found |= {row.household_no: row.household_id for row in rows}
    return found


def persons_by_hash(session: Session, hashes: Collection[str]) -> dict[str, str]:
    """Keyed hash of the identity number → entity id; of duplicates the smallest."""
    found: dict[str, str] = {}
    for some in _batches(hashes):
        rows = session.execute(
            select(Entity.id_hash, Entity.id)
            .where(Entity.id_hash.in_(some), Entity.known.is_(True), Entity.register == "persons")
            .order_by(Entity.id.desc())
        )
        found |= {str(row.id_hash): row.id for row in rows}
    return found


def components(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Entity id → the id that it goes by since duplicates were joined; unknown ids are absent."""
    found: dict[str, str] = {}
    for some in _batches(ids):
        rows = session.execute(select(Entity.id, Entity.component).where(Entity.id.in_(some)))
        found |= {row.id: row.component for row in rows}
    return found


def known_entities(session: Session, ids: Collection[str]) -> Iterator[Entity]:
    """The known ones of some entities."""
    for some in _batches(ids):
        yield from session.scalars(
            select(Entity).where(Entity.id.in_(some), Entity.known.is_(True)).order_by(Entity.id)
        )


def members(session: Session, household_ids: Collection[str]) -> Iterator[Entity]:
    """The known persons of some households."""
    for some in _batches(household_ids):
        yield from session.scalars(
            select(Entity)
            .where(
                Entity.household_id.in_(some),
                Entity.register == "persons",
                Entity.known.is_(True),
            )
            .order_by(Entity.id)
        )


def roster_writes(
    session: Session, component_ids: Collection[str]
) -> Iterator[tuple[str, str, object, str]]:
    """(component, unit, value, instance id) that rosters wrote and none withdrew, oldest first."""
    for some in _batches(component_ids):
        rows = session.execute(
            select(Entity.component, Write.unit, Write.value, Write.instance_id)
            .join(Entity, Entity.id == Write.entity_id)
            .join(Submission, Submission.instance_id == Write.instance_id)
            .outerjoin(ReviewState, ReviewState.instance_id == Write.instance_id)
            .where(
                Entity.component.in_(some),
                Submission.source == "roster",
                Submission.quarantined.is_(None),
                (ReviewState.state.is_(None)) | (ReviewState.state != "rejected"),
            )
            .order_by(Submission.received_at, Submission.instance_id)
        )
        for row in rows:
            yield row[0], row[1], row[2], row[3]


@dataclass(frozen=True, slots=True)
class Imported:
    """One submission of an import, with its household as it stands."""

    instance_id: str
    household_id: str
    head_name: str
    withdrawn: bool


def imported(session: Session, ids: Collection[str]) -> list[Imported]:
    """The submissions of an import that were merged, by the household's number."""
    found: list[tuple[str, Imported]] = []
    for some in _batches(ids):
        rows = session.execute(
            select(Submission, ReviewState.instance_id, HouseholdRow)
            .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
            .outerjoin(HouseholdRow, HouseholdRow.household_id == Submission.household_id)
            .where(Submission.instance_id.in_(some), Submission.quarantined.is_(None))
        )
        for submission, state, row in rows:
            one = Imported(
                submission.instance_id,
                submission.household_id or "",
                row.head_name if row else "",
                withdrawn=state is not None,
            )
            found.append((row.household_no if row else "", one))
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].instance_id))]


def created_by(session: Session, ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Instance id -> the entities that it created, with the register of each."""
    found: dict[str, dict[str, str]] = {}
    for some in _batches(ids):
        rows = session.execute(
            select(Write.instance_id, Write.entity_id, Write.register).where(
                Write.instance_id.in_(some), Write.unit == CREATED
            )
        )
        for row in rows:
            found.setdefault(row.instance_id, {})[row.entity_id] = row.register
    return found


def used_beside(
    session: Session, created: Mapping[str, Collection[str]], ids: Collection[str]
) -> set[str]:
    """Which of some created entities others wrote to, whom nobody rejected; ids: not others."""
    mine = set(ids)
    found: set[str] = set()
    for some in _batches({entity for entities in created.values() for entity in entities}):
        rows = session.execute(
            select(Write.entity_id, Write.instance_id)
            .outerjoin(ReviewState, ReviewState.instance_id == Write.instance_id)
            .where(
                Write.entity_id.in_(some),
                (ReviewState.state.is_(None)) | (ReviewState.state != "rejected"),
            )
            .distinct()
        )
        found |= {row.entity_id for row in rows if row.instance_id not in mine}
    return found


def withdrawn_by(session: Session, ids: Collection[str], source: str) -> set[str]:
    """Which of some withdrawn submissions were withdrawn by a decision that names a source."""
    found: set[str] = set()
    for some in _batches(ids):
        found |= set(
            session.scalars(
                select(ReviewState.instance_id)
                .join(Submission, Submission.instance_id == ReviewState.decision_id)
                .where(
                    ReviewState.instance_id.in_(some),
                    Submission.xml.contains(f"<source>{source}</source>", autoescape=True),
                )
            )
        )
    return found


def in_force(session: Session, ids: Collection[str]) -> set[str]:
    """Which of some submissions are here and were not withdrawn."""
    found: set[str] = set()
    for some in _batches(ids):
        found |= set(
            session.scalars(
                select(Submission.instance_id)
                .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
                .where(
                    Submission.instance_id.in_(some),
                    (ReviewState.state.is_(None)) | (ReviewState.state != "rejected"),
                )
            )
        )
    return found


def withdrawn(session: Session, ids: Collection[str]) -> set[str]:
    """Which of some submissions the office withdrew."""
    found: set[str] = set()
    for some in _batches(ids):
        found |= set(
            session.scalars(
                select(ReviewState.instance_id).where(
                    ReviewState.instance_id.in_(some), ReviewState.state == "rejected"
                )
            )
        )
    return found


def remembered_mappings(session: Session) -> dict[str, Mapping[str, str]]:
    """Header signature → corrected mapping."""
    return {row.signature: row.mapping for row in session.scalars(select(RosterMapping))}


def remember_mapping(
    session: Session,
    signature: str,
    mapping: Mapping[str, str],
    *,
    person_id: str | None,
    at: datetime,
) -> None:
    """Keep a corrected mapping for the next file with this header."""
    session.merge(
        RosterMapping(signature=signature, mapping=dict(mapping), saved_by=person_id, saved_at=at)
    )
    session.flush()


def add_import(session: Session, row: RosterImport) -> None:
    """Note an import."""
    session.add(row)
    session.flush()


def roster_import(session: Session, import_id: str) -> RosterImport | None:
    """One import."""
    return session.get(RosterImport, import_id)


def lock_import(session: Session, import_id: str) -> RosterImport:
    """One import, locked: whoever else decides about it waits."""
    return session.scalars(
        select(RosterImport).where(RosterImport.id == import_id).with_for_update()
    ).one()


def recent_imports(session: Session, limit: int = 20) -> Sequence[RosterImport]:
    """The newest imports."""
    return session.scalars(
        select(RosterImport).order_by(RosterImport.created_at.desc()).limit(limit)
    ).all()


def _batches(items: Collection[str]) -> Iterator[list[str]]:
    """Sorted parts that fit into one statement on every database."""
    ordered = sorted(items)
    for start in range(0, len(ordered), _BATCH):
        yield ordered[start : start + _BATCH]
