"""All SQL of entity versions, steps and files that come after their submission."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from sqlalchemy import and_, func, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from server.followup.models import Task
from server.openrosa.models import EntityStep, EntityVersion
from server.submissions.incoming import NamedFile
from server.submissions.models import Submission, SubmissionAttachment

#: So many ids in one statement.
PART = 5_000
#: Keys of the locks under which versions are given and edits taken in; any numbers that nothing
#: else uses.
VERSIONS = 0x79696875
EDITS = 0x79696876


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest version of an entity, of all views and of one, with the latter's state's hash."""

    of_all: int
    version: int | None = None
    sha256: str = ""


def lock_versions(session: Session) -> None:
    """Let only this transaction give versions; on SQLite only one writes anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(VERSIONS)))


def lock_edits(session: Session, ids: Collection[str]) -> None:
    """Let only this transaction take in edits of some entities that such clients make.

    An edit and the one that it was made upon may arrive at the same moment: each must see the
    other. Call it before anything else is locked; on SQLite only one writes anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        for key in sorted({crc32(name.encode()) - 2**31 for name in ids}):
            session.execute(select(func.pg_advisory_xact_lock(EDITS, key)))


def newest(session: Session, view: str, ids: Collection[str]) -> dict[str, Newest]:
    """The newest versions of some entities."""
    found: dict[str, Newest] = {}
    for part in _parts(ids):
        rows = session.execute(
            select(
                EntityVersion.entity_id,
                EntityVersion.version,
                EntityVersion.view,
                EntityVersion.sha256,
            )
            .where(EntityVersion.entity_id.in_(part))
            .order_by(EntityVersion.entity_id, EntityVersion.version)
        )
        for row in rows:
            before = found.get(row.entity_id)
            if row.view == view:
                found[row.entity_id] = Newest(row.version, row.version, row.sha256)
            elif before is None:
                found[row.entity_id] = Newest(row.version)
            else:
                found[row.entity_id] = Newest(row.version, before.version, before.sha256)
    return found


def counted_up(session: Session, ids: Collection[str], below: int) -> dict[str, int]:
    """The version that clients have counted each entity up to by their own edits.

    below: what lies above was not counted by an honest client, and is left out.
    """
    found: dict[str, int] = {}
    for part in _parts(ids):
        rows = session.execute(
            select(EntityStep.entity_id, func.max(EntityStep.base_version) + 1)
            .where(EntityStep.entity_id.in_(part), EntityStep.base_version < below)
            .group_by(EntityStep.entity_id)
        )
        found |= {row[0]: row[1] for row in rows}
    return found


def add_versions(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep new versions."""
    if rows:
        session.execute(insert(EntityVersion), [dict(row) for row in rows])


def version(session: Session, entity_id: str, number: int) -> EntityVersion | None:
    """What was shown of an entity under a version."""
    return session.get(EntityVersion, (entity_id, number))


def keep_steps(session: Session, steps: Sequence[Mapping[str, object]]) -> None:
    """Keep what a submission says of its bases; keeping it again changes nothing."""
    if not steps:
        return
    dialect = session.get_bind().dialect.name
    statement = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(EntityStep)
    session.execute(
        statement.on_conflict_do_nothing(index_elements=["instance_id", "entity_id"]),
        [dict(step) for step in steps],
    )


def step_to(session: Session, entity_id: str, branch_id: str, base: int) -> str | None:
    """The submission that was made upon a version of a branch."""
    return session.scalar(
        select(EntityStep.instance_id)
        .where(
            EntityStep.entity_id == entity_id,
            EntityStep.branch_id == branch_id,
            EntityStep.base_version == base,
        )
        .order_by(EntityStep.instance_id)
        .limit(1)
    )


def steps_after(session: Session, instance_id: str, entity_ids: Collection[str]) -> list[str]:
    """Submissions set aside that may have waited for one: made upon what it made of an entity."""
    return list(
        session.scalars(
            select(Submission.instance_id)
            .join(EntityStep, EntityStep.instance_id == Submission.instance_id)
            .where(
                EntityStep.entity_id.in_(entity_ids),
                Submission.instance_id != instance_id,
                Submission.source == "openrosa",
                Submission.quarantined.is_not(None),
            )
            .order_by(EntityStep.base_version, Submission.instance_id)
        ).unique()
    )


def waiting(session: Session, reason: str) -> list[str]:
    """Submissions that were set aside for a reason and nobody has dealt with, in their order."""
    return list(
        session.scalars(
            select(Submission.instance_id)
            .join(Task, and_(Task.kind == "quarantine", Task.subject == Submission.instance_id))
            .join(EntityStep, EntityStep.instance_id == Submission.instance_id)
            .where(
                Task.state == "open",
                Submission.source == "openrosa",
                Submission.quarantined == reason,
            )
            .order_by(EntityStep.base_version, Submission.instance_id)
        ).unique()
    )


def names_of_files(session: Session, instance_id: str) -> dict[str, str]:
    """Name -> hash of the files that a submission has been given."""
    rows = session.execute(
        select(SubmissionAttachment.name, SubmissionAttachment.sha256).where(
            SubmissionAttachment.instance_id == instance_id
        )
    )
    return {row.name: row.sha256 for row in rows}


def add_files(session: Session, instance_id: str, files: Collection[NamedFile]) -> None:
    """Name files that came after their submission; a name that is taken keeps its file."""
    dialect = session.get_bind().dialect.name
    statement = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(SubmissionAttachment)
    rows = [
        {
            "instance_id": instance_id,
            "name": file.name,
            "sha256": file.sha256,
            "size": file.size,
            "media_type": file.media_type,
        }
        for file in files
    ]
    if rows:
        session.execute(
            statement.on_conflict_do_nothing(index_elements=["instance_id", "name"]), rows
        )


def _parts(ids: Collection[str]) -> Iterator[list[str]]:
    whole = sorted(ids)
    for start in range(0, len(whole), PART):
        yield whole[start : start + PART]
