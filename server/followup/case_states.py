"""Where a monitoring case stands, by what was recorded of it and what the office decided.

Pure. A case is a thread of short events; each of them proposes, the township and the county decide.
The state follows from what there is, not from the order in which it arrived: a step is reached
where it and those before it were recorded. Of several records of one step the newest counts.
Source: forms.md 6; repairs 8 and 13.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

#: States in which nothing more happens; whoever is in need again gets a new case.
OVER = frozenset({"not_admitted", "cleared", "closed"})
#: States of a household that is monitored: its visits are follow-ups.
MONITORED = frozenset(
    {
        *("admitted", "helping", "clearing", "clearing_appraised"),
        *("clearing_notice", "clearing_town"),
    }
)
#: Kinds of measures that let a household earn more.
DEVELOPMENT = frozenset({"industry", "employment", "finance"})
#: Results of a step for which nobody was met.
UNMET = frozenset({"absent", "refused"})
#: What came out of looking at a household, apart from what is measured.
PROBLEMS = ("v_edu", "v_medical", "v_water")

#: Steps of helping, which answer no question of the office.
HELPING = frozenset({"plan", "follow"})

ADMIT, CLEAR = "admit", "clear"
#: What is missing as long as no exit check of the case was passed and accepted.
UNCHECKED = "exit_check"


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded event of a case; facts: its answers as codes."""

    instance_id: str
    on: date
    step: str
    phase: str = ADMIT
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decided:
    """The newest decision of the office; category: set once the household is monitored.

    upon: the records that were there when it was taken.
    """

    decision: str
    on: date
    category: str = ""
    upon: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Clocks:
    """What policy says today."""

    admission_days: int = 15
    notice_days: int = 5
    clearing_notice_days: int = 7
    plan_days: int = 10
    follow_days: int = 35
    stable_months: int = 6
    no_labour_stays: bool = True
    checked_before_clearing: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """All that a case's state follows from.

    visits: days on which somebody of the household was spoken to. risks: what it is threatened by.
    measures: (risk, group) of what helps. labour: whether anybody can work, as registered.
    checked: whether an exit check of this case was passed and accepted. suits: category -> whether
    it suits what the household was before; nothing where nobody knows.
    """

    began: date
    steps: Sequence[Step] = ()
    decided: Decided | None = None
    visits: Sequence[date] = ()
    risks: Sequence[str] = ()
    measures: Sequence[tuple[str, str]] = ()
    labour: bool = True
    checked: bool = False
    suits: Mapping[str, bool] = field(default_factory=dict)
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands.

    next: the step that is due, or `town`, `county` where they have to decide; blank at the end.
    missing: what the next step, or who decides, still wants. notice_until: the last day on which
    the notice has to hang. deadline: the day until which the next step is due.
    """

    state: str
    next: str = ""
    missing: tuple[str, ...] = ()
    notice_until: date | None = None
    deadline: date | None = None
    follow_due: date | None = None


@dataclass(frozen=True, slots=True)
class _Reached:
    state: str
    next: str
    missing: tuple[str, ...] = ()
    notice_until: date | None = None


def standing(case: Case, clocks: Clocks) -> Standing:
    """Where a case stands by these clocks."""
    decided = case.decided
    if case.gone or (decided and decided.decision == "closed"):
        return Standing("closed")
    if decided and decided.decision in OVER:
        return Standing(decided.decision)
    if decided and decided.category:
        return _monitored(case, decided, clocks)
    found = _admission(case, clocks)
    if found.state == "watching":
        return Standing("watching")
    return Standing(
        state=found.state,
        next=found.next,
        missing=found.missing,
        notice_until=found.notice_until,
        deadline=case.began + timedelta(days=clocks.admission_days),
    )


def offered(found: Standing, *, labour: bool, clocks: Clocks) -> tuple[tuple[str, str], ...]:
    """What the office may decide of a case as it stands: (level, decision).

    A household in which nobody can work is never offered to be cleared, nor is one that was not
    checked as policy asks.
    """
    state, turn = found.state, found.next
    if state in OVER:
        return ()
    ends = (("town", "closed"), ("county", "closed"))
    if state == "county_approval":
        refusals = tuple(("county", one) for one in ("sent_back", "watch", "not_admitted"))
        return (("county", "admitted"), *refusals, *ends)
    if state == "clearing_town":
        first = (turn, "clear_town_agreed" if turn == "town" else "cleared")
        unchecked = turn == "county" and UNCHECKED in found.missing
        able = labour or not clocks.no_labour_stays
        allowed = (first,) if able and not unchecked else ()
        return (*allowed, (turn, "sent_back"), *ends)
    if state == "town_review":
        refusals = tuple(("town", one) for one in ("sent_back", "watch", "not_admitted"))
        return (("town", "town_agreed"), *refusals, *ends)
    if state == "verifying":
        return (("town", "watch"), ("town", "not_admitted"), *ends)
    if state == "watching":
        return (("town", "not_admitted"), *ends)
    return ends


def _admission(case: Case, clocks: Clocks) -> _Reached:
    """How far a case has come on the way to being monitored."""
    decided = case.decided
    fresh = _fresh(case.steps, decided)
    if decided and decided.decision == "town_agreed":
        return _Reached("county_approval", "county", _doubts(case))
    if decided and decided.decision == "watch" and not fresh:
        return _Reached("watching", "")
    if decided and decided.decision == "sent_back" and not fresh:
        return _Reached("notice_ended", "supplement", ("sent_back",))
    reached = _verified(case.steps)
    if reached is None:
        reached = _applied(case.steps)
    if reached is None:
        steps = [one for one in case.steps if one.phase == ADMIT]
        reached = _published(steps, clocks.notice_days, ADMISSION)
    return _Reached(
        reached.state,
        reached.next,
        (*reached.missing, *(_doubts(case) if reached.next == "town" else ())),
        reached.notice_until,
    )


def _verified(steps: Sequence[Step]) -> _Reached | None:
    """None where a household was found to need monitoring."""
    tried = _newest(steps, "verify")
    met = _newest((one for one in steps if not _is_unmet(one)), "verify")
    if tried is None:
        return _Reached("clue", "verify")
    if met is None:
        return _Reached("verifying", "verify", (tried.facts["visit_result"],))
    if met.facts.get("verify_conclusion") == "admit":
        return None
    return _Reached("verifying", "town")


def _applied(steps: Sequence[Step]) -> _Reached | None:
    """None where the household applied and agreed that its data are compared."""
    apply = _newest(steps, "apply")
    if apply is None:
        return _Reached("applying", "apply")
    if _is_unmet(apply):
        return _Reached("applying", "apply", (apply.facts["visit_result"],))
    if apply.facts.get("authorized") != "yes":
        return _Reached("applying", "apply", ("authorised",))
    return None


@dataclass(frozen=True, slots=True)
class _Names:
    """The states between a proposal and the township's turn."""

    proposed: str
    appraised: str
    notice: str
    ended: str
    town: str


