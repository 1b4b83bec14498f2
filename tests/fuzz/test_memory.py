"""Bombs at a really served process: its memory stays bounded, and it goes on serving."""

from __future__ import annotations

import base64
import gzip
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from PIL import Image

from server import clock
from tests.attachments.photos import checksum_of, encoded, sha256_of
from tests.faults.served import Served, prepare
from tests.forms.instances import new_id, visit_xml
from tests.fuzz import hostile
from tests.making import PASSWORD
from tests.processes import descendants

#: How much all processes together may have grown, once the bombs are over and at their worst.
MOST_GROWTH_KB = 250_000
PEAK_GROWTH_KB = 700_000


@dataclass
class Instance:
    """A served instance and somebody who is signed in there."""

    served: Served
    address: str
    token: str
    name: str

    @property
    def phone(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def basic(self) -> dict[str, str]:
        said = base64.b64encode(f"{self.name}:{PASSWORD}".encode()).decode()
        return {"Authorization": f"Basic {said}"}

    def rss_kb(self, what: str = "VmRSS") -> int:
        """Memory of all its processes."""
        assert self.served.process is not None
        family = [self.served.process.pid, *descendants(self.served.process.pid)]
        lines = [
            line
            for pid in family
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith(what)
        ]
        return sum(int(line.split()[1]) for line in lines)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("bombs")
    env, (name,) = prepare(folder / "instance", None, people=1)
    served = Served({**env, "YIHU_WEB_WORKERS": "1"}, folder / "log")
    served.start()
    host, port = served.address
    address = f"http://{host}:{port}"
    body = {"username": name, "password": PASSWORD}
    token = requests.post(f"{address}/api/v1/devices", json=body, timeout=60).json()["token"]
    yield Instance(served, address, token, name)
    served.kill()


def gzip_bomb(instance: Instance) -> list[int]:
    bomb = gzip.compress(b" " * 300_000_000, 6)
    return [push(instance, bomb, "gzip"), push(instance, gzip.compress(bomb), "gzip")]


def huge_json(instance: Instance) -> list[int]:
    return [
        push(instance, b'{"sent_at": ' + b"9" * 4_000_000 + b', "submissions": []}'),
        push(instance, b"[" * 4_000_000),
        push(instance, b'{"a":' * 800_000),
        push(instance, json.dumps({"submissions": [{}] * 400_000}).encode()),
        push(instance, json.dumps({"submissions": "长" * 700_000}).encode()),
    ]


def wounded_forms(instance: Instance) -> list[int]:
    found = []
    for wound in hostile.WOUNDS:
        name = new_id()
        xml = wound(visit_xml(new_id(), instance_id=name), "x")
        one = {
            "instance_id": name,
            "form_id": "visit",
            "form_version": "2026112201",
            "xml": xml,
            "recorded_at": clock.now().isoformat(),
        }
        request = {"sent_at": clock.now().isoformat(), "submissions": [one]}
        found.append(push(instance, json.dumps(request).encode()))
        found.append(submit(instance, xml.encode()))
    return found


def large_parts(instance: Instance) -> list[int]:
    found = [submit(instance, b"<data>" + b" " * 30_000_000)]
    for _ in range(3):
        xml = visit_xml(new_id(), instance_id=new_id(), photos=[{"photo": "1.jpg"}])
        found.append(submit(instance, xml.encode(), {"1.jpg": b"\xff\xd8" + b"x" * 30_000_000}))
    many = {f"{n}.jpg": b"x" for n in range(2_000)}
    found.append(submit(instance, visit_xml(new_id(), instance_id=new_id()).encode(), many))
    return found


def picture_bombs(instance: Instance) -> list[int]:
    found = []
    for size in ((30_000, 30_000), (7_700, 7_700), (60_000, 900)):
        out = io.BytesIO()
        Image.new("1", size).save(out, "PNG")
        content = out.getvalue()
        said = f"sha256 {encoded(sha256_of(content))},media_type {encoded('image/png')}"
        tus = {**instance.phone, "Tus-Resumable": "1.0.0"}
        made = requests.post(
            f"{instance.address}/api/v1/attachments",
            headers={**tus, "Upload-Length": str(len(content)), "Upload-Metadata": said},
            timeout=60,
        )
        sent = requests.patch(
            instance.address + made.headers["Location"],
            data=content,
            headers={
                **tus,
                "Upload-Offset": "0",
                "Upload-Checksum": checksum_of(content),
                "Content-Type": "application/offset+octet-stream",
            },
            timeout=60,
        )
        found.append(sent.status_code)
        xml = visit_xml(new_id(), instance_id=new_id(), photos=[{"photo": "1.jpg"}])
        found.append(submit(instance, xml.encode(), {"1.jpg": content}))
    return found


def zipped(instance: Instance) -> list[int]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b" " * 200_000_000)
    return [submit(instance, out.getvalue()), push(instance, out.getvalue(), "gzip")]


def push(instance: Instance, content: bytes, encoding: str | None = None) -> int:
    headers = {**instance.phone, "Content-Type": "application/json"}
    headers |= {"Content-Encoding": encoding} if encoding else {}
    address = f"{instance.address}/api/v1/sync/push"
    return requests.post(address, data=content, headers=headers, timeout=60).status_code


def submit(instance: Instance, xml: bytes, files: dict[str, bytes] | None = None) -> int:
    parts = {"xml_submission_file": ("a.xml", xml, "text/xml")}
    parts |= {name: (name, content, "image/jpeg") for name, content in (files or {}).items()}
    try:
        return requests.post(
            f"{instance.address}/openrosa/submission",
            files=parts,
            headers=instance.basic,
            timeout=60,
        ).status_code
    except requests.ConnectionError:  # refused before the whole body was sent
        return 413


BOMBS: tuple[Callable[[Instance], list[int]], ...] = (
    gzip_bomb, huge_json, wounded_forms, large_parts, picture_bombs, zipped,
)  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__)
def test_memory_stays_bounded(instance: Instance, bomb: Callable[[Instance], list[int]]) -> None:
    assert push(instance, b"{}") == 422
    before = instance.rss_kb()
    began = time.monotonic()
    answers = bomb(instance)
    took = time.monotonic() - began
    after, peak = instance.rss_kb(), instance.rss_kb("VmHWM")
    print(f"{bomb.__name__}: {len(answers)} requests {sorted(set(answers))} in {took:.1f} s,"  # noqa: T201
          f" RSS {before} -> {after} kB, peak {peak} kB")  # fmt: skip
    assert all(status < 500 for status in answers), answers
    assert after - before < MOST_GROWTH_KB
    assert peak - before < PEAK_GROWTH_KB
    assert requests.get(f"{instance.address}/readyz", timeout=30).status_code == 200
