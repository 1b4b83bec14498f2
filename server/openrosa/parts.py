"""Reading a submission's request: the filled form, and the files that came with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from lxml import etree
from werkzeug.datastructures import FileStorage

from server.attachments.keep import keep
from server.clock import CHINA
from server.config import current
from server.forms.instance import MAX_BYTES, BadInstance, Instance, read_instance
from server.problems import (
    AttachmentNotImage,
    RequestInvalid,
    RequestTooLarge,
    RequestUnreadable,
)
from server.submissions.incoming import NamedFile

XML_PART = "xml_submission_file"
LONGEST_NAME = 120
CENTURY = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled form as it came. xml: its text. named: every file name that it may mention."""

    xml: str
    instance: Instance
    named: frozenset[str]


@dataclass(frozen=True, slots=True)
class Files:
    """Files that were kept, and the names of those that could not be."""

    kept: tuple[NamedFile, ...]
    refused: tuple[str, ...]


def filled_form(part: FileStorage | None, field: str | None) -> Filled:
    """The filled form of a request; some clients send it as a file, others as a field.

    Raises RequestUnreadable, RequestTooLarge, and RequestInvalid where it has no usable name.
    """
    if part is not None:
        content = part.stream.read(MAX_BYTES + 1)
    elif field is not None:
        content = field.encode("utf-8", "surrogatepass")
    else:
        raise RequestUnreadable("请求里没有填好的表（xml_submission_file）。")
    if len(content) > MAX_BYTES:
        raise RequestTooLarge("这份表的内容太大。")
    xml = _text(content)
    try:
        instance = read_instance(xml)
    except BadInstance as error:
        raise RequestInvalid(f"这份表读不出来：{error}。") from None
    leaves = (e.text or "" for e in instance.root.iter() if len(e) == 0)
    return Filled(xml, instance, frozenset(text.strip() for text in leaves if text.strip()))


def _text(content: bytes) -> str:
    """The XML as text, whatever it is encoded in; UTF-8 stays as it came."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _other_encoding(content)
    if "\x00" in text:
        text = _other_encoding(content)
    return text


def _other_encoding(content: bytes) -> str:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        raise RequestUnreadable("这份表不是完整的 XML。") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise RequestUnreadable("不收带文档类型的内容。")
    return etree.tostring(root, encoding="unicode")


def keep_files(parts: Sequence[FileStorage], filled: Filled, now: datetime) -> Files:
    """Keep the files that the form mentions; others are nobody's and are left alone.

    A broken picture holds back nothing: it is named in the answer. Raises StorageFull.
    """
    kept: dict[str, NamedFile] = {}
    refused = []
    for part in parts:
        name = part.filename or ""
        if name not in filled.named or len(name) > LONGEST_NAME or name in kept:
            continue
        try:
            file = keep(part.stream, current().uploads, current().files, now)
        except (AttachmentNotImage, RequestTooLarge):
            refused.append(name)
            continue
        kept[name] = NamedFile(name, file.sha256, file.size, file.media_type)
    return Files(tuple(kept.values()), tuple(refused))


def recorded_at(instance: Instance, sent_at: datetime | None, now: datetime) -> datetime:
    """When the form was filled in, by the client's clock."""
    for name in ("end", "start"):
        found = _moment(instance.root.findtext(name) or "")
        if found is not None:
            return found
    return sent_at or now


def sent_at(date: str) -> datetime | None:
    """The client's clock, from the `Date` that OpenRosa asks for."""
    try:
        said = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _plausible(said)


def _moment(text: str) -> datetime | None:
    try:
        return _plausible(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None


def _plausible(moment: datetime) -> datetime | None:
    if moment.year not in CENTURY:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
