"""The monitoring case: a thread of events through its states, with a clock at each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.followup.case_states import (
    ADMIT,
    MONITORED,
    OVER,
    Case,
    Clocks,
    Decided,
    Standing,
    Step,
    standing,
)
from server.followup.known import Derived, Known, Part
from server.followup.tasks import Needed
from server.registers import values
from server.registers.models import Entity

TASKS: frozenset[str] = frozenset({"clue", "case_step", "case_follow"})
READS: frozenset[str] = frozenset({"household_type"})

LEFT = frozenset({"closed", "moved_away"})
SPOKEN_TO = frozenset({"met_person", "met_family", "phone"})
#: Types of households that left poverty.
HELPED = frozenset({"out_policy", "out_no_policy", "instant_help", "registered_poor"})
#: What is due next, as a task says it.
STEPS = {
    "verify": "去入户核实",
    "apply": "请这户申请和授权",
    "appraise": "开会评议",
    "notice_posted": "张贴公示",
    "notice_ended": "公示到期，记下结果",
    "supplement": "镇里退回，请补充材料",
    "plan": "定帮扶措施",
    "town": "等镇里定",
    "county": "等县里定",
}


@dataclass(frozen=True, slots=True)
class Thread:
    """A case with what was recorded of it; others: clues of the same trouble that joined it."""

    case: Entity
    others: Sequence[Entity]
    steps: Sequence[Step]
    stands: Standing


def part(known: Known) -> Part:
    """Of the household: case_id, case_state, case_next, case_deadline of the case that runs; of a
    case: state, next, deadline, follow_due, missing, notice_until, and `into`, the case that a
    second clue of the same trouble belongs to.
    """
    found = threads(known)
    entities: dict[str, Derived] = {}
    for thread in found:
        said = _derived(thread.stands)
        entities[thread.case.id] = said
        for other in thread.others:
            entities[other.id] = {**said, "into": thread.case.id}
    running = next((one for one in found if one.stands.state not in OVER), None)
    home: Derived = {}
    if running:
        said = entities[running.case.id]
        names = (("case_state", "state"), ("case_next", "next"), ("case_deadline", "deadline"))
        home = {"case_id": running.case.id, **{k: said[v] for k, v in names if v in said}}
    return Part(home, entities, list(_needed(known, found)))


def threads(known: Known) -> list[Thread]:
    """The cases of a household, the oldest first; a household has one undecided case at most."""
    cases = sorted(
        (one for one in known.all("cases") if one.known),
        key=lambda one: (_began(one, known).isoformat(), one.id),
    )
    decided = {one.id: _decided(one) for one in cases}
    running = [one for one in cases if not _is_over(decided[one.id])]
    leader = next((one for one in running if decided[one.id]), running[0] if running else None)
    joined = [one for one in running if one is not leader and not decided[one.id]]
    return [
        _thread(known, one, joined if one is leader else (), decided[one.id])
        for one in cases
        if one not in joined
    ]


def clocks(policy: Mapping[str, object]) -> Clocks:
    """What policy says; what it does not say is as usual."""
    usual = Clocks()

    def days(key: str, otherwise: int) -> int:
        said = policy.get(key)
        return said if isinstance(said, int) else otherwise

    return Clocks(
        admission_days=days("case.admission_days", usual.admission_days),
        notice_days=days("case.notice_days", usual.notice_days),
        clearing_notice_days=days("exit.notice_days", usual.clearing_notice_days),
        plan_days=days("case.plan_days", usual.plan_days),
        follow_days=days("case.follow_days", usual.follow_days),
        stable_months=days("case.stable_months", usual.stable_months),
        no_labour_stays=policy.get("case.no_labour_stays") is not False,
        checked_before_clearing=policy.get("case.checked_before_clearing") is not False,
    )


def labour_of(known: Known) -> bool:
    """Whether anybody who lives there can work, as registered."""
    return bool(known.home.derived.get("labour_count"))


def suits(home: Mapping[str, str]) -> Mapping[str, bool]:
    """Whether the categories that go by what a household was before suit it.

    home: its facts. Source: forms.md 1.9.
    """
    kind = home.get("household_type", "")
    was_helped = kind in HELPED or bool(home.get("exit_year") or home.get("identify_year"))
    if kind not in HELPED | {"ordinary"} and not was_helped:
        return {}
    return {"monitored_unstable": was_helped, "monitored_edge": not was_helped}


def _is_checked(known: Known, since: date) -> bool:
    """Whether a check of the risk's end was accepted since a day and says that it is over."""
    for one in known.all("exit_checks"):
        said = values.properties(one.approved)
        passed = (said.get("check_kind"), said.get("conclusion")) == ("clear", "pass")
        if passed and said.get("checked_on", "") >= since.isoformat():
            return True
    return False


