"""What follows from a household's registers: counts, due dates, its list row, its tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.changes.queries import Changed
from server.followup import queries
from server.followup.initials import initials
from server.followup.models import Task
from server.followup.tasks import keep_open
from server.followup.visits import Due, Visit, due
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity, HouseholdRow

LABOUR = frozenset({"normal", "skilled", "weak"})
CLOSED = frozenset({"moved_away", "closed"})


@dataclass(frozen=True, slots=True)
class Moment:
    """When and by which policy something is derived."""

    now: datetime
    today: date
    policy: Mapping[str, object]


def derive(session: Session, household_id: str, at: Moment) -> list[Changed]:
    """Compute all that follows from one household; returns the tasks that changed."""
    home = registers.entity(session, household_id)
    if home is None or not home.known:
        queries.drop_row(session, household_id)
        return []
    people = registers.members(session, household_id)
    facts = values.properties(home.live)
    inside = [p for p in people if values.text(p.live, "member_status") != "removed"]
    visits = [
        Visit(submission.event_date, str(state.summary.get("visit_result", "")))
        for submission, state in queries.visits(session, household_id)
        if submission.event_date
    ]
    next_visit = due(
        visits,
        facts.get("household_type", ""),
        facts.get("lives_elsewhere") == "yes",
        _known_since(home, at.today),
        at.policy,
    )
    head = _head_name(facts, inside)
    home.derived = _derived(inside, next_visit, head, home)
    queries.save_row(session, _row(home, facts, inside, people, next_visit, head))
    session.flush()
    return _tasks(session, home, people, next_visit, head, at)


def _known_since(home: Entity, today: date) -> date:
    since = home.derived.get("known_since")
    return date.fromisoformat(since) if isinstance(since, str) else today


def _derived(
    inside: Sequence[Entity], next_visit: Due, head: str, home: Entity
) -> dict[str, object]:
    labour = sum(values.text(p.live, "labour") in LABOUR for p in inside)
    return {
        "family_size": len(inside),
        "labour_count": labour,
        "head_name": head,
        "last_visit_on": _iso(next_visit.last_on),
        "next_due_on": _iso(next_visit.next_on),
        "due_kind": next_visit.kind,
        "absent_in_a_row": next_visit.absent_in_a_row,
        "known_since": home.derived.get("known_since"),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _head_name(facts: Mapping[str, str], inside: Sequence[Entity]) -> str:
    chosen = next((p for p in inside if p.id == facts.get("head")), None)
    chosen = chosen or next((p for p in inside if values.text(p.live, "relation") == "02"), None)
    return values.text((chosen or inside[0]).live, "person_name") if inside else ""


def _row(
    home: Entity,
    facts: Mapping[str, str],
    inside: Sequence[Entity],
    people: Sequence[Entity],
    next_visit: Due,
    head: str,
) -> HouseholdRow:
    household_no = facts.get("household_no", "")
    names = [values.text(p.live, "person_name") for p in inside]
    last4 = [values.text(p.live, "id_number")[-4:] for p in inside]
    words = [household_no, *names, *(initials(name) for name in names), *last4]
    return HouseholdRow(
        household_id=home.id,
        area=home.area,
        household_no=household_no,
        head_name=head,
        initials=initials(head),
        address=" ".join(filter(None, [facts.get("group_name"), facts.get("address_detail")])),
        household_type=facts.get("household_type", ""),
        family_size=len(inside),
        labour_count=sum(values.text(p.live, "labour") in LABOUR for p in inside),
        disputed=home.disputed + sum(p.disputed for p in people),
        search=" ".join(filter(None, words)).lower(),
        last_visit_on=next_visit.last_on,
        next_due_on=next_visit.next_on,
        due_kind=next_visit.kind,
        closed=facts.get("household_type", "") in CLOSED,
    )


def _tasks(
    session: Session,
    home: Entity,
    people: Sequence[Entity],
    next_visit: Due,
    head: str,
    at: Moment,
) -> list[Changed]:
    hashes = {p.id_hash for p in people if p.id_hash}
    same = registers.with_id_hashes(session, hashes) if hashes else {}
    subjects = {home.id, *(p.id for p in people), *(min(ids) for ids in same.values())}
    known = queries.tasks_about(session, subjects)
    changed: list[Changed] = []
    for entity in (home, *people):
        name = values.text(entity.live, "person_name") or head
        changed += _dispute(session, entity, home, name, known, at)
        if entity.id_hash in same:
            changed += _duplicate(session, same[entity.id_hash], home, name, known, at)
    changed += keep_open(
        session,
        known.get(("absent", home.id)),
        next_visit.absent_in_a_row >= 3,
        kind="absent",
        subject=home.id,
        home=home,
        title=f"{head}：连着 {next_visit.absent_in_a_row} 次没在家，请村里帮着找",
        detail={},
        now=at.now,
    )
    return changed


Known = Mapping[tuple[str, str], Task]


def _dispute(
    session: Session, entity: Entity, home: Entity, name: str, known: Known, at: Moment
) -> list[Changed]:
    units = sorted(values.disputed(entity.live))
    return keep_open(
        session,
        known.get(("dispute", entity.id)),
        bool(units),
        kind="dispute",
        subject=entity.id,
        home=home,
        title=f"{name}：{len(units)} 项两边填的不一样",
        detail={"units": units, "register": entity.register},
        now=at.now,
    )


def _duplicate(
    session: Session, same: Sequence[str], home: Entity, name: str, known: Known, at: Moment
) -> list[Changed]:
    """The same ID number on two people becomes a task (design §4, rule 8)."""
    return keep_open(
        session,
        known.get(("duplicate", min(same))),
        len(same) > 1,
        kind="duplicate",
        subject=min(same),
        home=home,
        title=f"{name}：同一个身份证号登记了 {len(same)} 次",
        detail={"entities": list(same)},
        now=at.now,
    )
