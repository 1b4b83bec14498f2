"""What the checks are given of one household; they read nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from server.followup.contradictions import Home
from server.household_file.content.file import HouseholdFile


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit, or an attempt at one; result, sign_way, role: as codes; `account`: in words.

    received: when it arrived, ISO.
    """

    instance_id: str
    on: date
    by: str
    result: str
    role: str = ""
    companions: tuple[str, ...] = ()
    account: str = ""
    received: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the ledger of measures; person: an id, blank for the whole household."""

    id: str
    item: str
    label: str
    person: str
    amount: Decimal | None
    unit: str
    first: date | None
    last: date | None
    status: str


@dataclass(frozen=True, slots=True)
class Received:
    """A line of an income account that tells of a benefit."""

    kind: str
    label: str
    person: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """An income account: what it says of benefits, what its lines add up to, what is registered.

    printed, registered: sum -> yuan; registered is empty where nothing of it was approved yet.
    """

    instance_id: str
    first: date
    last: date
    size: int
    annual: bool = True
    received: tuple[Received, ...] = ()
    printed: Mapping[str, Decimal] = field(default_factory=dict)
    registered: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Helper:
    """Who was answerable from a day on, until the next one took over; nobody where it is blank."""

    name: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Reuse:
    """A picture of a record that an earlier record brought already.

    elsewhere: the head of the other household, blank where it is this one.
    """

    sha256: str
    instance_id: str
    on: str
    earlier_on: str
    elsewhere: str = ""
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """A printed version of the file: whether it says what would be printed now."""

    number: int
    made_on: str
    same: bool
    corrected: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """The card that was printed last for the wall: what it says, and what it would say now."""

    version: int
    year: str
    said: Mapping[str, Any]
    now: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sick:
    """Who needs the eight ones; recorded_on: the day of the newest form, blank for none."""

    person: str
    name: str
    recorded_on: str


@dataclass(frozen=True)
class Subject:
    """One household before its file is printed.

    first, last: the printed days. known_since: from when on anything could have been recorded of
    it; type_since: from when on it is of its type, as far as that is known. monitored_since: since
    a case of it was admitted, None where none runs; case: that case. followed: days of follow-ups
    that are no visits. records: document -> the record that it was made from. carded: who has a
    contact card. settled: contradictions that the office found to be in order, by rule and about.
    newest, bound: what was printed of it last, and what was bound last; card: the card on its
    wall. unasked: sources of documents for which policy asks for no signature on the phone.
    """

    file: HouseholdFile
    today: date
    first: date
    last: date
    policy: Mapping[str, object]
    home: Home
    known_since: date
    type_since: date | None = None
    monitored_since: date | None = None
    case: str = ""
    visits: Sequence[Visited] = ()
    followed: Sequence[date] = ()
    measures: Sequence[Measure] = ()
    accounts: Sequence[Account] = ()
    helpers: Sequence[Helper] = ()
    reuses: Sequence[Reuse] = ()
    records: Mapping[str, str] = field(default_factory=dict)
    sick: Sequence[Sick] = ()
    carded: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()
    newest: Version | None = None
    bound: Version | None = None
    card: Card | None = None
    unasked: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The household."""
        return self.file.household_id

    @property
    def away(self) -> bool:
        """Whether the whole family lives elsewhere."""
        return self.home.facts.get("lives_elsewhere") == "yes"

    @property
    def type(self) -> str:
        """The household's type, as a code."""
        return self.home.facts.get("household_type", "")

    def title(self, source: str) -> str:
        """What the document of a source is called."""
        section = self.file.plan.section(source)
        return section.title if section else ""

    def name(self, person: str) -> str:
        """What somebody who lives there is called."""
        return next((one.name for one in self.home.people if one.id == person), "")
