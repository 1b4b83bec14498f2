"""The headers of tus 1.0 (https://tus.io/protocols/resumable-upload), read and written."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from server.problems import RequestInvalid, RequestTooLarge, RequestUnreadable

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,expiration,termination"
LARGEST = 20 * 1024 * 1024
CONTENT_TYPE = "application/offset+octet-stream"
_SHA256 = re.compile(r"[0-9a-f]{64}")


#: tus asks every server for sha1; the public Python client knows no other.
ALGORITHMS = ("sha1", "sha256")


@dataclass(frozen=True, slots=True)
class Checksum:
    """The hash that a piece must have."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Creation:
    """What a phone says of a file that it is going to send."""

    length: int
    sha256: str
    media_type: str


def creation(length: str | None, metadata: str | None) -> Creation:
    """Read `Upload-Length` and `Upload-Metadata`. Raises RequestInvalid, RequestTooLarge."""
    size = number("Upload-Length", length)
    if size == 0:
        raise RequestInvalid("文件是空的。", errors={"Upload-Length": ["empty"]})
    if size > LARGEST:
        raise RequestTooLarge(f"文件超过 {LARGEST // 1024 // 1024} MB，不能上传。")
    said = _pairs(metadata or "")
    sha256 = said.get("sha256", "").lower()
    if not _SHA256.fullmatch(sha256):
        raise RequestInvalid(errors={"Upload-Metadata": ["sha256 is missing"]})
    return Creation(size, sha256, said.get("media_type", "")[:60])


def number(header: str, text: str | None) -> int:
    """A header that must be a whole number. Raises RequestInvalid."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise RequestInvalid(errors={header: ["a whole number is needed"]})
    return int(text)


def checksum(text: str | None) -> Checksum | None:
    """Read `Upload-Checksum`; None without one. Raises RequestUnreadable, as tus wants it."""
    if text is None:
        return None
    algorithm, _, encoded = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise RequestUnreadable(errors={"Upload-Checksum": [f"only {', '.join(ALGORITHMS)}"]})
    return Checksum(algorithm, _decoded("Upload-Checksum", encoded))


def expires(moment: datetime) -> str:
    """A moment as `Upload-Expires` wants it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _pairs(metadata: str) -> dict[str, str]:
    pairs = {}
    for pair in filter(None, metadata.split(",")):
        key, _, encoded = pair.strip().partition(" ")
        pairs[key] = _decoded("Upload-Metadata", encoded).decode("utf-8", "replace")
    return pairs


def _decoded(header: str, encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise RequestInvalid(errors={header: ["not base64"]}) from None
