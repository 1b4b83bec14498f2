"""Monitoring cases at the desk: where they stand, and what township and county decide of them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.followup import queries as followup
from server.followup.case_states import OVER, offered
from server.followup.events import events_of
from server.followup.known import Known
from server.followup.parts.cases import Thread, clocks, labour_of, threads
from server.forms.queries import dictionary_in_force
from server.intake.office import OfficeEntity
from server.policy import values as policy
from server.problems import DecisionRefused, NotFound, StateMovedOn
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity
from server.review.setting import set_properties
from server.submissions import queries as submissions

#: View of an actor -> the level for which he decides.
LEVELS = {"town": "town", "county": "county"}
#: What a household is once a decision was taken; the category itself where it is admitted.
CLEARED_TYPE = "risk_cleared"
#: A case's number: these letters, the twelve digits of the village, a serial.
NUMBERED, SERIAL = "JC", 5


@dataclass(frozen=True, slots=True)
class CaseNow:
    """A case as somebody at the desk sees it; choices: what he may decide, `seen` of what."""

    thread: Thread
    known: Known
    choices: tuple[str, ...]
    seen: str


def case_now(session: Session, actor: Actor, case_id: str, now: datetime) -> CaseNow:
    """One case of the actor's villages as it stands. Raises NotFound."""
    case = registers.entity(session, case_id)
    if case is None or not case.known or case.register != "cases":
        raise NotFound("没有这个监测户。")
    if case.area not in actor.villages:
        raise NotFound("这一户不在您管的村里。")
    known = known_of(session, case.household_id or "", now)
    found = threads(known)
    for thread in found:
        if case_id in {thread.case.id, *(other.id for other in thread.others)}:
            choices = _choices(actor, thread, known)
            return CaseNow(thread, known, choices, _seen(thread))
    raise NotFound("没有这个监测户。")


def known_of(session: Session, household_id: str, now: datetime) -> Known:
    """All that is known of a household today. Raises NotFound."""
    home = registers.entity(session, household_id)
    if home is None or not home.known:
        raise NotFound("没有这一户。")
    of: dict[str, list[Entity]] = {}
    for one in registers.belonging(session, household_id):
        of.setdefault(one.register, []).append(one)
    today = clock.local(now).date()
    events = events_of(followup.records_of(session, [household_id]))
    in_force = policy.in_force(session, today)
    return Known(home, of.get("persons", []), of, events, in_force, today)


def decide(
    session: Session,
    actor: Actor,
    case_id: str,
    decision: str,
    category: str,
    seen: str,
    reason: str,
    now: datetime,
) -> str:
    """Decide of a case for one's own level; returns the act, which can be withdrawn.

    Admitting and clearing change the household's type in the same act. Raises StateMovedOn where
    the case is no longer what was seen, DecisionRefused for what may not be decided now.
    """
    registers.lock_existing(session, {case_id})
    found = case_now(session, actor, case_id, now)
    if found.seen != seen:
        raise StateMovedOn("这个监测户刚有了变化，请看过再定。")
    if decision not in found.choices:
        raise DecisionRefused("现在不能这样定。")
    case, before = found.thread.case, values.properties(found.thread.case.approved)
    kept = category if decision == "admitted" else before.get("category", "")
    if decision == "admitted":
        _check_category(session, category)
    said = {
        "decision": decision,
        "decision_level": LEVELS[actor.view],
        "decided_on": clock.local(now).date().isoformat(),
        "category": kept,
        "decision_note": reason.strip()[:500],
        "decided_upon": " ".join(sorted(step.instance_id for step in found.thread.steps)),
    }
    if decision == "admitted" and not before.get("case_no"):
        said["case_no"] = _next_number(session, case.area)
    entities = [OfficeEntity("cases", case.id, said), *_household(found.known, decision, category)]
    return set_properties(session, actor, entities, reason, now)


def begin(
    session: Session,
    actor: Actor,
    household_id: str,
    source: str,
    on: date,
    risks: Sequence[str],
    reason: str,
    now: datetime,
) -> str:
    """Open a case from the desk: a department's warning, a petition; returns the case's id.

    A household that is monitored already, from before there were cases here, is taken over as
    admitted on that day. Raises NotFound, and DecisionRefused where a case runs already.
    """
    registers.lock_existing(session, {household_id})
    known = known_of(session, household_id, now)
    if known.home.area not in actor.villages:
        raise NotFound("这一户不在您管的村里。")
    found = threads(known)
    if any(thread.stands.state not in OVER for thread in found):
        raise DecisionRefused("这户已经有监测，接着那一个办。")
    if on > known.today:
        raise DecisionRefused("日期不能晚于今天。")
    case_id = str(uuid.uuid4())
    said = {
        "household": household_id,
        "clue_source": source,
        "clue_date": on.isoformat(),
        "clue_risks": " ".join(risks),
        "clue_desc": reason.strip()[:500],
        "previous": found[-1].case.id if found else "",
    }
    type_now = values.text(known.home.approved, "household_type")
    if is_monitored(session, type_now):
        said |= {
            "decision": "admitted",
            "decision_level": LEVELS[actor.view],
            "decided_on": on.isoformat(),
            "category": type_now,
            "decision_note": reason.strip()[:500],
            "case_no": _next_number(session, known.home.area),
        }
    given = {name: text for name, text in said.items() if text}
    set_properties(
        session, actor, [OfficeEntity("cases", case_id, given, create=True)], reason, now
    )
    return case_id


def is_monitored(session: Session, household_type: str) -> bool:
    """Whether a type of households is one of those that are monitored."""
    return household_type in dict(dictionary_in_force(session).lists["monitor_category"])


def _choices(actor: Actor, thread: Thread, known: Known) -> tuple[str, ...]:
    level = LEVELS.get(actor.view)
    if level is None or not actor.may("review"):
        return ()
    every = offered(thread.stands, labour=labour_of(known), clocks=clocks(known.policy))
    return tuple(decision for of, decision in every if of == level)


def _seen(thread: Thread) -> str:
    """What a reader saw of a case: by this it is noticed that it has moved on."""
    said = values.properties(thread.case.approved)
    parts = [
        *(thread.stands.state, thread.stands.next),
        *(f"{name}={said[name]}" for name in sorted(said)),
        *sorted(step.instance_id for step in thread.steps),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _next_number(session: Session, village: str) -> str:
    """The next number of a village's cases, also after one whose admission was taken back.

    A number on an archive is never given twice; a case keeps its own where the household moves.
    """
    accounts.lock_area(session, village)
    before = f"{NUMBERED}{village}"
    highest = submissions.greatest(session, "case_no", before)
    serial = int(highest.removeprefix(before)) if highest else 0
    return f"{before}{serial + 1:0{SERIAL}d}"


def _check_category(session: Session, category: str) -> None:
    if not is_monitored(session, category):
        raise DecisionRefused("请选纳入哪一类。")


def _household(known: Known, decision: str, category: str) -> list[OfficeEntity]:
    """What the household becomes by a decision."""
    becomes = {"admitted": category, "cleared": CLEARED_TYPE}.get(decision)
    if becomes is None or values.text(known.home.approved, "household_type") == becomes:
        return []
    return [OfficeEntity("households", known.home.id, {"household_type": becomes})]