ADMISSION = _Names("applying", "appraised", "notice", "notice_ended", "town_review")
CLEARING = _Names(
    "clearing", "clearing_appraised", "clearing_notice", "clearing_notice", "clearing_town"
)


def _published(steps: Sequence[Step], days: int, names: _Names) -> _Reached:
    """How far a proposal has come in the village: appraised, posted, and nobody against it."""
    if _newest(steps, "appraise") is None:
        return _Reached(names.proposed, "appraise")
    posted = _newest(steps, "notice_posted")
    if posted is None:
        return _Reached(names.appraised, "notice_posted")
    until = posted.on + timedelta(days=days - 1)
    ended = _newest(steps, "notice_ended")
    if ended is None or ended.on < posted.on:
        return _Reached(names.notice, "notice_ended", (), until)
    if ended.on < until:
        return _Reached(names.notice, "notice_ended", ("notice_days",), until)
    if ended.facts.get("objection") == "yes" and ended.facts.get("objection_settled") != "yes":
        return _Reached(names.ended, "notice_ended", ("objection",), until)
    return _Reached(names.town, "town")


def _doubts(case: Case) -> tuple[str, ...]:
    """What who decides on an admission should know: it holds nothing up."""
    steps = case.steps
    verify = _newest((one for one in steps if not _is_unmet(one)), "verify")
    appraise = _newest((one for one in steps if one.phase == ADMIT), "appraise")
    facts = verify.facts if verify else {}
    doubts = []
    if not facts.get("last_per_capita"):
        doubts.append("income_account")
    if not facts.get("monitoring_line"):
        doubts.append("line")
    if appraise and not _is_carried(appraise):
        doubts.append("votes")
    if case.suits.get(facts.get("category_proposed", "")) is False:
        doubts.append("category")
    return tuple(doubts)


