"""Short ways to tell a history of submissions, and random ones for the property tests."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

from server.merge import (
    Reading,
    Rule,
    Shown,
    Statement,
    UnitState,
    Value,
    Version,
    resolve_unit,
)

LATEST = Rule("latest")
REVIEW = Rule("review")
RULES = st.sampled_from([LATEST, REVIEW, Rule("latest", "approved"), Rule("review", "approved")])
BLANK = Shown("", frozenset())

Standing = Literal["pending", "approved", "rejected"]


def saw(value: Value, *heads: str) -> Shown:
    """What a phone showed: the value and the submissions it came from."""
    return Shown(value, frozenset(heads))


def says(
    submission: str,
    value: Value,
    *,
    shown: Shown | None = BLANK,
    on: str = "2026-11-20",
    unit: str = "phone",
    confirmed: bool = False,
    settles: bool = False,
    doubtful_date: bool = False,
    entity: str = "",
) -> Statement:
    return Statement(submission, unit, value, on, shown, confirmed, settles, doubtful_date, entity)


def known(
    statements: Collection[Statement],
    *,
    approved: Collection[str] = (),
    rejected: Collection[str] = (),
    corrects: Mapping[str, str] | None = None,
    by_office: Collection[str] = (),
) -> dict[str, Version]:
    """The versions behind these statements; pending originals unless told otherwise."""
    corrects = corrects or {}
    ids = {s.submission for s in statements} | set(corrects)
    standing: dict[str, Standing] = dict.fromkeys(approved, "approved")
    standing |= dict.fromkeys(rejected, "rejected")
    return {
        each: Version(each, corrects.get(each), standing.get(each, "pending"), each in by_office)
        for each in sorted(ids | set(standing))
    }


def heads_of(state: UnitState) -> set[str]:
    return {head.submission for head in state.heads}


@dataclass(frozen=True)
class History:
    """A random history of one unit."""

    statements: tuple[Statement, ...]
    versions: dict[str, Version]

    def resolve(self, rule: Rule, reading: Reading = "live") -> UnitState:
        return resolve_unit(self.statements, self.versions, rule, reading)


IDS = [f"s{n}" for n in range(8)]
DATES = ["2026-11-18", "2026-11-19", "2026-11-20"]
STANDINGS: list[Standing] = ["pending", "pending", "approved", "rejected"]


@st.composite
def histories(draw: st.DrawFn, *, corrections: bool = True) -> History:
    """Anything that clients, also broken ones, can send: rings, unknown ids, forked corrections."""
    ids = IDS[: draw(st.integers(1, len(IDS)))]
    anyone = st.sampled_from([*ids, "not-arrived"])
    values = st.sampled_from(["", "a", "b", "c"])
    shown = st.none() | st.builds(Shown, values, st.frozensets(anyone, max_size=3))
    statements = [
        Statement(
            submission=each,
            unit="phone",
            value=draw(values),
            event_date=draw(st.sampled_from(DATES)),
            shown=draw(shown),
            confirmed=draw(st.booleans()),
            settles=draw(st.integers(0, 9)) == 0,
            doubtful_date=draw(st.integers(0, 9)) == 0,
        )
        for each in ids
        if draw(st.integers(0, 9)) > 0
    ]
    replaces = st.none() | st.none() | anyone if corrections else st.none()
    versions = {
        each: Version(each, draw(replaces), draw(st.sampled_from(STANDINGS)), draw(st.booleans()))
        for each in ids
    }
    return History(tuple(statements), versions)


@dataclass(frozen=True)
class Field:
    """What honest phones sent, which records each author's phone held, and whether one showed a
    dispute.
    """

    history: History
    held: dict[str, frozenset[str]]
    dispute_shown: bool


@st.composite
def field_work(draw: st.DrawFn, rule: Rule) -> Field:
    """Three phones that edit one unit, each upon what it holds; now and then one synchronises."""
    server: list[Statement] = []
    phones: list[list[Statement]] = [[], [], []]
    unsent: list[list[Statement]] = [[], [], []]
    statements: list[Statement] = []
    held: dict[str, frozenset[str]] = {}
    dispute_shown = False
    for number in range(draw(st.integers(1, 10))):
        who = draw(st.integers(0, 2))
        submission = f"s{draw(st.integers(0, 9))}-{number}"
        statement = Statement(
            submission=submission,
            unit="phone",
            value=draw(st.sampled_from("abc")),
            event_date=draw(st.sampled_from(DATES)),
            shown=_on_the_phone(phones[who], unsent[who], rule),
            confirmed=True,
        )
        dispute_shown |= resolve_unit(phones[who], known(phones[who]), rule).disputed
        held[submission] = frozenset(s.submission for s in phones[who])
        statements.append(statement)
        phones[who].append(statement)
        unsent[who].append(statement)
        if draw(st.booleans()):
            server += unsent[who]
            unsent[who] = []
            phones[who] = list(server)
    return Field(History(tuple(statements), known(statements)), held, dispute_shown)


def _on_the_phone(held: list[Statement], unsent: list[Statement], rule: Rule) -> Shown:
    if unsent:
        return saw(unsent[-1].value, unsent[-1].submission)
    state = resolve_unit(held, known(held), rule)
    return saw(state.value or "", *heads_of(state))
