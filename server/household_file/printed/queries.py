"""All SQL of what was printed, of lists under way, and of the stamps of what was read for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from server.accounts.models import Area, Person
from server.followup.models import Task, VisitVerdict
from server.forms.models import DictionaryVersion, FormVersion
from server.household_file.models import Listed, Newest, PrintedFile
from server.household_file.order import Order
from server.household_file.sheets.models import IssuedSheet
from server.policy.models import PolicyValue
from server.registers.models import Entity, HouseholdRow
from server.submissions.models import (
    Remark,
    ReviewState,
    Submission,
    SubmissionAttachment,
    Write,
)

#: SQLite takes so many values in one statement; also what is held in memory at once.
AT_ONCE = 200
#: What the stamps are made of; gathering may read nothing else that changes.
STAMPED = frozenset(
    model.__tablename__
    for model in (
        *(Area, Person, DictionaryVersion, FormVersion, PolicyValue),
        *(Entity, Submission, ReviewState, Remark, SubmissionAttachment, VisitVerdict),
    )
)


@dataclass(frozen=True, slots=True)
class Home:
    """A household as a list names it."""

    household_id: str
    household_no: str
    head: str
    village: str


@dataclass(frozen=True, slots=True)
class Line:
    """One household of a list with the version, of its file or of a sheet, that it got."""

    listed: Listed
    printed: PrintedFile | IssuedSheet | None


def homes_of(session: Session, order: Order) -> list[Home]:
    """The households that an order names, by village and number.

    For cards of those who were left behind: only where there is somebody.
    """
    query = select(
        HouseholdRow.household_id,
        HouseholdRow.household_no,
        HouseholdRow.head_name,
        HouseholdRow.area,
    )
    if order.households:
        query = query.where(HouseholdRow.household_id.in_(order.households))
    else:
        query = query.where(HouseholdRow.area.in_(order.villages), HouseholdRow.closed.is_(False))
    if order.types:
        query = query.where(HouseholdRow.household_type.in_(order.types))
    if order.what == "contact_card":
        left = select(Task.household_id).where(Task.kind == "card_contact", Task.state == "open")
        carded = select(Entity.household_id).where(
            Entity.register == "contact_cards", Entity.known.is_(True)
        )
        query = query.where(HouseholdRow.household_id.in_(left.union(carded)))
    by = (HouseholdRow.area, HouseholdRow.household_no, HouseholdRow.household_id)
    return [Home(*row) for row in session.execute(query.order_by(*by))]


def village_name(session: Session, village: str) -> str:
    """A village's newest name, its code while it has none."""
    name = session.scalar(
        select(Area.name).where(Area.code == village).order_by(Area.valid_from.desc()).limit(1)
    )
    return name or village


def begin_list(session: Session, list_id: str, found: Iterable[Home]) -> None:
    """Write down which households a list has, in their order."""
    rows = [
        {
            "list_id": list_id,
            "place": place,
            "household_id": home.household_id,
            "household_no": home.household_no,
            "head": home.head,
            "village": home.village,
            "state": "waiting",
            "reason": "",
        }
        for place, home in enumerate(found, 1)
    ]
    if rows:
        session.execute(insert(Listed), rows)


def end_list(session: Session, list_id: str) -> None:
    """Forget a list."""
    session.execute(delete(Listed).where(Listed.list_id == list_id))


def list_size(session: Session, list_id: str) -> int:
    """How many households a list has; 0 before it was begun."""
    return session.scalar(select(func.count()).where(Listed.list_id == list_id)) or 0


def list_states(session: Session, list_id: str) -> dict[str, int]:
    """State -> number of households of a list, and under `pages` how many pages are ready."""
    pages = func.coalesce(PrintedFile.pages, IssuedSheet.pages)
    rows = session.execute(
        select(Listed.state, func.count(), func.sum(pages))
        .outerjoin(PrintedFile, PrintedFile.id == Listed.printed_id)
        .outerjoin(IssuedSheet, IssuedSheet.id == Listed.sheet_id)
        .where(Listed.list_id == list_id)
        .group_by(Listed.state)
    ).all()
    return {row[0]: row[1] for row in rows} | {"pages": sum(row[2] or 0 for row in rows)}