def _is_carried(appraise: Step) -> bool:
    said = [appraise.facts.get(name, "") for name in ("votes_for", "attendees")]
    return all(one.isdecimal() for one in said) and 2 * int(said[0]) > int(said[1])


def _monitored(case: Case, decided: Decided, clocks: Clocks) -> Standing:
    """Where a household stands that was admitted."""
    since = [decided.on] if decided.decision == "admitted" else []
    last = max((*since, *_followed(case)), default=decided.on)
    follow_due = last + timedelta(days=clocks.follow_days)
    clearing = _clearing(case, decided, clocks)
    if clearing:
        return Standing(
            clearing.state,
            clearing.next,
            clearing.missing,
            clearing.notice_until,
            follow_due,
            follow_due,
        )
    if _newest(case.steps, "plan") is None:
        deadline = decided.on + timedelta(days=clocks.plan_days)
        return Standing("admitted", "plan", _unhelped(case), None, deadline, follow_due)
    wanted = (*_unhelped(case), *_not_clear(case, clocks))
    return Standing("helping", "follow", wanted, None, follow_due, follow_due)


def _clearing(case: Case, decided: Decided, clocks: Clocks) -> _Reached | None:
    """How far a case has come on the way out; None where nobody proposed it or it cannot be."""
    steps = [one for one in case.steps if one.phase == CLEAR]
    proposed = _newest(steps, "clear")
    if proposed is None or _is_unmet(proposed) or _not_clear(case, clocks):
        return None
    wanted = (UNCHECKED,) if clocks.checked_before_clearing and not case.checked else ()
    if decided.decision == "clear_town_agreed":
        return _Reached("clearing_town", "county", wanted)
    if decided.decision == "sent_back" and not _fresh(case.steps, decided):
        return _Reached("clearing_notice", "supplement", ("sent_back", *wanted))
    reached = _published(steps, clocks.clearing_notice_days, CLEARING)
    return replace(reached, missing=(*reached.missing, *wanted))


def _not_clear(case: Case, clocks: Clocks) -> tuple[str, ...]:
    """Why the newest proposal to clear a risk cannot go on."""
    proposed = _newest(case.steps, "clear")
    if proposed is None:
        return ()
    facts = proposed.facts
    if _is_unmet(proposed):
        return (facts["visit_result"],)
    wanted = []
    if clocks.no_labour_stays and not case.labour:
        wanted.append("labour")
    if _number(facts.get("stable_months", "")) < clocks.stable_months:
        wanted.append("stable_months")
    wanted += [name for name in ("risk_gone", "no_new_risk") if facts.get(name) != "yes"]
    wanted += _income(facts)
    wanted += [name for name in PROBLEMS if facts.get(name) == "problem"]
    if facts.get("v_housing") != "ok":
        wanted.append("v_housing")
    return tuple(wanted)


def _income(facts: Mapping[str, str]) -> list[str]:
    income, line = facts.get("last_per_capita", ""), facts.get("monitoring_line", "")
    if not income:
        return ["income_account"]
    if not line:
        return ["line"]
    return [] if _number(income) > _number(line) else ["income"]


def _unhelped(case: Case) -> tuple[str, ...]:
    """Risks that nothing is done about; `development` where who can work gets nothing for it."""
    helped = {risk for risk, _ in case.measures}
    wanted = [f"risk_{risk}" for risk in sorted(set(case.risks)) if risk not in helped]
    if case.labour and not any(group in DEVELOPMENT for _, group in case.measures):
        wanted.append("development")
    return tuple(wanted)


def _followed(case: Case) -> list[date]:
    """The days on which the household was followed up: by visits, and by the case's own records."""
    own = [one.on for one in case.steps if one.step in {"follow", "clear"} and not _is_unmet(one)]
    return [*case.visits, *own]


def _fresh(steps: Iterable[Step], decided: Decided | None) -> bool:
    """Whether something was recorded of which a decision did not know; helping goes on anyway."""
    return decided is not None and any(
        one.instance_id not in decided.upon for one in steps if one.step not in HELPING
    )


def _newest(steps: Iterable[Step], name: str) -> Step | None:
    found = (one for one in steps if one.step == name)
    return max(found, key=lambda one: (one.on, one.instance_id), default=None)


def _is_unmet(step: Step) -> bool:
    return step.facts.get("visit_result") in UNMET


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
