"""Public tus clients against a really served instance, which dies, over lines that break.

`tus-js-client` is the phone's own; `tuspy` is the public client in Python, which knows only sha1.
"""

from __future__ import annotations

import http.client
import io
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from server.attachments import part, store
from server.config import Settings, read_settings
from tests.attachments.cutting import CuttingLine
from tests.attachments.photos import a_photo, sha256_of
from tests.faults.served import Served, prepare
from tests.making import PASSWORD

NODE = shutil.which("node", path=str(Path(sys.executable).parent)) or "node"


@dataclass
class Instance:
    """A served instance with two people signed in on phones."""

    served: Served
    settings: Settings
    tokens: list[str]

    def url(self, address: tuple[str, int] | None = None) -> str:
        host, port = address or self.served.address
        return f"http://{host}:{port}/api/v1/attachments"

    def client(self, person: int = 0, address: tuple[str, int] | None = None) -> TusClient:
        headers = {"Authorization": f"Bearer {self.tokens[person]}"}
        return TusClient(self.url(address), headers=headers)

    def kept(self, content: bytes) -> bytes:
        return store.path_of(self.settings.files, sha256_of(content)).read_bytes()


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("tus")
    env, names = prepare(folder / "instance", None, people=2)
    served = Served({**env, "YIHU_WEB_WORKERS": "1"}, folder / "log")
    served.start()
    host, port = served.address
    tokens = [
        requests.post(
            f"http://{host}:{port}/api/v1/devices",
            json={"username": name, "password": PASSWORD},
            timeout=30,
        ).json()["token"]
        for name in names
    ]
    yield Instance(served, read_settings(env), tokens)
    served.kill()


def uploader(client: TusClient, content: bytes, **more: Any) -> Any:
    metadata = {"sha256": sha256_of(content), "media_type": "image/jpeg"}
    more = {"retries": 60, "retry_delay": 0.05, "chunk_size": 32 * 1024, **more}
    return client.uploader(file_stream=io.BytesIO(content), metadata=metadata, **more)


def test_tuspy_sends_a_photo_in_checked_pieces(instance: Instance) -> None:
    photo = a_photo(600, 400, seed=1)
    uploader(instance.client(), photo, upload_checksum=True).upload()
    assert instance.kept(photo) == photo


def test_tuspy_goes_on_where_it_stopped(instance: Instance) -> None:
    photo = a_photo(600, 400, seed=2)
    first = uploader(instance.client(), photo)
    first.upload(stop_at=64 * 1024)
    second = uploader(instance.client(), photo, url=first.url)
    assert second.offset == 64 * 1024
    second.upload()
    assert instance.kept(photo) == photo


@pytest.mark.parametrize("checked", [True, False])
def test_tuspy_over_a_line_that_keeps_breaking(instance: Instance, checked: bool) -> None:
    photo = a_photo(700, 500, seed=3 + checked)
    line = CuttingLine(instance.served.address, 7, least=200, most=40_000, mercy=12)
    one = uploader(instance.client(), photo, upload_checksum=checked)
    while one.url is None:  # creating is not repeated by this client itself
        with suppress(requests.RequestException, TusCommunicationError):
            one.url = uploader(instance.client(address=line.address), photo).create_url()
    while one.offset < len(photo):
        with suppress(Exception):
            one.offset = one.get_offset()
            one.upload()
    line.close()
    assert line.cuts >= 1
    assert instance.kept(photo) == photo


def test_the_phones_client_over_a_line_that_keeps_breaking(instance: Instance) -> None:
    photo = a_photo(700, 500, seed=5)
    line = CuttingLine(instance.served.address, 8, least=2_000, most=60_000, mercy=15)
    done = subprocess.run(
        [
            NODE,
            str(Path(__file__).with_name("tus_stubborn.mjs")),
            instance.url(line.address),
            instance.tokens[0],
            sha256_of(photo),
        ],
        input=photo,
        capture_output=True,
        check=False,
        timeout=120,
    )
    line.close()
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["failures"] >= line.cuts >= 5
    assert instance.kept(photo) == photo


def drip(
    instance: Instance, place: str, offset: int, content: bytes, stop: threading.Event
) -> None:
    """A PATCH whose body comes slowly, until told to hang."""
    host, port = instance.served.address
    with suppress(OSError), socket.create_connection((host, port)) as line:
        head = (
            f"PATCH {place} HTTP/1.1\r\nHost: {host}\r\nTus-Resumable: 1.0.0\r\n"
            f"Authorization: Bearer {instance.tokens[0]}\r\nUpload-Offset: {offset}\r\n"
            "Content-Type: application/offset+octet-stream\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        line.sendall(head.encode())
        for start in range(0, len(content), 4096):
            if stop.is_set():
                return
            line.sendall(content[start : start + 4096])
            time.sleep(0.03)


def offset_of(instance: Instance, place: str) -> int:
    host, port = instance.served.address
    line = http.client.HTTPConnection(host, port, timeout=30)
    line.request(
        "HEAD",
        place,
        headers={"Authorization": f"Bearer {instance.tokens[0]}", "Tus-Resumable": "1.0.0"},
    )
    answer = line.getresponse()
    line.close()
    assert answer.status == 200
    return int(answer.headers["Upload-Offset"])


def test_a_server_killed_in_mid_piece_never_lies_about_the_offset(instance: Instance) -> None:
    photo = a_photo(700, 500, seed=6)
    one = uploader(instance.client(), photo)
    place = "/" + one.create_url().split("/", 3)[3]
    for round_ in range(3):
        offset = offset_of(instance, place)
        stop = threading.Event()
        sending = threading.Thread(
            target=drip, args=(instance, place, offset, photo[offset:], stop)
        )
        sending.start()
        time.sleep(0.15 + 0.1 * round_)
        instance.served.kill()
        stop.set()
        sending.join()
        instance.served.start()
        path = part.part_of(instance.settings.uploads, place.rsplit("/", 1)[1])
        held = offset_of(instance, place)
        assert held >= offset
        assert path.read_bytes() == photo[:held]
    rest = uploader(instance.client(), photo, url=f"{instance.url()}/{place.rsplit('/', 1)[1]}")
    rest.upload()
    assert instance.kept(photo) == photo


def test_many_requests_at_once_to_one_upload_leave_its_bytes_whole(instance: Instance) -> None:
    photo = a_photo(500, 400, seed=7)
    place = uploader(instance.client(), photo).create_url()
    headers = {
        "Authorization": f"Bearer {instance.tokens[0]}",
        "Tus-Resumable": "1.0.0",
        "Content-Type": "application/offset+octet-stream",
    }

    def push_on(_: int) -> set[int]:
        seen: set[int] = set()
        while True:
            at = requests.head(place, headers=headers, timeout=30)
            offset = int(at.headers["Upload-Offset"])
            if offset == len(photo):
                return seen
            answer = requests.patch(
                place,
                data=photo[offset : offset + 9_000],
                headers={**headers, "Upload-Offset": str(offset)},
                timeout=30,
            )
            seen.add(answer.status_code)

    with ThreadPoolExecutor(6) as pool:
        answers = set().union(*pool.map(push_on, range(6)))
    assert answers <= {204, 409}
    assert 204 in answers
    assert instance.kept(photo) == photo


def test_two_people_send_the_same_content_at_the_same_moment(instance: Instance) -> None:
    photo = a_photo(500, 400, seed=8)
    with ThreadPoolExecutor(2) as pool:
        for done in [
            pool.submit(uploader(instance.client(n), photo, chunk_size=7_000).upload)
            for n in (0, 1)
        ]:
            done.result()
    assert instance.kept(photo) == photo
