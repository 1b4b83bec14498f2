"""A submission on its way in, as its sender said it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

Source = Literal["phone", "office", "roster", "carry", "openrosa"]


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that a submission names."""

    name: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True)
class Incoming:
    """One submission with what its author was shown (protocol: push).

    shown: entity id -> {"heads": [instance id], "values": {unit: [value, [index into heads]]}}.
    confirmed: "entity id/unit" of what was asked, changed or confirmed by hand.
    malformed: the sender broke the protocol; `xml` is all that it sent, as JSON.
    waits: it was made upon an edit that has not arrived yet, so nobody knows what it was shown.
    unproven: the phone that it comes from could not prove whose it is.
    """

    instance_id: str
    form_id: str
    form_version: str
    xml: str
    recorded_at: datetime
    person_id: str | None
    device_id: str | None = None
    source: Source = "phone"
    shown: Mapping[str, object] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    attachments: tuple[NamedFile, ...] = ()
    deprecated_id: str | None = None
    clock_error_s: int = 0
    malformed: bool = False
    waits: bool = False
    unproven: bool = False

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over everything that the sender said, in one canonical spelling.

        Of another client that is the form alone: what was shown is worked out here, and its files
        may come later.
        """
        if self.source == "openrosa":
            return hashlib.sha256(self.xml.encode()).hexdigest()
        said = {
            "form": [self.form_id, self.form_version],
            "xml": self.xml,
            "shown": self.shown,
            "confirmed": sorted(self.confirmed),
            "attachments": sorted((f.name, f.sha256) for f in self.attachments),
            "deprecated": self.deprecated_id,
        }
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
