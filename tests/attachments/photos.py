"""Photos to send, and a phone that sends them by tus."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import uuid
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from server import clock
from server.submissions.models import Submission, SubmissionAttachment
from tests.making import SANLI, SignedInDevice, a_device, writing


def a_photo(width: int = 400, height: int = 300, seed: int = 1, **save: object) -> bytes:
    """A JPEG that compresses badly, as photos do."""
    noise = random.Random(seed).randbytes(width * height * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (width, height), noise).save(out, "JPEG", quality=70, **save)
    return out.getvalue()


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def checksum_of(content: bytes) -> str:
    return f"sha256 {encoded(hashlib.sha256(content).digest())}"


@dataclass
class Uploader:
    """A signed-in phone that uploads photos."""

    client: FlaskClient
    device: SignedInDevice = field(init=False)
    role: str = "first_secretary"
    area: str = SANLI

    def __post_init__(self) -> None:
        self.device = a_device(self.client, self.role, self.area)

    @property
    def headers(self) -> dict[str, str]:
        return {**self.device.headers, "Tus-Resumable": "1.0.0"}

    def begin(self, content: bytes, sha256: str | None = None) -> TestResponse:
        """Create an upload for these bytes, or with a hash that is not theirs."""
        said = f"sha256 {encoded(sha256 or sha256_of(content))},media_type {encoded('image/jpeg')}"
        return self.client.post(
            "/api/v1/attachments",
            headers={
                **self.headers,
                "Upload-Length": str(len(content)),
                "Upload-Metadata": said,
            },
        )

    def send(self, place: str, offset: int, piece: bytes, **headers: str) -> TestResponse:
        """Send a piece of a file."""
        return self.client.patch(
            place,
            data=piece,
            content_type="application/offset+octet-stream",
            headers={
                **self.headers,
                "Upload-Offset": str(offset),
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )

    def offset(self, place: str) -> int:
        """How much the server has."""
        return int(self.client.head(place, headers=self.headers).headers["Upload-Offset"])

    def upload(self, content: bytes) -> str:
        """Send a whole file in one piece; returns the upload's address."""
        place = self.begin(content).headers["Location"]
        assert self.send(place, 0, content).status_code == 204
        return place

    def read(self, instance_id: str, name: str, size: str = "full") -> TestResponse:
        """Ask for a file by the submission that names it."""
        return self.client.get(
            f"/api/v1/attachments/content/{instance_id}/{name}?size={size}",
            headers=self.headers,
            buffered=True,
        )


def a_submission(app: Flask, content: bytes, *, name: str = "1.jpg", area: str = SANLI) -> str:
    """A stored submission that names a file; returns its instance id."""
    instance_id = str(uuid.uuid4())
    with writing(app) as session:
        session.add(
            Submission(
                instance_id=instance_id,
                form_id="visit",
                form_version="1",
                xml="<data/>",
                content_hash="0" * 64,
                shown={},
                confirmed=[],
                root_id=instance_id,
                source="phone",
                recorded_at=clock.now(),
                received_at=clock.now(),
                area=area,
            )
        )
        session.flush()
        session.add(
            SubmissionAttachment(
                instance_id=instance_id,
                name=name,
                sha256=sha256_of(content),
                size=len(content),
                media_type="image/jpeg",
            )
        )
    return instance_id
