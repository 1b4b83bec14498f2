"""Submissions that the office makes: roster rows, review decisions, settlements, joins …

They are XML like every other submission, in one small vocabulary of our own, so that they are
kept, journalled and computed anew like the phones' ones.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from lxml import etree

from server.intake.paper import Material, ScannedPage, from_xml, to_xml
from server.submissions.incoming import Incoming, NamedFile

Kind = (
    Literal["roster", "review", "settle", "join", "number", "distinct", "visits", "check", "set"]
    | Literal["scan", "material"]
)
VERSION = "1"


@dataclass(frozen=True, slots=True)
class OfficeEntity:
    """What an office submission says of one entity: property -> text."""

    register: str
    entity_id: str
    properties: Mapping[str, str]
    create: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about one submission; remarks: (question path or None, text).

    About what the office made itself there are two: `reject` withdraws it, `undo` restores it.
    """

    instance_id: str
    decision: Literal["approve", "approve_with_note", "return", "reject", "undo"]
    remarks: tuple[tuple[str | None, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Distinction:
    """Two entities that are not one, although they share some marks (`likeness.marks`)."""

    pair: tuple[str, str]
    alike: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitVerdict:
    """Whether records of one household and day are one visit; names the first versions.

    kept: the record that stands for all where they are the same, else blank.
    """

    records: tuple[str, ...]
    same: bool
    kept: str = ""


@dataclass(frozen=True, slots=True)
class OfficeContent:
    """All that an office submission can say.

    check: kind and subject of a task that is closed. `set` gives properties of some entities, or
    new entities, as the desk decided (see `review.setting`).
    """

    kind: Kind
    event_date: date
    entities: tuple[OfficeEntity, ...] = ()
    decision: Decision | None = None
    join: tuple[str, str] | None = None
    distinct: Distinction | None = None
    visits: VisitVerdict | None = None
    check: tuple[str, str] | None = None
    scan: ScannedPage | None = None
    material: Material | None = None
    reason: str = ""
    source: str = ""

    @property
    def paper(self) -> ScannedPage | Material | None:
        """What is said of a household's paper."""
        return self.scan or self.material


def office_submission(
    content: OfficeContent,
    *,
    person_id: str | None,
    now: datetime,
    shown: Mapping[str, object] | None = None,
    confirmed: Iterable[str] = (),
    instance_id: str | None = None,
    attachments: Iterable[NamedFile] = (),
) -> Incoming:
    """The submission that carries `content`.

    instance_id: give one derived from the content where the same act may be repeated.
    """
    instance_id = instance_id or str(uuid.uuid4())
    return Incoming(
        instance_id=instance_id,
        form_id=f"office-{content.kind}",
        form_version=VERSION,
        xml=_to_xml(content, instance_id),
        recorded_at=now,
        person_id=person_id,
        source="roster" if content.kind == "roster" else "office",
        shown=shown or {},
        confirmed=frozenset(confirmed),
        attachments=tuple(attachments),
    )


def is_office(form_id: str) -> bool:
    """Whether a form id is of this vocabulary."""
    return form_id.startswith("office-")


def derived_id(*parts: str) -> str:
    """A UUID that follows from what is said, so that saying it again is the same submission."""
    return str(
        uuid.UUID(bytes=hashlib.sha256("\x1f".join(parts).encode()).digest()[:16], version=5)
    )


def _to_xml(content: OfficeContent, instance_id: str) -> str:
    root = etree.Element("data", id=f"office-{content.kind}", version=VERSION)
    etree.SubElement(root, "event_date").text = content.event_date.isoformat()
    if content.reason:
        etree.SubElement(root, "reason").text = content.reason
    if content.source:
        etree.SubElement(root, "source").text = content.source
    for entity in content.entities:
        element = etree.SubElement(root, "entity", register=entity.register, id=entity.entity_id)
        if entity.create:
            element.set("create", "true")
        for name in sorted(entity.properties):
            etree.SubElement(element, "value", property=name).text = entity.properties[name]
    _acts_xml(root, content)
    meta = etree.SubElement(root, "meta")
    etree.SubElement(meta, "instanceID").text = f"uuid:{instance_id}"
    return etree.tostring(root, encoding="unicode")


def _acts_xml(root: etree._Element, content: OfficeContent) -> None:
    if content.decision:
        _decision_xml(root, content.decision)
    if content.join:
        etree.SubElement(root, "join", first=content.join[0], second=content.join[1])
    if content.distinct:
        _distinct_xml(root, content.distinct)
    if content.visits:
        _visits_xml(root, content.visits)
    if content.check:
        etree.SubElement(root, "check", kind=content.check[0], subject=content.check[1])
    if content.paper:
        to_xml(root, content.kind, content.paper)


def _decision_xml(root: etree._Element, decision: Decision) -> None:
    element = etree.SubElement(
        root, "decision", instance=decision.instance_id, decision=decision.decision
    )
    for question, said in decision.remarks:
        remark = etree.SubElement(element, "remark")
        remark.text = said
        if question:
            remark.set("question", question)


def _distinct_xml(root: etree._Element, distinct: Distinction) -> None:
    first, second = distinct.pair
    element = etree.SubElement(root, "distinct", first=first, second=second)
    for mark in distinct.alike:
        etree.SubElement(element, "alike").text = mark


def _visits_xml(root: etree._Element, verdict: VisitVerdict) -> None:
    element = etree.SubElement(root, "visits", same="true" if verdict.same else "false")
    if verdict.kept:
        element.set("kept", verdict.kept)
    for record in verdict.records:
        etree.SubElement(element, "record").text = record


def parse(xml: str) -> OfficeContent:
    """The content of an office submission's XML."""
    root = etree.fromstring(xml.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    check = root.find("check")
    return OfficeContent(
        kind=root.get("id", "").removeprefix("office-"),  # type: ignore[arg-type]
        event_date=date.fromisoformat(root.findtext("event_date") or ""),
        entities=tuple(_entity(element) for element in root.iterfind("entity")),
        decision=_decision(root.find("decision")),
        join=_pair(root.find("join")),
        distinct=_distinct(root.find("distinct")),
        visits=_visits(root.find("visits")),
        check=None if check is None else (check.get("kind", ""), check.get("subject", "")),
        scan=from_xml(ScannedPage, root.find("scan")),
        material=from_xml(Material, root.find("material")),
        reason=root.findtext("reason") or "",
        source=root.findtext("source") or "",
    )


def _entity(element: etree._Element) -> OfficeEntity:
    return OfficeEntity(
        register=element.get("register", ""),
        entity_id=element.get("id", ""),
        properties={v.get("property", ""): v.text or "" for v in element.iterfind("value")},
        create=element.get("create") == "true",
    )


def _pair(element: etree._Element | None) -> tuple[str, str] | None:
    return None if element is None else (element.get("first", ""), element.get("second", ""))


def _distinct(element: etree._Element | None) -> Distinction | None:
    pair = _pair(element)
    if element is None or pair is None:
        return None
    return Distinction(pair, tuple(mark.text or "" for mark in element.iterfind("alike")))


def _visits(element: etree._Element | None) -> VisitVerdict | None:
    if element is None:
        return None
    return VisitVerdict(
        records=tuple(record.text or "" for record in element.iterfind("record")),
        same=element.get("same") == "true",
        kept=element.get("kept", ""),
    )


def _decision(element: etree._Element | None) -> Decision | None:
    if element is None:
        return None
    remarks: Sequence[tuple[str | None, str]] = [
        (remark.get("question"), remark.text or "") for remark in element.iterfind("remark")
    ]
    return Decision(
        instance_id=element.get("instance", ""),
        decision=element.get("decision", ""),  # type: ignore[arg-type]
        remarks=tuple(remarks),
    )
