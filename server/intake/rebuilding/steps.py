"""The steps in which everything is computed anew, each for a part of what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from server import clock
from server.followup.derive import derive
from server.intake import corrections
from server.intake.batch import Batch
from server.intake.decisions import come_to
from server.intake.examine import Examined, examine
from server.intake.extract import rows_of, stored_as_incoming
from server.intake.joining import follow, is_act
from server.intake.office import parse
from server.intake.rebuilding import queries
from server.intake.rebuilding.queries import Stored
from server.intake.writes import Row
from server.registers import queries as registers
from server.registers.apply import apply, gather
from server.registers.reading import CREATED, OFFICE
from server.submissions import queries as submissions
from server.submissions.models import ReviewState, Submission

Names = Sequence[str]


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of work: whose names come next, what is stored of them, and how it is computed."""

    name: str
    after: Callable[[Session, str, int], list[str]]
    stored: Callable[[Session, Names], Stored]
    compute: Callable[[Session, Batch, Names], None]


def steps(session: Session) -> list[Step]:
    """All steps, in an order in which each finds what it stands on."""
    return [
        Step("提交的记录", queries.submissions_after, queries.records_stored, _records),
        Step("审核", queries.decided_after, queries.decisions_stored, _decisions),
        Step("合并与区分", queries.acts_after, queries.acts_stored, _acts),
        Step("改正", queries.chains_after, queries.chains_stored, _chains),
        *(
            Step(
                f"登记簿 {register}",
                partial(queries.entities_after, register=register),
                queries.entities_stored,
                partial(_entities, register=register),
            )
            for register in queries.registers(session)
        ),
        Step("到期与任务", queries.homes_after, queries.derived_stored, _derived),
    ]


def _records(session: Session, batch: Batch, ids: Names) -> None:
    """Writes, and that what can be reviewed is up for review."""
    found = queries.lock_submissions(session, ids)
    roots = queries.roots(session, ids)
    states = submissions.states(session, ids)
    written = queries.writes_of(session, ids)
    for stored in found:
        name = stored.instance_id
        one = stored_as_incoming(stored)
        said = None
        rows: list[Row] = []
        if stored.quarantined is None:
            said = examine(session, one, batch.dictionary)
            shown = roots[stored.root_id].shown if stored.root_id in roots else one.shown
            received_on = clock.local(stored.received_at).date()
            rows = rows_of(one, said, shown, received_on, batch.dictionary)
        if _by_unit(rows) != _by_unit(written.get(name, ())):
            submissions.replace_writes(session, name, rows)
        _review(session, stored, said, states.get(name))


def _by_unit(rows: Iterable[Row]) -> dict[object, Row]:
    return {(row["entity_id"], row["unit"]): row for row in rows}


def _review(
    session: Session, stored: Submission, said: Examined | None, state: ReviewState | None
) -> None:
    if said is not None and said.reviewable:
        if state is None:
            state = ReviewState(instance_id=stored.instance_id, state="received", step=0)
            submissions.add_state(session, state)
        state.urgent, state.line, state.summary = said.urgent, said.line, said.summary
    elif state is not None and (stored.source not in OFFICE or stored.quarantined):
        submissions.drop_state(session, stored.instance_id)


def _decisions(session: Session, batch: Batch, homes: Names) -> None:
    """Where the office's decisions have brought each record."""
    found = queries.records_of_homes(session, homes)
    about: dict[str, list[Submission]] = {one.instance_id: [] for one in found}
    for one in found:
        decision = parse(one.xml).decision if one.form_id == "office-review" else None
        if decision and decision.instance_id in about:
            about[decision.instance_id].append(one)
    for one in found:
        come_to(session, one, about[one.instance_id])


def _acts(session: Session, batch: Batch, ids: Names) -> None:
    """Joins, distinctions and verdicts that nobody withdrew."""
    queries.drop_acts(session, ids)
    session.expunge_all()
    found = queries.lock_submissions(session, ids)
    told = [(one.instance_id, parse(one.xml)) for one in found if one.quarantined is None]
    follow(session, [(name, act) for name, act in told if is_act(act)])


def _chains(session: Session, batch: Batch, ids: Names) -> None:
    """Which version stands in whose place."""
    for root in ids:
        versions = submissions.chain(session, root)
        corrections.place(session, versions[0].instance_id)


def _entities(session: Session, batch: Batch, ids: Names, *, register: str) -> None:
    """Entities from all writes about them, as if nothing had been known of them."""
    found = registers.lock(session, [(register, name) for name in ids])
    sources = gather(session, ids)
    whole = {one for some in sources.components.values() for one in some}
    since = queries.first_created(session, CREATED, whole)
    for name in ids:
        entity = found[name]
        entity.area = ""
        apply(session, entity, sources, batch.dictionary)
        if register == "households" and entity.known:
            first = min(since[one] for one in sources.components[name] if one in since)
            day = clock.local(first).date().isoformat()
            entity.derived = {**entity.derived, "known_since": day}


def _derived(session: Session, batch: Batch, ids: Names) -> None:
    """Counts, due dates by today's policy, list rows and tasks."""
    for name in ids:
        batch.changed += derive(session, name, batch.at)
