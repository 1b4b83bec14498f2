"""Who may correct a record, and what stands in whose place once somebody has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from server.accounts.actor import actor as actor_of
from server.changes.queries import Changed
from server.intake.batch import Batch
from server.intake.examine import Quarantine
from server.intake.tell import tell, untell
from server.merge import forked_chains
from server.registers import queries as registers
from server.registers.chains import stand_ins
from server.registers.reading import OFFICE, versions
from server.submissions import queries as submissions
from server.submissions.models import Submission

NOT_THE_AUTHOR = Quarantine(
    "not-the-author", "这条改的是别人记的，只有记录人自己或镇里能改；内容已存下，请镇里核对。"
)
OTHER_RECORD = Quarantine(
    "other-record", "这条改的和原来那条不是同一户、同一张表，内容已存下，请镇里核对。"
)


def judge(
    session: Session,
    correction: Submission,
    original: Submission | None,
    root: Submission | None,
    day: date,
) -> Quarantine | None:
    """Why a correction cannot stand in its original's place; None if it can, as far as is known.

    day: whose roles hold. original, root: what it replaces and the first version of the record;
    None until it arrives, when the correction is judged again.
    """
    if original is not None and not _same_record(session, correction, original):
        return OTHER_RECORD
    first = root or original
    if first is None or _may_correct(session, correction, first, day):
        return None
    return NOT_THE_AUTHOR


def _same_record(session: Session, correction: Submission, original: Submission) -> bool:
    if correction.instance_id == original.instance_id or correction.form_id != original.form_id:
        return False
    homes = {one.household_id for one in (correction, original) if one.household_id}
    if len(homes) < 2:
        return True
    found = registers.entities(session, homes)
    return len({found[h].component if h in found else h for h in homes}) == 1


def _may_correct(session: Session, correction: Submission, first: Submission, day: date) -> bool:
    if correction.source in OFFICE or correction.person_id == first.person_id:
        return True
    if correction.person_id is None:
        return False
    return actor_of(session, correction.person_id, day).may("review")


def refused_by_arrival(
    session: Session, arrived: Submission, corrections: Iterable[Submission], day: date
) -> list[tuple[Submission, Quarantine]]:
    """Which corrections that came before their original turn out not to be allowed."""
    root = submissions.submission(session, arrived.root_id)
    judged = [
        (one, judge(session, one, arrived if _direct(one, arrived) else None, root, day))
        for one in corrections
        if one.quarantined is None
    ]
    return [(one, reason) for one, reason in judged if reason]


def _direct(correction: Submission, original: Submission) -> bool:
    return correction.deprecated_id == original.instance_id


def follow(session: Session, batch: Batch, instance_id: str) -> None:
    """Note in the whole chain of a record which version stands in whose place now.

    Two corrections of one version become a task, until the office has rejected one.
    """
    for name in place(session, instance_id):
        batch.changed.append(Changed("review", name, submissions.area_of(session, name)))
    chain = versions(submissions.standings(session, [instance_id]))
    if len(chain) < 2:
        return
    forks = forked_chains(chain)
    for name in {*chain, *forks}:
        if name in forks:
            tell(session, batch, "fork", name, submissions.area_of(session, name))
        else:
            untell(session, batch, "fork", name)


def place(session: Session, instance_id: str) -> list[str]:
    """Note it in the states alone; returns the versions of which something else holds now."""
    chain = versions(submissions.standings(session, [instance_id]))
    places = stand_ins(chain)
    moved = []
    for name, state in submissions.states(session, chain).items():
        if state.superseded_by != places[name]:
            state.superseded_by = places[name]
            moved.append(name)
    session.flush()
    return moved