def lines(
    session: Session, list_id: str, states: Collection[str] = (), limit: int = 0
) -> list[Line]:
    """The households of a list in their order, each with its version."""
    query = (
        select(Listed, PrintedFile, IssuedSheet)
        .outerjoin(PrintedFile, PrintedFile.id == Listed.printed_id)
        .outerjoin(IssuedSheet, IssuedSheet.id == Listed.sheet_id)
        .where(Listed.list_id == list_id)
        .order_by(Listed.place)
    )
    if states:
        query = query.where(Listed.state.in_(states))
    rows = session.execute(query.limit(limit) if limit else query)
    return [Line(listed, printed or sheet) for listed, printed, sheet in rows]


def waiting(session: Session, list_id: str) -> Sequence[Listed]:
    """The households of a list that nothing was done about yet."""
    return session.scalars(
        select(Listed)
        .where(Listed.list_id == list_id, Listed.state == "waiting")
        .order_by(Listed.place)
    ).all()


def settle(
    session: Session,
    list_id: str,
    places: Collection[int],
    state: str,
    printed_id: int | None = None,
    reason: str = "",
    sheet_id: int | None = None,
) -> None:
    """Note what became of some households of a list."""
    session.execute(
        update(Listed)
        .where(Listed.list_id == list_id, Listed.place.in_(places))
        .values(state=state, printed_id=printed_id, sheet_id=sheet_id, reason=reason[:200])
    )


def settle_known(session: Session, list_id: str, found: Mapping[int, tuple[str, int]]) -> None:
    """Note households of which nothing has to be gathered: place -> state and version's id."""
    session.execute(
        update(Listed),
        [
            {"list_id": list_id, "place": place, "state": state, "printed_id": printed_id}
            for place, (state, printed_id) in found.items()
        ],
    )


def try_again(session: Session, list_id: str) -> None:
    """Have the households of a list that failed wait again."""
    session.execute(
        update(Listed)
        .where(Listed.list_id == list_id, Listed.state == "failed")
        .values(state="waiting", reason="")
    )


def newest(session: Session, household_ids: Collection[str]) -> dict[str, tuple[str, PrintedFile]]:
    """Household -> the stamp under which it was gathered last, and the version that it was."""
    rows = session.execute(
        select(Newest, PrintedFile)
        .join(PrintedFile, PrintedFile.id == Newest.printed_id)
        .where(Newest.household_id.in_(household_ids))
    )
    return {row[0].household_id: (row[0].stamp, row[1]) for row in rows}


def chains(session: Session, household_ids: Collection[str]) -> dict[str, list[PrintedFile]]:
    """Household -> the newest volume that is bound and the bound 续页 of it, in their order."""
    rows = session.scalars(
        select(PrintedFile)
        .where(PrintedFile.household_id.in_(household_ids), PrintedFile.bound_on.is_not(None))
        .order_by(PrintedFile.household_id, PrintedFile.version)
    )
    found: dict[str, list[PrintedFile]] = {}
    for row in rows:
        chain = found.get(row.household_id, [])
        if row.continues is None:
            found[row.household_id] = [row]
        elif chain and chain[-1].id == row.continues:
            chain.append(row)
    return found


def continuations(session: Session, printed_id: int) -> Sequence[PrintedFile]:
    """The 续页 that go on from a version."""
    return session.scalars(select(PrintedFile).where(PrintedFile.continues == printed_id)).all()


def keep_newest(session: Session, household_id: str, stamp: str, printed_id: int) -> None:
    """Remember which version a household's facts are."""
    session.merge(Newest(household_id=household_id, stamp=stamp, printed_id=printed_id))


def of_facts(session: Session, household_id: str, facts_hash: str) -> PrintedFile | None:
    """The version of a household's file that these facts are."""
    return session.scalar(
        select(PrintedFile).where(
            PrintedFile.household_id == household_id, PrintedFile.facts_hash == facts_hash
        )
    )


def versions(session: Session, household_id: str) -> Sequence[PrintedFile]:
    """All versions of a household's file, newest first."""
    return session.scalars(
        select(PrintedFile)
        .where(PrintedFile.household_id == household_id)
        .order_by(PrintedFile.version.desc())
    ).all()


