"""Places to sign: where a signature was to be drawn and is not, and what hands sign after printing.

Who would not sign, signs on paper or leaves a fingerprint has said so (repairs 5 and 6). What a
setting prints as an empty line is left to hands on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from server.followup.visits import MET
from server.household_file import words
from server.household_file.checkup.findings import Finding
from server.household_file.checkup.subject import Subject
from server.household_file.content.facts import Signature, Visit
from server.household_file.content.sections import Document, documents

#: Ways of signing that leave no drawing, as every form words them.
DECLINED, ON_PAPER, ON_ITS_WAY = "不愿签", "纸上", "没有传到"
#: Those of whom a form asks a signature; of others it may be left out.
ASKED = frozenset({"household", "assessor"})
EMPTY_FORMS = frozenset({"空白表", "插页"})

State = Literal["signed", "hand", "missing"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place to sign; signature: None where no phone ever asks for one."""

    who: str
    by: str
    signature: Signature | None
    several: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document with its places to sign, and the record that it was made from.

    kind: what all documents of its sort are called.
    """

    key: str
    kind: str
    title: str
    source: str
    record: str
    places: tuple[Place, ...]


def check(subject: Subject) -> Iterator[Finding]:
    """Documents without a signature, and in one line all that is signed by hand."""
    yield from _scanned(subject)
    by_hand: dict[tuple[str, str], int] = {}
    for sheet in _sheets(subject):
        states = {place: _state(subject, sheet, place) for place in sheet.places}
        for place, state in states.items():
            if state == "missing":
                yield _unsigned(subject, sheet, place)
        hands = "、".join(place.who for place, state in states.items() if state == "hand")
        if hands:
            by_hand[sheet.kind, hands] = by_hand.get((sheet.kind, hands), 0) + 1
    if by_hand:
        said = (
            f"{kind}{f' {count} 份' if count > 1 else ''}（{hands}）"
            for (kind, hands), count in by_hand.items()
        )
        text = f"印好后在纸上签字盖章：{'；'.join(said)}。"
        yield Finding("by_hand", subject.id, "", text, "household", subject.id)


def _scanned(subject: Subject) -> Iterator[Finding]:
    """Signed paper that came back, and is lost or does not say what the document says now."""
    for one in subject.file.scans:
        about = f"{one.instance_id}:{one.place}"
        if one.fault:
            text = f"{one.title}：{one.fault}，会印成“缺”。"
            yield Finding("scan_missing", about, one.title, text, "files", subject.id)
        elif one.changed:
            text = (
                f"{one.title}：纸上签的是第 {one.version} 版，此后改过。"
                "重印这一份，请对方看过再签。"
            )
            yield Finding("signed_older", about, one.title, text, "files", subject.id)


def _sheets(subject: Subject) -> Iterator[Sheet]:
    """What is to be signed; what came back signed is, and may have been signed by all."""
    signed = {one.document for one in subject.file.scans if one.version and not one.fault}
    back = set()
    for document in documents(subject.file):
        if document.visit is not None and document.key in signed:
            back.add(document.visit.instance_id)
        elif document.visit is None and document.section.sign and document.key not in signed:
            yield _of_document(subject, document)
    title = subject.title("visits") or subject.title("visit_list")
    met = {one.instance_id for one in subject.visits if one.result in MET}
    for visit in subject.file.visits:
        if visit.instance_id in met - back:
            yield _of_visit(visit, title)


def _of_document(subject: Subject, document: Document) -> Sheet:
    paper = document.paper
    filled = paper is not None and paper.note not in EMPTY_FORMS
    signed = paper.signed if paper is not None and filled else {}
    return Sheet(
        document.key,
        document.title,
        document.listed,
        document.section.source,
        subject.records.get(document.key, ""),
        tuple(
            Place(_who(one.who), one.by, signed.get(one.by), one.several)
            for one in document.section.sign
        ),
    )


def _of_visit(visit: Visit, title: str) -> Sheet:
    places = (
        Place("受访人", "household", visit.signed),
        Place("走访人", "recorder", visit.recorder_signed),
    )
    listed = f"{title}（{words.long_date(visit.on)}）"
    return Sheet(visit.instance_id, title, listed, "visits", visit.instance_id, places)


def _who(label: str) -> str:
    """Who signs, without what else stands at the place."""
    return label.rpartition("。")[2].replace("签字", "")


def _state(subject: Subject, sheet: Sheet, place: Place) -> State:
    signature = place.signature
    asked = subject.file.plan.signing != "empty" and sheet.source not in subject.unasked
    if signature is None or not asked or ON_PAPER in signature.way:
        return "hand"
    if signature.sha256 or signature.way == DECLINED:
        return "hand" if place.several else "signed"
    return "missing" if place.by in ASKED else "hand"


def _unsigned(subject: Subject, sheet: Sheet, place: Place) -> Finding:
    note = place.signature.note if place.signature else ""
    said = "签名图还没有传到，请记录人联网上传" if ON_ITS_WAY in note else "没有签名"
    return Finding(
        "unsigned",
        f"{sheet.key}:{place.by}",
        sheet.title,
        f"{place.who}{said}。下次见面补签，或印好后在纸上签。",
        "record" if sheet.record else "household",
        sheet.record or subject.id,
    )
