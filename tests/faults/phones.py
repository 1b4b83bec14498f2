"""Phones that go on recording and sending while everything around them breaks."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import random
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.attachments.photos import a_photo, checksum_of, encoded, sha256_of
from tests.forms.instances import compiled, member, new_id, register_xml, visit_xml
from tests.making import PASSWORD

PIECE = 16 * 1024
#: What a phone meets when the line or the server breaks.
BROKEN = (OSError, http.client.HTTPException, ValueError)


@dataclass
class Record:
    """One finished record, as the outbox holds it."""

    body: dict[str, Any]
    photo: bytes | None = None
    acknowledged: bool = False
    uploaded: bool = False
    place: str | None = None

    @property
    def id(self) -> str:
        """Its instance id."""
        return str(self.body["instance_id"])

    @property
    def done(self) -> bool:
        """Whether nothing of it is on the phone only."""
        return self.acknowledged and (self.photo is None or self.uploaded)


@dataclass
class Counts:
    """What the phones met."""

    pushes: int = 0
    broken: int = 0
    refused: int = 0
    repeated: int = 0
    last: str = ""


@dataclass
class Phone(threading.Thread):
    """A phone of one person: records, pushes and uploads in a loop, whatever happens.

    address: of the server, or of a bad line in front of it. most: how many records it makes.
    """

    address: tuple[str, int]
    username: str
    seed: int
    most: int
    photo_every: int = 5
    records: list[Record] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    holding: threading.Event = field(default_factory=threading.Event)
    token: str = ""
    failure: BaseException | None = None

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.chance = random.Random(self.seed)
        self.households: list[str] = []

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Until everything that it should make is done; it only waits while it is held."""
        try:
            while True:
                self._record()
                if all(record.done for record in self.records) and len(self.records) >= self.most:
                    return
                while self.holding.is_set():
                    time.sleep(0.1)
                try:
                    self._round()
                except BROKEN as error:
                    self.counts.broken += 1
                    self.counts.last = repr(error)
                    time.sleep(0.05)
        except BaseException as error:
            self.failure = error
            raise

    def sign_in(self) -> None:
        """Get a token; called while all is well."""
        said = {"username": self.username, "password": PASSWORD, "device_name": "红米"}
        status, answer, _ = self._ask("POST", "/api/v1/devices", json.dumps(said).encode())
        assert status == 201, answer
        self.token = str(json.loads(answer)["token"])

    def _record(self) -> None:
        """Sometimes a new household, mostly a visit; some with a photo."""
        for _ in range(self.chance.randint(1, 3)):
            if len(self.records) >= self.most:
                return
            instance = new_id()
            photo = None
            if not self.households or self.chance.random() < 0.1:
                household = new_id()
                self.households.append(household)
                form = "household_register"
                xml = register_xml(household, instance_id=instance, members=[self._somebody()])
            else:
                form = "visit"
                photos = []
                if self.chance.randrange(self.photo_every) == 0:
                    photo = a_photo(120, 90, seed=self.chance.getrandbits(32))
                    photos = [{"photo": "1.jpg", "photo_source": "camera"}]
                home = self.chance.choice(self.households)
                xml = visit_xml(home, instance_id=instance, photos=photos)
            self.records.append(Record(_submission(form, xml, instance, photo), photo))

    def _somebody(self) -> dict[str, str]:
        return member(id_number(self.chance.randrange(1000), self.chance.randint(1930, 1999)))

    def _round(self) -> None:
        waiting = [record for record in self.records if not record.acknowledged]
        some = waiting[: self.chance.randint(1, 6)]
        if some:
            self._push(some)
        for record in [one for one in self.records if one.acknowledged and not one.done][:2]:
            self._upload(record)

    def _push(self, some: list[Record]) -> None:
        body = {
            "sent_at": datetime.now(UTC).isoformat(),
            "submissions": [record.body for record in some],
        }
        self.counts.pushes += 1
        status, answer, _ = self._ask(
            "POST",
            "/api/v1/sync/push",
            gzip.compress(json.dumps(body).encode()),
            {"Content-Encoding": "gzip"},
        )
        if status != 200:
            self._refused(status, answer)
            return
        fates = {one["instance_id"]: one["outcome"] for one in json.loads(answer)["outcomes"]}
        for record in some:
            fate = fates[record.id]
            assert fate in {"stored", "already_stored", "retry"}, (fate, record.body)
            self.counts.repeated += fate == "already_stored"
            record.acknowledged = fate != "retry"

    def _upload(self, record: Record) -> None:
        assert record.photo is not None
        if record.place is None:
            record.place = self._create(record.photo)
        offset = self._offset(record)
        while record.place and offset < len(record.photo):
            offset = self._piece(record, offset)
        record.uploaded = record.place is not None and offset == len(record.photo)

    def _create(self, photo: bytes) -> str | None:
        said = f"sha256 {encoded(sha256_of(photo))},media_type {encoded('image/jpeg')}"
        status, answer, headers = self._ask(
            "POST",
            "/api/v1/attachments",
            None,
            {"Upload-Length": str(len(photo)), "Upload-Metadata": said},
        )
        if status != 201:
            self._refused(status, answer)
            return None
        return _said(headers, "Location")

    def _offset(self, record: Record) -> int:
        """How much the server has; an upload that it does not know any more begins anew."""
        if record.place is None:
            return 0
        status, _, headers = self._ask("HEAD", record.place, None)
        if status in {404, 410}:
            record.place = None
            return 0
        return int(_said(headers, "Upload-Offset"))

    def _piece(self, record: Record, offset: int) -> int:
        assert record.photo is not None
        assert record.place is not None
        piece = record.photo[offset : offset + PIECE]
        headers = {
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Upload-Checksum": checksum_of(piece),
        }
        status, answer, said = self._ask("PATCH", record.place, piece, headers)
        if status == 204:
            return int(_said(said, "Upload-Offset"))
        self._refused(status, answer)
        if status in {404, 410, 460}:
            record.place = None
        return len(record.photo) + 1

    def _refused(self, status: int, answer: bytes) -> None:
        """The server said no; the phone waits a moment and will try again."""
        self.counts.refused += 1
        self.counts.last = f"{status} {answer[:200].decode(errors='replace')}"
        time.sleep(0.05)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        """One request on a connection of its own; the whole answer or an exception."""
        path = path[path.index("/api/") :]
        sent = {"Content-Type": "application/json", "Tus-Resumable": "1.0.0"}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        with closing(http.client.HTTPConnection(*self.address, timeout=20)) as line:
            line.request(method, path, body, {**sent, "Connection": "close", **(headers or {})})
            answer = line.getresponse()
            return answer.status, answer.read(), answer.headers


def _said(headers: http.client.HTTPMessage, name: str) -> str:
    """A header that an answer must have; one without it was cut off."""
    found = headers[name]
    if found is None:
        raise ValueError(f"an answer without {name}")
    return str(found)


def id_number(serial: int, year: int) -> str:
    """A valid ID number of the unassigned region 379999 (GB 11643: check character mod 11-2)."""
    body = f"379999{year}0315{serial:03d}"
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def _submission(form: str, xml: str, instance: str, photo: bytes | None) -> dict[str, Any]:
    files = []
    if photo is not None:
        sha256 = hashlib.sha256(photo).hexdigest()
        files = [
            {"name": "1.jpg", "sha256": sha256, "size": len(photo), "media_type": "image/jpeg"}
        ]
    return {
        "instance_id": instance,
        "form_id": form,
        "form_version": compiled(form).definition.version,
        "xml": xml,
        "recorded_at": datetime.now(UTC).isoformat(),
        "shown": {},
        "confirmed": [],
        "attachments": files,
        "deprecated_id": None,
    }
