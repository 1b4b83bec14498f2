"""续页: what a household's file has that its bound volume has not, told by what was kept; pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from server.household_file.content.blocks import Paper
from server.household_file.content.catalogue import Profile
from server.household_file.content.facts import Continues, Photo, Scan, Visit
from server.household_file.content.file import HouseholdFile
from server.household_file.content.sections import documents
from server.household_file.printed.pages import FRONT, Placed

Facts = Mapping[str, Any]
#: The content of a document: what would be read, not how it is set.
Content = tuple[str, ...]

#: Documents of which a continuation prints what was added; of all others, what is new as a whole.
ADDED_TO = frozenset({"visits", "photos", "changes"})
#: The key of a document that is made of one record ends with the beginning of the record's id.
OF_RECORD = re.compile(r"(.+-)([0-9a-f]{8})")
VISIT = re.compile(r"v\d+")
#: What is read of a visit; how it is set may differ.
READ = (
    *("on", "by", "role", "companions", "kind", "result", "met", "relation", "account", "answers"),
    *("issues", "signed", "recorder_signed", "reviewed", "remarks"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Paper that is bound: a volume, or a continuation of it.

    facts: as kept. placed: its documents on the pages of its PDF.
    """

    facts: Facts
    placed: Sequence[Placed]


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound volume with its bound continuations, oldest first.

    digest: hash of the facts of the last piece. roots: record -> the first version of it. since:
    the day from which on records belong to the volume.
    """

    version: int
    on: str
    digest: str
    pieces: Sequence[Piece]
    roots: Mapping[str, str]
    since: str

    @property
    def profile(self) -> Profile:
        """How the volume is kept: what follows it is kept the same way."""
        return "jian" if self.pieces[0].facts["plan"]["profile"] == "jian" else "juan"


@dataclass(frozen=True, slots=True)
class _Known:
    """What is bound: the content of each document by what it is about, and where it stands."""

    contents: Mapping[str, Content]
    places: Mapping[str, str]
    titles: Mapping[str, str]
    photos: frozenset[str]
    scans: frozenset[str]
    changes: frozenset[Content]
    pages: int
    items: int


def continued(file: HouseholdFile, now: Facts, bound: Bound) -> HouseholdFile | None:
    """The file with nothing but what is not bound yet; None where all of it is.

    now: the same file as it is kept.
    """
    known = _known(bound)
    names = _Names(bound.roots, [*(piece.facts for piece in bound.pieces), now])
    contents = _contents(now, names)
    news = {name for name, content in contents.items() if known.contents.get(name) != content}
    visits = [
        replace(visit, full=visit.full or names.of_visit(said) in known.places)
        for visit, said in zip(file.visits, now["visits"], strict=True)
        if names.of_visit(said) in news
    ]
    trimmed = _with_photos(
        replace(
            file,
            papers=tuple(paper for paper in file.papers if names.of_key(paper.key) in news),
            changes=tuple(
                change
                for change, said in zip(file.changes, now["changes"], strict=True)
                if _said(said) not in known.changes
            ),
        ),
        visits,
        known.photos,
    )
    found = [
        one
        for one in documents(trimmed)
        if one.paper or one.visit or one.kind in ADDED_TO or one.kind in news
    ]
    gone = tuple(_gone(file, contents, known, bound))
    if not found and not gone:
        return None
    of = {one.key: _name(one.key, one.paper, one.visit, names) for one in found}
    return replace(
        trimmed,
        plan=replace(file.plan, profile=bound.profile),
        used=_used(file, trimmed),
        scans=tuple(_scans(file, trimmed, known.scans, of)),
        continues=Continues(
            digest=bound.digest,
            volume=bound.version,
            bound_on=bound.on,
            number=len(bound.pieces),
            pages=known.pages,
            items=known.items,
            keys=tuple(of),
            replaces={
                key: known.places[name]
                for key, name in of.items()
                if name in known.places and key not in ADDED_TO
            },
            gone=gone,
        ),
    )


def _known(bound: Bound) -> _Known:
    contents: dict[str, Content] = {}
    places: dict[str, str] = {}
    titles: dict[str, str] = {}
    photos: set[str] = set()
    scans: set[str] = set()
    changes: set[Content] = set()
    pages = items = 0
    by_item = bound.profile == "jian"
    for piece in bound.pieces:
        names = _Names(bound.roots, [one.facts for one in bound.pieces])
        contents |= _contents(piece.facts, names)
        photos |= {_photo(said) for said in piece.facts["photos"]}
        scans |= {str(said["sha256"]) for said in piece.facts.get("scans", ())}
        changes |= {_said(said) for said in piece.facts["changes"]}
        shift = pages - lead_of(piece.facts)
        listed = [one for one in piece.placed if one.key not in FRONT]
        for number, one in enumerate(listed, items + 1):
            name = names.of_placed(one)
            titles[name] = one.title
            places[name] = f"第 {number} 件" if by_item else _pages(one, shift)
        pages = shift + max((one.last for one in piece.placed), default=0)
        items += len([one for one in listed if not by_item or one.key != "closing"])
    return _Known(
        contents,
        places,
        titles,
        frozenset(photos),
        frozenset(scans),
        frozenset(changes),
        0 if by_item else pages,
        items,
    )


def lead_of(facts: Facts) -> int:
    """How many blank pages a kept continuation begins with; none where it is a volume."""
    said = facts.get("continues")
    return int(said["pages"]) % 2 if said else 0


def _pages(one: Placed, shift: int) -> str:
    first, last = one.first + shift, one.end + shift
    return f"第 {first} 页" if first == last else f"第 {first}—{last} 页"


class _Names:
    """What a document is about, whatever version of a record it prints."""

    def __init__(self, roots: Mapping[str, str], facts: Iterable[Facts]) -> None:
        self.roots = roots
        self.short = {
            str(use["instance_id"])[:8]: roots.get(str(use["instance_id"]), "")[:8]
            for some in facts
            for use in some["used"]
        }

    def of_visit(self, visit: Facts) -> str:
        return f"visit {self.record(str(visit['instance_id']))}"

    def record(self, instance_id: str) -> str:
        return self.roots.get(instance_id, instance_id)

    def of_key(self, key: str) -> str:
        found = OF_RECORD.fullmatch(key)
        return found[1] + (self.short.get(found[2]) or found[2]) if found else key

    def of_placed(self, one: Placed) -> str:
        return f"visit {self.record(one.record)}" if one.record else self.of_key(one.key)


def _name(key: str, paper: Paper | None, visit: Visit | None, names: _Names) -> str:
    if visit:
        return f"visit {names.record(visit.instance_id)}"
    return names.of_key(key) if paper else key


def _contents(facts: Facts, names: _Names) -> dict[str, Content]:
    """What each document of a file says, by what it is about; without those that are added to."""
    found = {names.of_key(str(paper["key"])): tuple(_answers(paper)) for paper in facts["papers"]}
    for visit in facts["visits"]:
        found[names.of_visit(visit)] = _visit(visit, facts["photos"])
    said = facts.get("continues")
    printed = set(said["keys"]) if said else {"basic", "members", "open"}
    if "basic" in printed:
        found["basic"] = tuple(_basic(facts))
    if "members" in printed:
        found["members"] = tuple(_members(facts))
    if claims := tuple(_claims(facts)) if "open" in printed else ():
        found["open"] = claims
    return found


def _basic(facts: Facts) -> Iterator[str]:
    yield from (_fact(facts[name]) for name in ("head", "address"))
    yield from (f"{name} {_fact(fact)}" for name, fact in facts["facts"].items() if _fact(fact))
    yield from (f"{one['name']} {_fact(one['fact'])}" for one in facts["others"])


def _members(facts: Facts) -> Iterator[str]:
    for member in facts["members"]:
        yield str(member["id"])
        yield from (
            f"{name} {_fact(said)}" for name, said in member["facts"].items() if _fact(said)
        )
        yield from (f"{one['name']} {_fact(one['fact'])}" for one in member["others"])


def _visit(visit: Facts, photos: Sequence[Facts]) -> Content:
    pictures = [_photo(photos[number]) for number in visit["photos"]]
    return _said([{name: visit[name] for name in READ}, pictures])


def _answers(paper: Facts) -> Iterator[str]:
    """What is filled in of a document, whatever the form around it is."""
    yield from ("" if paper["reviewed"] else "未核", str(paper["about"]))
    for block in (*paper["blocks"], *paper["after"]):
        for group in block.get("groups", ()):
            for row in group:
                for cell in row:
                    if not cell["head"] and (said := _fact(cell["fact"])):
                        yield said
        yield from map(_photo, block.get("photos", ()))
        if block.get("text"):
            yield str(block["text"])
    yield from _said([paper["signed"], paper["said"]])


def _claims(facts: Facts) -> Iterator[str]:
    """What is disputed or waits for review, wherever it stands."""
    for part in ("head", "address", "facts", "others", "members", "former", "belongings"):
        yield from _claims_in(facts[part])


def _claims_in(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "disputed" in value:
            yield from _said([value["disputed"], value["pending"]])
        else:
            for inner in value.values():
                yield from _claims_in(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _claims_in(inner)


def _fact(fact: Facts) -> str:
    """What a cell says of a fact, with its marks; blank where nothing is known."""
    marks = [
        mark
        for mark, is_set in (
            ("未核", not fact["reviewed"] and fact["text"]),
            ("待核实", fact["disputed"]),
            ("有新报", fact["pending"]),
        )
        if is_set
    ]
    chosen = "、".join(str(said) for said, is_chosen in fact["options"] if is_chosen)
    return " ".join([str(fact["text"] or chosen), *marks]).strip()


def _photo(photo: Facts) -> str:
    return str(photo["sha256"] or f"{photo['title']} {photo['taken']}")


def _said(value: object) -> Content:
    """All that a value says, in one order."""
    if isinstance(value, Mapping):
        return tuple(
            f"{name} {text}" for name in sorted(value) for text in _said(value[name]) if text
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(text for inner in value for text in _said(inner))
    return ("" if value is None else str(value),)


def _with_photos(
    file: HouseholdFile, visits: Sequence[Visit], bound: frozenset[str]
) -> HouseholdFile:
    """The file with some visits, their photos and those that are not bound yet, numbered anew."""
    wanted = {number for visit in visits for number in visit.photos} | {
        number for number, photo in enumerate(file.photos) if _key_of(photo) not in bound
    }
    numbers = {old: new for new, old in enumerate(sorted(wanted))}
    return replace(
        file,
        visits=tuple(
            replace(visit, photos=tuple(numbers[old] for old in visit.photos)) for visit in visits
        ),
        photos=tuple(file.photos[old] for old in sorted(wanted)),
    )


def _scans(
    file: HouseholdFile, trimmed: HouseholdFile, bound: frozenset[str], printed: Collection[str]
) -> Iterator[Scan]:
    """Scanned pages that are not bound yet, of documents that are printed."""
    keys = {
        f"v{old}": f"v{new}"
        for new, kept in enumerate(trimmed.visits)
        for old, visit in enumerate(file.visits)
        if visit.instance_id == kept.instance_id
    }
    for scan in file.scans:
        is_visit = VISIT.fullmatch(scan.document)
        key = keys.get(scan.document, "") if is_visit else scan.document
        if key in printed and scan.sha256 not in bound:
            yield replace(scan, document=key)


def _key_of(photo: Photo) -> str:
    return photo.sha256 or f"{photo.title} {photo.taken}"


def _gone(
    file: HouseholdFile, contents: Mapping[str, Content], known: _Known, bound: Bound
) -> Iterator[str]:
    """Documents of the volume about days that it still covers which the file has no more."""
    kept = {name for name in known.places if name in known.contents and name not in contents}
    days = _days(bound)
    shown = {one.code for one in file.plan.sections}
    for name in sorted(kept, key=lambda one: list(known.places).index(one)):
        on, section = days.get(name, ("", ""))
        if on >= bound.since and (not section or section in shown):
            yield f"{known.places[name]}《{known.titles[name]}》已作废或已并入别的记录"


def _days(bound: Bound) -> dict[str, tuple[str, str]]:
    """What a document is about -> its day and the section of a paper."""
    found = {}
    names = _Names(bound.roots, [piece.facts for piece in bound.pieces])
    for piece in bound.pieces:
        for visit in piece.facts["visits"]:
            found[names.of_visit(visit)] = str(visit["on"]), ""
        for paper in piece.facts["papers"]:
            found[names.of_key(str(paper["key"]))] = str(paper["on"]), str(paper["section"])
    return found


def _used(file: HouseholdFile, trimmed: HouseholdFile) -> tuple[Any, ...]:
    """What the continuation rests on: not the visits that it does not print."""
    left_out = {one.instance_id for one in file.visits} - {
        one.instance_id for one in trimmed.visits
    }
    return tuple(use for use in file.used if use.instance_id not in left_out)
