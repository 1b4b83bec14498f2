"""Which scanned pages stand in a household's file, and with which document."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from server.attachments.reading import file_of
from server.household_file.content.facts import Scan
from server.household_file.content.states import state_at
from server.household_file.returned import queries
from server.household_file.returned.said import said_of
from server.intake.office import parse
from server.intake.paper import Material, ScannedPage

NOT_HERE = "扫描的图不在了，请重新扫描"
#: Pages that every version has anew: what came back of them is kept, not printed again.
ANEW = frozenset({"cover", "contents", "closing"})
#: A document that is named by the record that it is.
_OF_RECORD = re.compile(r"(.+)-([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Filed:
    """A scanned page as somebody filed it."""

    instance_id: str
    page: ScannedPage
    sha256: str
    on: str
    by: str
    at: datetime


def filed(session: Session, household_ids: Collection[str], before: datetime) -> list[Filed]:
    """The scanned pages of a household that were filed by a moment, by arrival; none withdrawn."""
    return [
        Filed(
            act.submission.instance_id,
            page,
            act.sha256,
            act.submission.event_date.isoformat() if act.submission.event_date else "",
            act.by,
            act.submission.received_at,
        )
        for act in queries.acts(session, queries.SCAN, household_ids, before)
        if state_at(act.state, before) != "rejected"
        and (page := parse(act.submission.xml).scan) is not None
    ]


def materials(
    session: Session, household_ids: Collection[str], before: datetime
) -> tuple[Material, ...]:
    """What the office noted of a household's materials, the last word about each."""
    found: dict[tuple[str, str], Material] = {}
    for act in queries.acts(session, queries.MATERIAL, household_ids, before):
        said = parse(act.submission.xml).material
        if said is not None and state_at(act.state, before) != "rejected":
            found[said.section, said.name] = said
    return tuple(one for one in found.values() if not one.says_nothing)


def newest(found: Iterable[Filed], records: Mapping[str, str]) -> dict[Any, Filed]:
    """Of several scans of one page the newest; by what each shows.

    records: record -> the first version of it.
    """
    return {_shown(one, records): one for one in found}


def scans(
    found: Iterable[Filed],
    facts: Mapping[str, Any],
    documents: Collection[str],
    records: Mapping[str, str],
) -> tuple[Scan, ...]:
    """The scanned pages of a file, by document and page.

    facts: of the file, as they would be kept. documents: their keys. records: record -> its first
    version.
    """
    standing = [
        _scan(one, _document(one.page, facts, documents, records), facts, records)
        for one in newest(found, records).values()
        if one.page.document not in ANEW
    ]
    return tuple(sorted(standing, key=_order))


def _order(one: Scan) -> tuple[str, int, str, str]:
    return (one.document, one.place, one.on, one.instance_id)


def _shown(one: Filed, records: Mapping[str, str]) -> tuple[object, ...]:
    page = one.page
    if page.material or not page.document:
        return page.section, page.material, one.sha256
    record = records.get(page.record, page.record)
    return page.section, record or page.document, page.place


def _scan(one: Filed, document: str, facts: Mapping[str, Any], records: Mapping[str, str]) -> Scan:
    page = one.page
    here = one.sha256 and file_of(one.sha256) is not None
    words = _visit(page, facts, records) or document
    now = said_of(facts, words) if document and page.said else page.said
    return Scan(
        instance_id=one.instance_id,
        sha256=one.sha256 if here else "",
        document=document,
        title=page.material or page.title,
        on=one.on,
        by=one.by,
        version=page.version,
        place=page.place,
        pages=page.pages,
        changed=now != page.said,
        fault="" if here else NOT_HERE,
    )


def _document(
    page: ScannedPage,
    facts: Mapping[str, Any],
    documents: Collection[str],
    records: Mapping[str, str],
) -> str:
    """The document of this file that a page was of; "" where the file does not have it."""
    if page.material:
        return _source(page.section, facts)
    if page.record:
        visit = _visit(page, facts, records)
        return visit if visit in documents else "visits" if visit and "visits" in documents else ""
    if page.document in documents:
        return page.document
    return next((key for key in _corrected(page.document, records) if key in documents), "")


def _visit(page: ScannedPage, facts: Mapping[str, Any], records: Mapping[str, str]) -> str:
    """The visit of this file that a page was of; its own document or only a line of the list."""
    root = records.get(page.record, page.record)
    of = (str(one["instance_id"]) for one in facts["visits"])
    same = (f"v{at}" for at, one in enumerate(of) if page.record and records.get(one, one) == root)
    return next(same, "")


def _corrected(document: str, records: Mapping[str, str]) -> Iterator[str]:
    """The keys under which a document may stand whose record was corrected since."""
    named = _OF_RECORD.fullmatch(document)
    if named is None:
        return
    roots = {root for record, root in records.items() if record.startswith(named[2])}
    for record, root in records.items():
        if root in roots:
            yield f"{named[1]}-{record[:8]}"


def _source(section: str, facts: Mapping[str, Any]) -> str:
    sections: Sequence[Mapping[str, Any]] = facts["plan"]["sections"]
    return next((str(one["source"]) for one in sections if one["code"] == section), "")
