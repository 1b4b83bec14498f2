"""What goes into the merge and what comes out of it, as frozen values."""

from dataclasses import dataclass
from typing import Literal

from server.merge.values import Value

Reading = Literal["live", "approved"]
"""`live`: everything in force; `approved`: approved submissions only, as archives print."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the person saw of one unit when the form was opened.

    heads: the submissions that the value came from; empty when the unit was shown blank.
    """

    value: Value
    heads: frozenset[str]


@dataclass(frozen=True, slots=True)
class Statement:
    """One submission's word on one unit of one entity, whether it turns out to write it or not.

    event_date: YYYY-MM-DD, the day the form is about (a roster's as-of date).
    shown: None when the unit was not shown (masked, hidden, awaiting approval).
    confirmed: asked, changed or confirmed by hand.
    settles: the office's decision; it always writes.
    doubtful_date: the phone's clock was off by more than a day, or the date lies after the receipt.
    entity: needed only where entities were joined and one submission speaks of several of them.
    """

    submission: str
    unit: str
    value: Value
    event_date: str
    shown: Shown | None
    confirmed: bool = False
    settles: bool = False
    doubtful_date: bool = False
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One submission as a version of a record: the original, or a correction of another.

    standing: `received`, `hasIssues` and `edited` all count as pending.
    office: made by the office in its own name; it decides between two corrections of one version.
    """

    submission: str
    replaces: str | None
    standing: Literal["pending", "approved", "rejected"]
    office: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """How a unit merges, from the data dictionary."""

    kind: Literal["latest", "review", "set"]
    applies: Literal["received", "approved"] = "received"
    exclusive: frozenset[str] = frozenset()
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A write in force that no other write in force supersedes."""

    submission: str
    value: Value
    event_date: str


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit after merging.

    value: None when nothing is in force; in a dispute, the one to show, marked.
    heads: newest first, by (event date, submission).
    """

    value: Value | None
    heads: tuple[Head, ...]
    disputed: bool
