"""All SQL of the review queue, of disputes, and of what stands beside a record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, defer

from server.accounts.models import Device, Person
from server.followup.models import Task
from server.forms.models import FormVersion
from server.registers.models import Entity, HouseholdRow
from server.registers.reading import OFFICE
from server.review.doubts import TRUSTED
from server.submissions.models import (
    Finding,
    Mismatch,
    ReviewState,
    Submission,
    SubmissionAttachment,
    Write,
)

#: A submission with its author's name and the phone's.
Authored = tuple[Submission, str, str]
#: States in which a record waits for the office.
WAITING = ("received", "edited")
#: A clock that is off by more than this dates nothing.
TRUSTED_S = int(TRUSTED.total_seconds())
TABS = ("all", "urgent", "hinted", "plain", "done")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records of the queue, in which order (`urgent` first, `newest` or `oldest`)."""

    villages: frozenset[str]
    tab: str = "all"
    form_id: str = ""
    person_id: str = ""
    order: str = "urgent"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One record as the queue lists it; the review fields are what `seen_of` reads."""

    instance_id: str
    form_id: str
    state: str
    step: int
    decision_id: str | None
    superseded_by: str | None
    urgent: bool
    line: str
    event_date: date | None
    received_at: datetime
    recorded_at: datetime
    clock_error_s: int
    area: str
    household_id: str | None
    head_name: str
    recorder: str
    quarantined: bool
    notable: bool
    findings: int

    @property
    def plain(self) -> bool:
        """Whether nothing about the record asks for a closer look."""
        return not (
            self.urgent or self.findings or self.notable or self.quarantined or self.misdated
        )

    @property
    def misdated(self) -> bool:
        """Whether the phone's clock was too wrong to date anything."""
        return abs(self.clock_error_s) > TRUSTED_S


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records wait, by what is to be said about them."""

    all: int
    urgent: int
    hinted: int
    plain: int


def _hinted() -> ColumnElement[bool]:
    found = exists().where(Finding.instance_id == Submission.instance_id)
    notable = func.coalesce(ReviewState.summary["notable"].as_boolean(), False)
    misdated = func.abs(Submission.clock_error_s) > TRUSTED_S
    return or_(found, notable, misdated, Submission.quarantined.is_not(None))


def _waiting(villages: Collection[str]) -> ColumnElement[bool]:
    return and_(
        ReviewState.state.in_(WAITING),
        ReviewState.superseded_by.is_(None),
        Submission.area.in_(villages),
    )


def _narrowed(statement: Select[str], wanted: Wanted) -> Select[str]:
    if wanted.tab == "done":
        statement = statement.where(
            ReviewState.state.not_in(WAITING),
            Submission.source.not_in(OFFICE),
            ReviewState.decided_by.is_not(None),
            Submission.area.in_(wanted.villages),
        )
    else:
        statement = statement.where(_waiting(wanted.villages))
    if wanted.tab == "urgent":
        statement = statement.where(ReviewState.urgent.is_(True))
    elif wanted.tab == "hinted":
        statement = statement.where(_hinted())
    elif wanted.tab == "plain":
        statement = statement.where(~_hinted(), ReviewState.urgent.is_(False))
    if wanted.form_id:
        statement = statement.where(Submission.form_id == wanted.form_id)
    if wanted.person_id:
        statement = statement.where(Submission.person_id == wanted.person_id)
    return statement


def queue_ids(session: Session, wanted: Wanted, limit: int = 6000) -> list[str]:
    """The ids of the wanted records, in order."""
    statement = _narrowed(
        select(Submission.instance_id).join(
            ReviewState, ReviewState.instance_id == Submission.instance_id
        ),
        wanted,
    )
    if wanted.tab == "done":
        order: list[Any] = [ReviewState.decided_at.desc(), Submission.instance_id]
    elif wanted.order == "oldest":
        order = [Submission.received_at.asc(), Submission.instance_id]
    elif wanted.order == "newest":
        order = [Submission.received_at.desc(), Submission.instance_id]
    else:
        order = [
            ReviewState.urgent.desc(),
            Submission.received_at.desc(),
            Submission.instance_id,
        ]
    return list(session.scalars(statement.order_by(*order).limit(limit)))


def queue_rows(session: Session, ids: Sequence[str]) -> list[QueueRow]:
    """What the list shows of some records, in the order of their ids."""
    findings = (
        select(func.count(Finding.id))
        .where(Finding.instance_id == Submission.instance_id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Submission, ReviewState, HouseholdRow.head_name, Person.name, findings)
        .join(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .outerjoin(HouseholdRow, HouseholdRow.household_id == Submission.household_id)
        .outerjoin(Person, Person.id == Submission.person_id)
        .where(Submission.instance_id.in_(ids))
    )
    found = {row[0].instance_id: _queue_row(*row) for row in rows}
    return [found[instance_id] for instance_id in ids if instance_id in found]


def _queue_row(
    submission: Submission,
    review: ReviewState,
    head_name: str | None,
    recorder: str | None,
    findings: int,
) -> QueueRow:
    return QueueRow(
        instance_id=submission.instance_id,
        form_id=submission.form_id,
        state=review.state,
        step=review.step,
        decision_id=review.decision_id,
        superseded_by=review.superseded_by,
        urgent=review.urgent,
        line=review.line,
        event_date=submission.event_date,
        received_at=submission.received_at,
        recorded_at=submission.recorded_at,
        clock_error_s=submission.clock_error_s,
        area=submission.area,
        household_id=submission.household_id,
        head_name=head_name or "",
        recorder=recorder or "",
        quarantined=submission.quarantined is not None,
        notable=review.summary.get("notable") is True,
        findings=findings,
    )


def counts(session: Session, villages: Collection[str]) -> Counts:
    """How many records of some villages wait."""
    waiting = (
        select(ReviewState.urgent, _hinted().label("hinted"))
        .join(Submission, Submission.instance_id == ReviewState.instance_id)
        .where(_waiting(villages))
        .subquery()
    )
    rows = session.execute(
        select(waiting.c.urgent, waiting.c.hinted, func.count()).group_by(
            waiting.c.urgent, waiting.c.hinted
        )
    ).all()
    return Counts(
        all=sum(row[2] for row in rows),
        urgent=sum(row[2] for row in rows if row[0]),
        hinted=sum(row[2] for row in rows if row[1]),
        plain=sum(row[2] for row in rows if not row[0] and not row[1]),
    )


def decided_since(session: Session, villages: Collection[str], moment: datetime) -> int:
    """How many records of some villages were decided since a moment."""
    return (
        session.scalar(
            select(func.count())
            .select_from(ReviewState)
            .join(Submission, Submission.instance_id == ReviewState.instance_id)
            .where(
                ReviewState.decided_at >= moment,
                Submission.source.not_in(OFFICE),
                ReviewState.state.not_in(WAITING),
                Submission.area.in_(villages),
            )
        )
        or 0
    )


def recorders_waiting(session: Session, villages: Collection[str]) -> Sequence[tuple[str, str]]:
    """(id, name) of everybody whose records wait."""
    rows = session.execute(
        select(Person.id, Person.name)
        .join(Submission, Submission.person_id == Person.id)
        .join(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(_waiting(villages))
        .distinct()
        .order_by(Person.name)
    )
    return [(row[0], row[1]) for row in rows]


def forms_waiting(session: Session, villages: Collection[str]) -> Sequence[str]:
    """The forms of which records wait."""
    return session.scalars(
        select(Submission.form_id)
        .join(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(_waiting(villages))
        .distinct()
        .order_by(Submission.form_id)
    ).all()


def form_titles(session: Session) -> dict[str, str]:
    """Form id -> the title of its newest version."""
    rows = session.execute(
        select(FormVersion.form_id, FormVersion.title).order_by(FormVersion.published_at)
    )
    return {row[0]: row[1] for row in rows}


def record(session: Session, instance_id: str) -> tuple[Submission, ReviewState] | None:
    """A reviewable record."""
    row = session.execute(
        select(Submission, ReviewState)
        .join(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(Submission.instance_id == instance_id, Submission.source.not_in(OFFICE))
    ).first()
    return None if row is None else (row[0], row[1])


def authors(session: Session, ids: Collection[str]) -> dict[str, Authored]:
    """Instance id -> the submission, its author's name and the phone's name."""
    rows = session.execute(
        select(Submission, Person.name, Device.name)
        .outerjoin(Person, Person.id == Submission.person_id)
        .outerjoin(Device, Device.id == Submission.device_id)
        .where(Submission.instance_id.in_(ids))
    )
    return {row[0].instance_id: (row[0], row[1] or "", row[2] or "") for row in rows}


def visits_of(
    session: Session, household_id: str, limit: int = 200
) -> Sequence[tuple[Submission, ReviewState, str]]:
    """What was recorded of a household, newest event first, with the recorders' names."""
    rows = session.execute(
        select(Submission, ReviewState, Person.name)
        .join(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .outerjoin(Person, Person.id == Submission.person_id)
        .where(Submission.household_id == household_id)
        .order_by(Submission.event_date.desc(), Submission.received_at.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2] or "") for row in rows]


