"""Photos that are not here or broken, and those that an earlier record brought already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from server.household_file import words
from server.household_file.checkup.findings import Finding
from server.household_file.checkup.subject import Subject
from server.household_file.content.blocks import Pictures
from server.household_file.content.facts import Photo
from server.household_file.content.sections import Document, documents


def check(subject: Subject) -> Iterator[Finding]:
    """What is printed as 照片缺, and what was used before."""
    yield from _of_visits(subject)
    for document in documents(subject.file):
        record = subject.records.get(document.key, "")
        yield from _lacking(subject, _photos(document), document.listed, record, document.key)
    for reuse in subject.reuses:
        what = "签名图" if reuse.drawn else "照片"
        day, earlier = (words.long_date(one) for one in (reuse.on, reuse.earlier_on))
        where = f"{reuse.elsewhere}户" if reuse.elsewhere else "本户"
        yield Finding(
            "photo_twice",
            f"{reuse.instance_id}:{reuse.sha256[:16]}",
            subject.title("photos"),
            f"{day}记录里的{what}，和{where}{earlier}记录里的是同一张。"
            "核实是哪一户、哪一天的，放错的更正。",
            "record",
            reuse.instance_id,
        )


def _of_visits(subject: Subject) -> Iterator[Finding]:
    title = subject.title("visits") or subject.title("photos")
    placed: set[int] = set()
    for visit in subject.file.visits:
        placed.update(visit.photos)
        photos = [subject.file.photos[number] for number in visit.photos]
        where = f"{title}（{words.long_date(visit.on)}）"
        yield from _lacking(subject, photos, where, visit.instance_id, "")
    others = [one for number, one in enumerate(subject.file.photos) if number not in placed]
    registration = subject.records.get("basic", "")
    yield from _lacking(subject, others, subject.title("photos"), registration, "")


def _photos(document: Document) -> list[Photo]:
    if document.paper is None:
        return []
    blocks = (*document.paper.blocks, *document.paper.after)
    return [photo for one in blocks if isinstance(one, Pictures) for photo in one.photos]


def _lacking(
    subject: Subject, photos: Iterable[Photo], document: str, record: str, about: str
) -> Iterator[Finding]:
    """The photos of a record that cannot be printed, together where the reason is the same."""
    faults: dict[str, list[str]] = {}
    for photo in photos:
        if photo.fault:
            faults.setdefault(photo.fault, []).append(photo.title)
    for fault, titles in faults.items():
        what = f"“{titles[0]}”" if len(titles) == 1 else f"“{titles[0]}”等 {len(titles)} 张"
        yield Finding(
            "photo_missing",
            f"{record or subject.id}:{about}:{fault}",
            document,
            f"{what}：{fault}，会印成“照片缺”。让记录人联网上传，找不到的重拍。",
            "record" if record else "household",
            record or subject.id,
        )
