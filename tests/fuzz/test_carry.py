"""Hostile carry files: whoever knows the server's public key can write any frame."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.carry.take_in import take_in
from server.problems import CarryUnreadable
from tests.attachments.photos import a_photo
from tests.carry.writing import frames, sealed
from tests.forms.instances import new_id
from tests.fuzz import hostile
from tests.fuzz.conftest import Target
from tests.fuzz.test_submissions import CALM

SHORT, LONG = 25, 1_000
PHOTO = a_photo(40, 30)


def bring(target: Target, folder: Path, examples: int) -> None:
    def usual(form_id: str, xml: str) -> dict[str, Any]:
        return target.phone.submission(form_id, xml, "")

    me = target.phone.client.get("/api/v1/devices/me", headers=target.phone.device.headers)
    key = me.get_json()["carry_key"]
    said = st.dictionaries(
        st.sampled_from(["instance_id", "name", "sha256", "size", "media_type", "person", "token"]),
        hostile.values,
    )

    @settings(max_examples=examples, **CALM)  # type: ignore[arg-type]
    @given(
        st.tuples(
            st.lists(hostile.submissions(target.household, usual), max_size=3),
            st.lists(st.tuples(st.sampled_from(b"MSABEZ"), said | hostile.values), max_size=4),
            st.integers(0, 3),
            st.integers(0, 2**20),
        ).map(hostile.Sent)
    )
    def send(one: tuple[list[dict[str, Any]], list[tuple[int, Any]], int, int]) -> None:
        submissions, strange, way, place = one
        files = [(new_id(), "../../etc/passwd", PHOTO), (new_id(), "1.jpg", PHOTO[:99])]
        plain = frames(target.phone.device, [], files, ended=way > 0)
        plain[1:1] = [b"S" + json.dumps(each).encode() for each in submissions]
        for kind, value in strange:
            at = 1 + place % len(plain)
            plain.insert(at, bytes([kind]) + json.dumps(value).encode())
        content = bytearray(sealed(plain, key))
        with target.app.app_context():
            if way == 3:
                content[place % len(content)] ^= 1
            path = folder / "hostile.yihu"
            path.write_bytes(bytes(content))
            began = time.thread_time()
            with suppress(*([CarryUnreadable] if way == 3 else [])):
                take_in(path, by=None)
            target.judge.saw(200, time.thread_time() - began, "carry file")

    send()
    target.judge.at_rest(target.app)


def test_hostile_carry_files(target: Target, tmp_path: Path) -> None:
    bring(target, tmp_path, SHORT)


@pytest.mark.deep
def test_many_hostile_carry_files(target: Target, tmp_path: Path) -> None:
    bring(target, tmp_path, LONG)