def everything_of(
    session: Session, household_id: str, limit: int = 400
) -> Sequence[tuple[Submission, ReviewState | None, str]]:
    """Every submission about a household, the office's and the rosters' too, newest first."""
    rows = session.execute(
        select(Submission, ReviewState, Person.name)
        .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .outerjoin(Person, Person.id == Submission.person_id)
        .where(Submission.household_id == household_id)
        .order_by(Submission.received_at.desc(), Submission.instance_id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2] or "") for row in rows]


def unit_history(session: Session, entity_id: str, unit: str) -> Sequence[Write]:
    """All writes to one unit of an entity and what was joined with it, newest event first."""
    whole = select(Entity.id).where(Entity.component == entity_id)
    return session.scalars(
        select(Write)
        .where(or_(Write.entity_id == entity_id, Write.entity_id.in_(whole)), Write.unit == unit)
        .order_by(Write.event_date.desc(), Write.instance_id)
    ).all()


def written_by(session: Session, entity_ids: Collection[str]) -> dict[str, set[str]]:
    """Entity -> the submissions that say anything of it."""
    found: dict[str, set[str]] = {}
    rows = session.execute(
        select(Write.entity_id, Write.instance_id)
        .where(Write.entity_id.in_(set(entity_ids)))
        .distinct()
    )
    for entity_id, instance_id in rows:
        found.setdefault(entity_id, set()).add(instance_id)
    return found


