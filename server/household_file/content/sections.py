"""Which documents make up the file, in the order of the catalogue, and what is not settled yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from server.household_file import words
from server.household_file.content import catalogue, layout
from server.household_file.content.blocks import Paper
from server.household_file.content.facts import Claim, Fact, Scan, Visit
from server.household_file.content.file import HouseholdFile


@dataclass(frozen=True)
class Document:
    """One document of the file, a line of its contents.

    kind: what page it is set by; a paper by its blocks, a visit by its own facts. scans: pages of
    it that came back, or copies of papers.
    """

    key: str
    kind: str
    section: catalogue.Section
    title: str
    responsible: str
    on: str
    note: str = ""
    reviewed: bool = True
    about: str = ""
    paper: Paper | None = None
    visit: Visit | None = None
    number: str = ""
    scans: tuple[Scan, ...] = ()

    @property
    def signed(self) -> bool:
        """Whether all of it came back and it still says what was signed."""
        whole = {(one.version, one.pages) for one in self.scans}
        places = {one.place for one in self.scans}
        same = not any(one.changed or one.fault or not one.version for one in self.scans)
        return same and len(whole) == 1 and places == set(range(1, self.scans[0].pages + 1))

    @property
    def listed(self) -> str:
        """The title as the contents have it."""
        return f"{self.title}（{self.about}）" if self.about else self.title

    @property
    def bookmark(self) -> str:
        """The title as the bookmarks have it."""
        return self.listed + ("" if self.reviewed else "未核")

    @property
    def wide(self) -> bool:
        """Whether its table lies on its side."""
        return self.kind == "members" or (self.paper is not None and self.paper.wide)


@dataclass(frozen=True)
class Open:
    """One line of the list of what is not settled: where it belongs, and who wrote what."""

    whose: str
    label: str
    printed: str
    claim: Claim
    disputed: bool


def documents(file: HouseholdFile) -> list[Document]:
    """The documents of the file in their order; a section without matter is left out.

    A continuation of a bound volume has those that it was made for, and its closing note.
    """
    wanted = {"closing", *file.continues.keys} if file.continues else None
    found = [
        document
        for section in file.plan.sections
        for document in OF.get(section.source, _papers)(file, section)
        if wanted is None or document.key in wanted
    ]
    return [_with_scans(one, file) for one in found] if file.scans else found


def _with_scans(document: Document, file: HouseholdFile) -> Document:
    """A document with the pages that came back of it, as its line of the contents says."""
    scans = tuple(one for one in file.scans if one.document == document.key)
    if not scans or document.kind == "closing":
        return document
    printed = any(one.version for one in scans)
    signs = printed and (document.section.sign or document.kind == "visit")
    said = f"{'签字件' if signs else '扫描'} {len(scans)} 页"
    return replace(document, scans=scans, note="；".join(filter(None, (document.note, said))))


def _latest(file: HouseholdFile) -> str:
    return max((use.on for use in file.used), default=file.as_of)


def _basic(file: HouseholdFile, section: catalogue.Section) -> Iterable[Document]:
    by = words.committee(file.village)
    reviewed = file.head.reviewed
    yield Document("basic", "basic", section, section.title, by, _latest(file), reviewed=reviewed)


def _members(file: HouseholdFile, section: catalogue.Section) -> Iterable[Document]:
    by, note = words.committee(file.village), f"{len(file.members)} 人"
    yield Document("members", "members", section, section.title, by, _latest(file), note)


def _visits(file: HouseholdFile, section: catalogue.Section) -> Iterable[Document]:
    for number, visit in enumerate(file.visits):
        if visit.full:
            yield Document(
                key=f"v{number}",
                kind="visit",
                section=section,
                title=section.title,
                responsible="、".join(visit.by),
                on=visit.on,
                reviewed=visit.reviewed,
                about=words.long_date(visit.on),
                visit=visit,
            )


def _visit_list(file: HouseholdFile, section: catalogue.Section) -> Iterable[Document]:
    if not file.visits:
        return
    by = file.visits[0].by[0] if file.visits[0].by else words.committee(file.village)
    several = "等" if len({name for visit in file.visits for name in visit.by}) > 1 else ""
    note, on = f"{len(file.visits)} 次", file.visits[0].on
    yield Document("visits", "visits", section, section.title, by + several, on, note)


def _photos(file: HouseholdFile, section: catalogue.Section) -> Iterable[Document]:
    if file.photos:
        by, note = words.committee(file.village), f"{len(file.photos)} 张"
        yield Document("photos", "photos", section, section.title, by, _latest(file), note)


def _open_list(file: HouseholdFile, section: catalogue.Section) -> Iterable[Document]:
    if found := opens(file):
        by, note = words.committee(file.village), f"{len(found)} 项"
        yield Document("open", "open", section, section.title, by, _latest(file), note)


def _changes(file: HouseholdFile, section: catalogue.Section) -> Iterable[Document]:
    if file.changes:
        by = words.committee(file.village)
        yield Document("changes", "changes", section, section.title, by, _latest(file))


def _closing(file: HouseholdFile, section: catalogue.Section) -> Iterable[Document]:
    kind = "closing_continued" if file.continues else "closing"
    yield Document("closing", kind, section, section.title, words.committee(file.village), "")


def _papers(file: HouseholdFile, section: catalogue.Section) -> Iterable[Document]:
    for paper in file.papers:
        if paper.section == section.code:
            yield Document(
                key=paper.key,
                kind="paper",
                section=section,
                title=paper.title or section.title,
                responsible=paper.by or words.committee(file.village),
                on=paper.on,
                note=paper.note,
                reviewed=paper.reviewed,
                about=paper.about,
                paper=paper,
                number=paper.number,
            )


OF: Mapping[str, Callable[[HouseholdFile, catalogue.Section], Iterable[Document]]] = {
    "basic": _basic,
    "members": _members,
    "visits": _visits,
    "visit_list": _visit_list,
    "photos": _photos,
    "open": _open_list,
    "changes": _changes,
    "closing": _closing,
}


def opens(file: HouseholdFile) -> list[Open]:
    """What is disputed or waits for review, household first, then person by person."""
    out = [*_open("全户", "户主", file.head), *_open("全户", "家庭住址", file.address)]
    labels = {
        name: f"{place.label}（{place.unit}）" if place.unit else place.label
        for row in layout.BASIC
        for place in row
        for name in place.names
    } | {
        "phone": "联系电话",
        "phone_owner": "电话机主",
        "group_name": "村民小组",
        "address_detail": "住址",
    }
    for name, fact in file.facts.items():
        out += _open("全户", labels.get(name, name), fact)
    for item in file.others:
        out += _open("全户", item.label, item.fact)
    for member in (*file.members, *file.former):
        whose = member.name
        for name, fact in member.facts.items():
            out += _open(whose, layout.MEMBER.get(name, name), fact)
        for item in member.others:
            out += _open(whose, item.label, item.fact)
    for whose, item in file.belongings:
        out += _open(whose, item.label, item.fact)
    return out


def _open(whose: str, label: str, fact: Fact) -> Iterable[Open]:
    for claim in fact.disputed:
        yield Open(whose, label, fact.text, claim, disputed=True)
    for claim in fact.pending:
        yield Open(whose, label, fact.text, claim, disputed=False)