def newer(session: Session, version: PrintedFile) -> PrintedFile | None:
    """The newest version that took the place of one; 续页 leave the volume in force."""
    return session.scalar(
        select(PrintedFile)
        .where(
            PrintedFile.household_id == version.household_id,
            PrintedFile.version > version.version,
            or_(PrintedFile.continues.is_(None), PrintedFile.continues == version.continues),
        )
        .order_by(PrintedFile.version.desc())
        .limit(1)
    )


def version(session: Session, printed_id: int) -> PrintedFile | None:
    """One version by its id."""
    return session.get(PrintedFile, printed_id)


def add_version(
    session: Session,
    household_id: str,
    facts_hash: str,
    *,
    as_of: date,
    path: str,
    used: Sequence[str],
    now: datetime,
    continues: int | None = None,
) -> PrintedFile:
    """Give new facts the next version number of their household's file."""
    last = session.scalar(
        select(func.max(PrintedFile.version)).where(PrintedFile.household_id == household_id)
    )
    row = PrintedFile(
        household_id=household_id,
        facts_hash=facts_hash,
        version=(last or 0) + 1,
        as_of=as_of,
        path=path,
        used=list(used),
        made_at=now,
        continues=continues,
    )
    session.add(row)
    session.flush()
    return row


def note_pages(session: Session, printed_id: int, pages: int) -> None:
    """Note how many pages a version has."""
    session.execute(update(PrintedFile).where(PrintedFile.id == printed_id).values(pages=pages))


def give(session: Session, printed_ids: Collection[int], now: datetime) -> None:
    """Note that some versions were given to whoever wanted them."""
    ids = list(printed_ids)
    for start in range(0, len(ids), AT_ONCE):
        session.execute(
            update(PrintedFile)
            .where(PrintedFile.id.in_(ids[start : start + AT_ONCE]), PrintedFile.given_at.is_(None))
            .values(given_at=now)
        )


def ground(session: Session, day: date) -> list[Any]:
    """What every household's file may depend on as of a day: places, names, words, rules."""
    return [
        [list(row) for row in session.execute(query)]
        for query in (
            select(Area.code, Area.name, Area.parent, Area.valid_from).order_by(
                Area.code, Area.valid_from
            ),
            select(Person.id, Person.name).order_by(Person.id),
            select(func.max(DictionaryVersion.number)),
            select(FormVersion.form_id, FormVersion.version, FormVersion.mode).order_by(
                FormVersion.form_id, FormVersion.version
            ),
            select(
                PolicyValue.key,
                PolicyValue.area,
                PolicyValue.valid_from,
                PolicyValue.entry,
                cast(PolicyValue.value, Text),
                PolicyValue.withdrawn_at,
                PolicyValue.valid_from <= day,
            ).order_by(
                PolicyValue.key, PolicyValue.area, PolicyValue.valid_from, PolicyValue.entry
            ),
        )
    ]


def read_for(session: Session, household_ids: Collection[str]) -> dict[str, list[Any]]:
    """Household -> the rows that gathering it would read, or what tells one state of them apart."""
    found: dict[str, list[Any]] = {one: [] for one in household_ids}
    home = {
        row.id: row.component
        for row in session.execute(
            select(Entity.id, Entity.component).where(Entity.component.in_(household_ids))
        )
    } | {one: one for one in household_ids}
    entities = (
        select(
            Entity.id,
            Entity.household_id,
            Entity.component,
            Entity.known,
            cast(Entity.live, Text),
            cast(Entity.approved, Text),
            cast(Entity.derived, Text),
        )
        .where(or_(Entity.id.in_(home), Entity.household_id.in_(home)))
        .order_by(Entity.id)
    )
    for row in session.execute(entities):
        found[home.get(row.id) or home[row.household_id]].append(list(row))
    records = (
        select(
            Submission.household_id,
            Submission.instance_id,
            Submission.root_id,
            Submission.quarantined,
            ReviewState.state,
            ReviewState.step,
            ReviewState.decided_at,
            ReviewState.decision_id,
        )
        .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(Submission.household_id.in_(home))
        .order_by(Submission.instance_id)
    )
    whose: dict[str, str] = {}
    for record in session.execute(records):
        whose[record.instance_id] = whose[record.root_id] = home[str(record.household_id)]
        found[home[str(record.household_id)]].append(list(record))
    for query in _beside(whose):
        for one in session.execute(query):
            found[whose[one[0]]].append(list(one))
    return found


