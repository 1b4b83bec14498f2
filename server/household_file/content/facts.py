"""What a household's file is made of: single facts, people, photos, visits, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Claim:
    """A value that somebody wrote and that does not stand, or not yet; `on` is its event date."""

    text: str
    by: str
    on: str


@dataclass(frozen=True)
class Fact:
    """One value as the paper prints it.

    text: in words and units ("" when nothing is known).
    options: the choices of a short list with the chosen ones marked, so that the paper can show
      boxes; empty for everything else.
    reviewed: false when the office has not approved what is printed (the paper says 未核).
    disputed: every value held at once, when two people wrote differently (the paper says 待核实).
    pending: what was reported since and waits for review, while the approved value is printed.
    """

    text: str = ""
    options: tuple[tuple[str, bool], ...] = ()
    reviewed: bool = True
    disputed: tuple[Claim, ...] = ()
    pending: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Item:
    """A fact with its name in the data dictionary or form, and the label to print."""

    name: str
    label: str
    fact: Fact


@dataclass(frozen=True)
class Member:
    """One person of the household; `facts` by property name."""

    id: str
    facts: Mapping[str, Fact]
    others: tuple[Item, ...] = ()

    @property
    def name(self) -> str:
        """The person's name, "" when it is not known."""
        return self.facts["person_name"].text if "person_name" in self.facts else ""


@dataclass(frozen=True)
class Photo:
    """One picture to print; `sha256` is "" for one that cannot be, `fault` says why."""

    sha256: str
    title: str
    taken: str = ""
    place: str = ""
    people: str = ""
    by: str = ""
    reviewed: bool = True
    fault: str = ""


@dataclass(frozen=True)
class Signature:
    """How somebody signed a record (`sign_way`), and the drawing if there is one."""

    way: str = ""
    note: str = ""
    sha256: str = ""
    on: str = ""


@dataclass(frozen=True)
class Issue:
    """A problem found or a wish heard during a visit."""

    kind: str
    text: str
    level: str = ""
    owner: str = ""
    due: str = ""
    state: str = ""
    ended: str = ""


@dataclass(frozen=True)
class ReviewStep:
    """Who let a submission pass, in the office's words."""

    step: str
    by: str
    on: str


@dataclass(frozen=True)
class Visit:
    """One visit or attempt at one.

    counts: false for an attempt (没在家), which is listed but is not a visit.
    full: printed on a page of its own, not only as a line of the list.
    part: of the day, where the record tells. photos: indexes into the photos of the file.
    answers: everything answered, in the form's order; the layout places what it knows by name and
      prints the rest with the form's own labels.
    """

    instance_id: str
    on: str
    by: tuple[str, ...]
    part: str = ""
    role: str = ""
    companions: tuple[str, ...] = ()
    kind: str = ""
    result: str = ""
    counts: bool = True
    full: bool = False
    met: str = ""
    relation: str = ""
    entered_on: str = ""
    summary: str = ""
    account: str = ""
    answers: tuple[Item, ...] = ()
    issues: tuple[Issue, ...] = ()
    photos: tuple[int, ...] = ()
    signed: Signature = field(default_factory=Signature)
    recorder_signed: Signature = field(default_factory=Signature)
    reviewed: bool = True
    steps: tuple[ReviewStep, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One change of the family or the household, for the list of changes."""

    on: str
    item: str
    old: str
    new: str
    by: str
    reviewed: bool = True


@dataclass(frozen=True)
class Recorded:
    """Who made a record, and on which day."""

    by: str
    on: str


@dataclass(frozen=True)
class Used:
    """A submission that the file rests on, in the version that counted."""

    instance_id: str
    form: str
    version: str
    on: str
    by: str
    state: str


@dataclass(frozen=True)
class Continues:
    """What a continuation (续页) of a bound volume goes on from; the file then holds only the news.

    digest: hash of the facts of what is bound last. volume: the version that was bound, on
    bound_on. number: the how-manieth continuation. pages, items: the last page and the last item
    that are bound. keys: the documents that are printed. replaces: by document, which bound pages
    it stands for. gone: in words, what of the volume does not hold any more.
    """

    digest: str
    volume: int
    bound_on: str
    number: int
    pages: int
    items: int
    keys: tuple[str, ...]
    replaces: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()

    @property
    def lead(self) -> int:
        """How many blank pages come first, so that an even page lies on the back of a sheet."""
        return self.pages % 2


@dataclass(frozen=True)
class Scan:
    """A scanned page that somebody filed: signed by hand, or a copy of an identity paper.

    document: the key of the document that it follows; "" where this file does not have it. version,
    place: of the printed version which page of how many of the document; version 0 of what was
    never printed. changed: the document says something else by now. sha256 is "" for one that is
    lost, `fault` says so. Whoever makes a masked copy leaves all of them out.
    """

    instance_id: str
    sha256: str
    document: str
    title: str
    on: str
    by: str
    version: int = 0
    place: int = 1
    pages: int = 1
    changed: bool = False
    fault: str = ""