def files_of(session: Session, ids: Collection[str]) -> dict[str, list[SubmissionAttachment]]:
    """Instance id -> the files that it names."""
    found: dict[str, list[SubmissionAttachment]] = {}
    for file in session.scalars(
        select(SubmissionAttachment)
        .where(SubmissionAttachment.instance_id.in_(ids))
        .order_by(SubmissionAttachment.name)
    ):
        found.setdefault(file.instance_id, []).append(file)
    return found


@dataclass(frozen=True, slots=True)
class DisputedHousehold:
    """A household in which people wrote differently."""

    household_id: str
    area: str
    head_name: str
    household_no: str
    units: int


def disputed_households(session: Session, villages: Collection[str]) -> list[DisputedHousehold]:
    """The households with open disputes, most of them first."""
    key = func.coalesce(Entity.household_id, Entity.id)
    grouped = (
        select(key.label("household_id"), func.sum(Entity.disputed).label("units"))
        .where(Entity.disputed > 0, Entity.area.in_(villages))
        .group_by(key)
        .subquery()
    )
    rows = session.execute(
        select(HouseholdRow, grouped.c.units)
        .join(grouped, grouped.c.household_id == HouseholdRow.household_id)
        .order_by(grouped.c.units.desc(), HouseholdRow.household_no, HouseholdRow.household_id)
    )
    return [
        DisputedHousehold(
            household_id=row[0].household_id,
            area=row[0].area,
            head_name=row[0].head_name,
            household_no=row[0].household_no,
            units=int(row[1]),
        )
        for row in rows
    ]


def disputed_entities(session: Session, household_id: str) -> Sequence[Entity]:
    """The entities of a household with open disputes, the household first."""
    found = session.scalars(
        select(Entity)
        .where(
            or_(Entity.household_id == household_id, Entity.id == household_id),
            Entity.disputed > 0,
        )
        .order_by(Entity.id)
    ).all()
    return sorted(found, key=lambda entity: (entity.register != "households", entity.id))


def disputed_count(session: Session, villages: Collection[str]) -> int:
    """How many households have open disputes."""
    key = func.coalesce(Entity.household_id, Entity.id)
    return (
        session.scalar(
            select(func.count(key.distinct())).where(Entity.disputed > 0, Entity.area.in_(villages))
        )
        or 0
    )


def open_tasks(
    session: Session, villages: Collection[str], household_id: str | None = None
) -> Sequence[Task]:
    """What is open in some villages, or about one household; the earliest due first."""
    statement = select(Task).where(Task.state == "open", Task.area.in_(villages))
    if household_id is not None:
        statement = statement.where(Task.household_id == household_id)
    return session.scalars(statement.order_by(Task.opened_at.desc(), Task.subject)).all()


def entities(session: Session, ids: Collection[str]) -> dict[str, Entity]:
    """Some entities by id."""
    return {row.id: row for row in session.scalars(select(Entity).where(Entity.id.in_(ids)))}


def members_of(session: Session, household_id: str) -> Sequence[Entity]:
    """The persons of a household."""
    return session.scalars(
        select(Entity).where(Entity.household_id == household_id, Entity.register == "persons")
    ).all()