def _thread(
    known: Known, case: Entity, others: Sequence[Entity], decided: Decided | None
) -> Thread:
    own = {case.id, *(one.id for one in others)}
    steps = tuple(_steps(known, own))
    began = min(_began(one, known) for one in (case, *others))
    found = Case(
        began=began,
        steps=steps,
        decided=decided,
        visits=_visits(known),
        risks=_risks(case),
        measures=_measures(known, own),
        labour=labour_of(known),
        checked=_is_checked(known, began),
        suits=suits(values.properties(known.home.live)),
        gone=values.text(known.home.live, "household_type") in LEFT,
    )
    return Thread(case, others, steps, standing(found, clocks(known.policy)))


def _steps(known: Known, own: set[str]) -> Iterator[Step]:
    for event in known.events:
        facts = {name: said for name, said in event.facts.items() if isinstance(said, str)}
        if event.kind == "case_event" and facts.get("case_id") in own:
            yield Step(
                instance_id=event.instance_id,
                on=event.on,
                step=facts.get("case_step", ""),
                phase=facts.get("case_phase", ADMIT),
                facts=facts,
            )


def _visits(known: Known) -> list[date]:
    return [
        event.on
        for event in known.events
        if event.kind == "visit" and event.facts.get("visit_result") in SPOKEN_TO
    ]


def _risks(case: Entity) -> list[str]:
    main = values.text(case.live, "risk_main")
    others = values.properties(case.live).get("risk_other", "").split()
    return [risk for risk in (main, *others) if risk]


def _measures(known: Known, own: set[str]) -> list[tuple[str, str]]:
    found = (values.properties(one.live) for one in known.all("measures") if one.known)
    return [
        (facts.get("measure_risk", ""), facts.get("measure_group", ""))
        for facts in found
        if facts.get("case") in own and facts.get("status") != "failed"
    ]


def _began(case: Entity, known: Known) -> date:
    said = values.text(case.live, "clue_date")
    if said:
        return date.fromisoformat(said)
    own = [one.on for one in known.events if one.facts.get("case_id") == case.id]
    return min(own, default=known.today)


def _decided(case: Entity) -> Decided | None:
    facts = values.properties(case.approved)
    if not facts.get("decision") or not facts.get("decided_on"):
        return None
    return Decided(
        decision=facts["decision"],
        on=date.fromisoformat(facts["decided_on"]),
        category=facts.get("category", ""),
        upon=frozenset(facts.get("decided_upon", "").split()),
    )


def _is_over(decided: Decided | None) -> bool:
    return decided is not None and decided.decision in OVER


def _derived(stands: Standing) -> Derived:
    said = {
        "state": stands.state,
        "next": stands.next,
        "missing": " ".join(stands.missing),
        "deadline": _iso(stands.deadline),
        "follow_due": _iso(stands.follow_due),
        "notice_until": _iso(stands.notice_until),
    }
    return {name: text for name, text in said.items() if text}


def _needed(known: Known, found: Iterable[Thread]) -> Iterator[Needed]:
    name = str(known.home.derived.get("head_name") or "户主没登记")
    for case, stands in ((thread.case, thread.stands) for thread in found):
        if stands.state in OVER or stands.state == "watching":
            continue
        if stands.next in STEPS:
            kind = "clue" if stands.state == "clue" else "case_step"
            title = f"{name}：{STEPS[stands.next]}"
            due = stands.notice_until if stands.next == "notice_ended" else stands.deadline
            yield Needed(kind, case.id, known.home, title, {"next": stands.next}, due_on=due)
        if stands.state in MONITORED:
            title = f"{name}：监测户该走访了"
            yield Needed("case_follow", case.id, known.home, title, {}, due_on=stands.follow_due)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