def _beside(records: Collection[str]) -> Iterable[Any]:
    return (
        select(Remark.instance_id, Remark.id, Remark.at)
        .where(Remark.instance_id.in_(records))
        .order_by(Remark.id),
        select(
            SubmissionAttachment.instance_id,
            SubmissionAttachment.name,
            SubmissionAttachment.sha256,
        )
        .where(SubmissionAttachment.instance_id.in_(records))
        .order_by(SubmissionAttachment.instance_id, SubmissionAttachment.name),
        select(VisitVerdict.record, VisitVerdict.instance_id, VisitVerdict.kept)
        .where(VisitVerdict.record.in_(records))
        .order_by(VisitVerdict.record, VisitVerdict.instance_id),
    )


@dataclass(frozen=True, slots=True)
class Replaced:
    """A record that a correction replaced, or that was withdrawn; `record` is its first version."""

    household_id: str
    record: str
    replaced: str
    at: datetime
    by: str | None
    taken_back: bool


#: So many corrections are looked back at.
MOST_CORRECTIONS = 500


def replaced(session: Session, villages: Collection[str], household_id: str = "") -> list[Replaced]:
    """What replaced an earlier version of a record, and what was withdrawn, newest first."""
    here: list[ColumnElement[bool]] = [
        Submission.area.in_(villages),
        Submission.household_id.is_not(None),
    ]
    if household_id:
        here.append(Submission.household_id == household_id)
    corrected = session.execute(
        select(Submission)
        .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(*here, Submission.deprecated_id.is_not(None), Submission.quarantined.is_(None))
        .where(or_(ReviewState.state.is_(None), ReviewState.state != "rejected"))
        .order_by(Submission.received_at.desc())
        .limit(MOST_CORRECTIONS)
    ).scalars()
    withdrawn = session.execute(
        select(Submission, ReviewState)
        .join(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(*here, ReviewState.state == "rejected", ReviewState.decided_at.is_not(None))
        .order_by(ReviewState.decided_at.desc())
        .limit(MOST_CORRECTIONS)
    )
    found = [
        Replaced(
            str(one.household_id),
            one.root_id,
            str(one.deprecated_id),
            one.received_at,
            one.person_id,
            taken_back=False,
        )
        for one in corrected
    ] + [
        Replaced(
            str(one.household_id),
            one.root_id,
            one.instance_id,
            state.decided_at,
            state.decided_by,
            taken_back=True,
        )
        for one, state in withdrawn
        if state.decided_at
    ]
    return sorted(found, key=lambda one: (one.at, one.replaced), reverse=True)


def versions_of(session: Session, household_ids: Collection[str]) -> dict[str, list[PrintedFile]]:
    """Household -> all versions of its file, oldest first."""
    found: dict[str, list[PrintedFile]] = {}
    rows = session.scalars(
        select(PrintedFile)
        .where(PrintedFile.household_id.in_(household_ids))
        .order_by(PrintedFile.household_id, PrintedFile.version)
    )
    for row in rows:
        found.setdefault(row.household_id, []).append(row)
    return found


def by_hash(session: Session, prefix: str) -> Sequence[PrintedFile]:
    """The versions whose facts' hash begins so."""
    return session.scalars(
        select(PrintedFile).where(PrintedFile.facts_hash.startswith(prefix, autoescape=True))
    ).all()


def records(session: Session, instance_ids: Collection[str]) -> Sequence[Submission]:
    """Some records."""
    return session.scalars(select(Submission).where(Submission.instance_id.in_(instance_ids))).all()


def roots(session: Session, instance_ids: Collection[str]) -> dict[str, str]:
    """Record -> the first version of it."""
    return {one.instance_id: one.root_id for one in records(session, instance_ids)}


def writes_of(session: Session, instance_ids: Collection[str]) -> Sequence[Write]:
    """What some records wrote."""
    return session.scalars(select(Write).where(Write.instance_id.in_(instance_ids))).all()


def bind(session: Session, printed_id: int, day: date | None) -> None:
    """Note when the paper of a version was bound, or that it was not."""
    session.execute(update(PrintedFile).where(PrintedFile.id == printed_id).values(bound_on=day))