def settled_by(session: Session, person_id: str, limit: int = 5) -> Sequence[Submission]:
    """What a person settled last."""
    return session.scalars(
        select(Submission)
        .where(Submission.form_id == "office-settle", Submission.person_id == person_id)
        .order_by(Submission.received_at.desc())
        .limit(limit)
    ).all()


def submission(session: Session, instance_id: str) -> Submission | None:
    """One submission, set aside or not."""
    return session.get(Submission, instance_id)


def task(session: Session, kind: str, subject: str) -> Task | None:
    """One task, open or done."""
    return session.get(Task, (kind, subject))


def second_content(session: Session, instance_id: str) -> dict[str, object] | None:
    """The newest other content that came under an id."""
    return session.scalar(
        select(Mismatch.body)
        .where(Mismatch.instance_id == instance_id)
        .order_by(Mismatch.id.desc())
        .limit(1)
    )


def corrections_of(
    session: Session, instance_id: str
) -> list[tuple[Submission, str, ReviewState | None]]:
    """All versions of the chain that a record belongs to, with recorders and states."""
    root = select(Submission.root_id).where(Submission.instance_id == instance_id)
    rows = session.execute(
        select(Submission, Person.name, ReviewState)
        .outerjoin(Person, Person.id == Submission.person_id)
        .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(Submission.root_id.in_(root))
        .order_by(Submission.received_at, Submission.instance_id)
    )
    return [(row[0], row[1] or "", row[2]) for row in rows]


def closing_of(session: Session, kind: str, subject: str, areas: Collection[str]) -> str | None:
    """The newest submission that closed a task and was not withdrawn."""
    said = f'<check kind="{kind}" subject="{subject}"/>'
    return session.scalar(
        select(Submission.instance_id)
        .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .where(
            Submission.form_id == "office-check",
            Submission.area.in_(areas),
            Submission.xml.contains(said, autoescape=True),
            ReviewState.instance_id.is_(None),
        )
        .order_by(Submission.received_at.desc())
        .limit(1)
    )


def check_count(session: Session, areas: Collection[str], kinds: Collection[str]) -> int:
    """How many tasks of some kinds are open."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Task)
            .where(Task.state == "open", Task.area.in_(areas), Task.kind.in_(kinds))
        )
        or 0
    )


def office_acts(
    session: Session, areas: Collection[str], forms: Collection[str], limit: int = 20
) -> list[tuple[Submission, ReviewState | None, str]]:
    """What the office decided lately in some areas, and by whom; what is withdrawn has a state."""
    rows = session.execute(
        select(Submission, ReviewState, Person.name)
        .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .outerjoin(Person, Person.id == Submission.person_id)
        .where(
            Submission.form_id.in_(forms),
            Submission.area.in_(areas),
            Submission.quarantined.is_(None),
        )
        .order_by(Submission.received_at.desc(), Submission.instance_id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2] or "") for row in rows]


def acts_about(
    session: Session, areas: Collection[str], forms: Collection[str], names: Collection[str]
) -> list[tuple[Submission, ReviewState | None, str]]:
    """What the office decided about all of some entities or records, newest first."""
    rows = session.execute(
        select(Submission, ReviewState, Person.name)
        .outerjoin(ReviewState, ReviewState.instance_id == Submission.instance_id)
        .outerjoin(Person, Person.id == Submission.person_id)
        .where(
            Submission.form_id.in_(forms),
            Submission.area.in_(areas),
            *(Submission.xml.contains(name, autoescape=True) for name in names),
        )
        .order_by(Submission.received_at.desc(), Submission.instance_id)
        .limit(10)
    )
    return [(row[0], row[1], row[2] or "") for row in rows]


def with_eight(session: Session, villages: Collection[str]) -> list[tuple[Entity, str]]:
    """Who needs the eight ones in some villages, with the head of the household, by household."""
    rows = session.execute(
        select(Entity, HouseholdRow.head_name)
        .join(HouseholdRow, HouseholdRow.household_id == Entity.household_id)
        .where(
            Entity.register == "persons",
            Entity.area.in_(villages),
            Entity.known.is_(True),
            Entity.derived["hb_needed"].as_integer() == 1,
        )
        .options(defer(Entity.approved))
        .order_by(Entity.area, HouseholdRow.household_no, Entity.household_id, Entity.id)
    )
    return [(row[0], row[1]) for row in rows]


def health_cases(session: Session, villages: Collection[str]) -> Sequence[Entity]:
    """The health cases of some villages."""
    return session.scalars(
        select(Entity)
        .where(
            Entity.register == "health_cases",
            Entity.area.in_(villages),
            Entity.known.is_(True),
        )
        .options(defer(Entity.approved))
        .order_by(Entity.id)
    ).all()
