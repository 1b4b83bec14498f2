"""Cut connections, killed servers, full disks: nothing acknowledged is lost."""

from __future__ import annotations

import io
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import ClientDisconnected

from server.attachments import part, store
from server.attachments.models import StoredFile
from server.config import Settings
from server.problems import StorageFull, UploadOffsetWrong
from tests.attachments.photos import Uploader, a_photo, sha256_of
from tests.making import looking

#: Receives ten pieces, says after each one that it was acknowledged, and dies in the eleventh.
DIES = """
import io, os, signal, sys
from pathlib import Path
from server.attachments import part

class Dies(io.BytesIO):
    def read(self, size=-1):
        if self.tell() >= 3000:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().read(1000)

path, at = Path(sys.argv[1]), 0
for _ in range(10):
    at = part.receive(path, at, 10**6, io.BytesIO(b"a" * 500), None)
    print(at, flush=True)
part.receive(path, at, 10**6, Dies(b"b" * 9000), None)
"""


def test_a_server_killed_in_the_middle_has_all_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "x.part"
    part.begin(path)
    died = subprocess.run(
        [sys.executable, "-c", DIES, str(path)], capture_output=True, text=True, check=False
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert int(died.stdout.split()[-1]) == 5000
    offset = part.offset_of(path)
    assert path.read_bytes() == b"a" * 5000 + b"b" * (offset - 5000)
    assert part.receive(path, offset, 10**6, io.BytesIO(b"c"), None) == offset + 1


def test_a_server_killed_after_the_last_byte_finishes_when_asked(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    phone, photo = Uploader(client), a_photo()
    place = phone.begin(photo).headers["Location"]
    part.part_of(settings.uploads, place.rsplit("/", 1)[1]).write_bytes(photo)
    assert phone.offset(place) == len(photo)
    with looking(app) as session:
        assert session.get(StoredFile, sha256_of(photo)) is not None
    assert store.path_of(settings.files, sha256_of(photo)).read_bytes() == photo


def test_damaged_bytes_of_a_killed_server_are_sent_again(
    client: FlaskClient, settings: Settings
) -> None:
    phone, photo = Uploader(client), a_photo()
    place = phone.begin(photo).headers["Location"]
    part.part_of(settings.uploads, place.rsplit("/", 1)[1]).write_bytes(b"\0" * len(photo))
    assert phone.offset(place) == 0


def test_an_upload_whose_bytes_a_restored_backup_lacks_begins_anew(
    client: FlaskClient, settings: Settings
) -> None:
    phone = Uploader(client)
    place = phone.begin(a_photo()).headers["Location"]
    part.part_of(settings.uploads, place.rsplit("/", 1)[1]).unlink()
    assert client.head(place, headers=phone.headers).status_code == 404


class BreaksOff(io.BytesIO):
    """A connection that is cut after its first bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if not piece:
            raise ClientDisconnected
        return piece


def test_what_arrived_before_the_connection_broke_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.part"
    part.begin(path)
    assert part.receive(path, 0, 1000, BreaksOff(b"a" * 300), None) == 300
    assert part.offset_of(path) == 300


def test_a_hanging_request_does_not_hold_up_its_successor(tmp_path: Path) -> None:
    path = tmp_path / "x.part"
    part.begin(path)

    class Hangs(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() == 100 and len(self.getvalue()) > 100:
                # Meanwhile the phone, on another network, has gone on with a new request.
                assert part.receive(path, 100, 1000, io.BytesIO(b"b" * 900), None) == 1000
            return super().read(100)

    with pytest.raises(UploadOffsetWrong):
        part.receive(path, 0, 1000, Hangs(b"a" * 200), None)
    assert path.read_bytes() == b"a" * 100 + b"b" * 900


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file can grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fills_up_keeps_nothing_half(tmp_path: Path) -> None:
    path, content = tmp_path / "x.part", os.urandom(200_000)
    part.begin(path)
    part.receive(path, 0, len(content), io.BytesIO(content[:50_000]), None)
    with room_for(100_000), pytest.raises(StorageFull):
        part.receive(path, 50_000, len(content), io.BytesIO(content[50_000:]), None)
    assert path.read_bytes() == content[:50_000]
    part.receive(path, 50_000, len(content), io.BytesIO(content[50_000:]), None)
    assert path.read_bytes() == content


def test_a_full_disk_is_told_to_the_phone(client: FlaskClient, settings: Settings) -> None:
    phone, photo = Uploader(client), a_photo()
    place = phone.begin(photo).headers["Location"]
    path = part.part_of(settings.uploads, place.rsplit("/", 1)[1])
    path.unlink()
    path.symlink_to("/dev/full")
    refused = phone.send(place, 0, photo)
    assert refused.status_code == 507
    assert refused.get_json()["type"] == "urn:yihu:problem:storage-full"
    assert "磁盘满了" in refused.get_json()["detail"]
    path.unlink()
    path.touch()
    assert phone.send(place, 0, photo).status_code == 204
