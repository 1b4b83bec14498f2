"""Import a file: households in small transactions, safe to begin again after a kill."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from server import clock
from server.config import current
from server.database import reading, transaction
from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.intake.decisions import after_earlier
from server.intake.office import Decision, OfficeContent, OfficeEntity, office_submission
from server.intake.receive import receive
from server.jobs import enqueue, handles
from server.problems import NotFound, RosterUnreadable
from server.roster import queries
from server.roster.columns import signature
from server.roster.households import Household
from server.roster.known import Said, gather, in_parts
from server.roster.models import RosterImport
from server.roster.plan import Planned, instance_id, plan
from server.roster.preview import SOURCE, Source, Understood, understand
from server.roster.repeated import not_again
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming

#: Households a transaction: few enough that a phone's push waits for a moment only.
CHUNK = 50
JOB = "roster-import"
#: How long an uploaded file can be looked at again.
KEPT = timedelta(days=30)
_SHA256 = re.compile(r"[0-9a-f]{64}")

Progress = Callable[[int, int, str], None]
Note = Callable[[Session, Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: households by what became of them, rows refused, submissions made."""

    new: int
    changed: int
    unchanged: int
    refused_rows: int
    submissions: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What was done, for a person."""
        return (
            f"新增 {self.new} 户，有变化 {self.changed} 户，没变化 {self.unchanged} 户，"
            f"不能导入 {self.refused_rows} 行。"
        )


def keep_file(content: bytes) -> str:
    """Keep an uploaded file between the steps of its import; returns its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    kept = kept_file(sha256)
    kept.parent.mkdir(parents=True, exist_ok=True)
    _forget_old(kept.parent)
    if not kept.exists():
        fresh = kept.with_suffix(f".{uuid.uuid4().hex[:8]}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(content)
        fresh.replace(kept)
    return sha256


def _forget_old(folder: Path) -> None:
    """Remove files of old imports: they are full of identity numbers."""
    oldest = (clock.now() - KEPT).timestamp()
    for path in folder.glob("roster-*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def kept_file(sha256: str) -> Path:
    """Where a kept file lies. Raises NotFound for what is no hash."""
    if not _SHA256.fullmatch(sha256):
        raise NotFound
    return current().uploads / f"roster-{sha256}.xlsx"


def start_import(
    session: Session,
    source: Source,
    understood: Understood,
    *,
    filename: str,
    person_id: str | None,
) -> RosterImport:
    """Keep the file and queue its import; wake the job (`job_id`) after the commit.

    understood: what reading the source came to. Raises RosterUnreadable when columns are missing.
    """
    _refuse_incomplete(understood.table.missing)
    if source.mapping is not None:
        queries.remember_mapping(
            session,
            signature(understood.table.labels),
            understood.table.mapping,
            person_id=person_id,
            at=clock.now(),
        )
    row = RosterImport(
        id=str(uuid.uuid4()),
        filename=filename[:200],
        sha256=keep_file(source.content),
        as_of=understood.as_of,
        mapping=understood.table.mapping,
        villages=sorted(source.villages),
        state="queued",
        message="",
        counts={},
        submissions=[],
        created_by=person_id,
        created_at=clock.now(),
    )
    queries.add_import(session, row)
    row.job_id = enqueue(
        session,
        JOB,
        {"import_id": row.id},
        title=f"导入花名册 {filename}"[:120],
        created_by=person_id,
    )
    session.flush()
    return row


@handles(JOB)
def run_queued(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """The job: import a kept file; what an earlier attempt imported is unchanged by now."""
    import_id = str(params["import_id"])
    try:
        source, person_id = _begin(import_id)
        done = import_file(
            source,
            person_id=person_id,
            progress=progress,
            note=lambda session, made: _note(session, import_id, made),
        )
    except Exception:
        _close(import_id, "failed", "导入没有做完，请再导入一次；已导入的不会重复。", None)
        raise
    _close(import_id, "done", done.sentence, done)
    return {"message": done.sentence, "import_id": import_id}


def _begin(import_id: str) -> tuple[Source, str | None]:
    with transaction() as session:
        row = queries.roster_import(session, import_id)
        if row is None:
            raise NotFound
        row.state = "running"
        villages = queries.village_names(session, set(row.villages), clock.today())
    content = kept_file(row.sha256).read_bytes()
    return Source(content, villages, row.mapping, row.as_of), row.created_by


def _close(import_id: str, state: str, message: str, done: Imported | None) -> None:
    with transaction() as session:
        row = queries.roster_import(session, import_id)
        if row is None:
            return
        row.state, row.message, row.finished_at = state, message, clock.now()
        if done is not None:
            counts = asdict(done)
            row.counts = {name: n for name, n in counts.items() if isinstance(n, int)}


def _note(session: Session, import_id: str, made: Sequence[str]) -> None:
    """Name what a part made together with making it, so that a killed import names it all."""
    row = queries.roster_import(session, import_id)
    if row is not None:
        row.submissions = [*row.submissions, *made]


def import_file(
    source: Source,
    *,
    person_id: str | None,
    progress: Progress | None = None,
    note: Note | None = None,
) -> Imported:
    """Import a file now, chunk by chunk, each in a transaction of its own.

    progress: called with households done, households in all, and a line in Chinese.
    note: called in each transaction with the submissions that it made.
    Raises RosterUnreadable.
    """
    with reading() as session:
        understood = understand(session, source)
    _refuse_incomplete(understood.table.missing)
    total = len(understood.households)
    refused, states = len(understood.sorted.refused), Counter[str]()
    made: list[str] = []
    done = 0
    for part in in_parts(understood.households, CHUNK):
        with transaction() as session:
            chunk = _import_part(session, part, source, understood, person_id)
            if note:
                note(session, chunk.submissions)
        states.update(chunk.states)
        refused += chunk.refused
        made += chunk.submissions
        done += len(part)
        if progress:
            progress(done, total, f"已导入 {done} 户，共 {total} 户")
    return Imported(states["new"], states["changed"], states["unchanged"], refused, tuple(made))


def _refuse_incomplete(missing: Sequence[str]) -> None:
    if missing:
        raise RosterUnreadable(
            f"没有找到这些列：{'、'.join(missing)}。请在“对应列”里指定，或在表里补上。"
        )


@dataclass(frozen=True, slots=True)
class _Chunk:
    states: Counter[str]
    refused: int
    submissions: tuple[str, ...]


def _import_part(
    session: Session,
    part: Sequence[Household],
    source: Source,
    understood: Understood,
    person_id: str | None,
) -> _Chunk:
    """Compare and take in some households; what was imported before this moment is unchanged."""
    secret, now, as_of = current().secret_key, clock.now(), understood.as_of
    known, said = gather(
        session,
        part,
        secret=secret,
        source=SOURCE,
        villages=source.villages.keys(),
        base=understood.base,
    )
    compared = plan(part, known, secret, SOURCE)
    planned = not_again(session, compared.planned, said, secret, SOURCE, as_of)
    dictionary = dictionary_in_force(session)
    incoming = [
        submission_of(one, said, frozenset(known.current), dictionary, as_of, person_id)
        for one in planned
        if one.writes
    ]
    again = queries.withdrawn(session, [one.instance_id for one in incoming])
    acts = [_restoring(one) if one.instance_id in again else one for one in incoming]
    if again:
        now = after_earlier(session, "office-review", submissions.homes_of(session, again), now)
    outcomes = receive(session, acts, None, now).outcomes if acts else ()
    return _Chunk(
        Counter(one.state for one in planned),
        len(compared.refused),
        tuple(
            one.instance_id
            for one, outcome in zip(incoming, outcomes, strict=True)
            if outcome.fate != "retry"
        ),
    )


def _restoring(one: Incoming) -> Incoming:
    """What was imported before and withdrawn since is restored, not made once more."""
    content = OfficeContent(
        "review", clock.local(one.recorded_at).date(), decision=Decision(one.instance_id, "undo")
    )
    return office_submission(content, person_id=one.person_id, now=one.recorded_at)


def submission_of(
    planned: Planned,
    said: Said,
    known: frozenset[str],
    dictionary: Dictionary,
    as_of: date,
    person_id: str | None,
) -> Incoming:
    """The submission that says what the file says of one household.

    said: what this source's earlier imports wrote, which is what this one was shown.
    known: entities that exist; others are created.
    """
    shown = said.shown(one.entity_id for one in planned.entities)
    content = OfficeContent(
        kind="roster",
        event_date=as_of,
        source=SOURCE,
        entities=tuple(
            OfficeEntity(
                register=one.register,
                entity_id=one.entity_id,
                properties={
                    name: value
                    for name, value in one.properties.items()
                    if dictionary.property(one.register, name)
                },
                create=one.entity_id not in known,
            )
            for one in planned.entities
            if one.properties or one.register == "households"
        ),
    )
    return office_submission(
        content,
        person_id=person_id,
        now=clock.now(),
        shown=shown,
        confirmed=planned.confirmed,
        instance_id=instance_id(current().secret_key, SOURCE, planned, shown, as_of.isoformat()),
    )
