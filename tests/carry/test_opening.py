"""The carry file's bytes: what is written is read, what is damaged is told, nothing is trusted."""

from __future__ import annotations

import base64
import io
import json
import struct
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.carry_key import CarryKey
from server.carry.opening import LONGEST_FRAME, Broken, Frame, open_carry
from server.problems import CarryUnreadable
from tests.carry.writing import sealed

VECTOR = json.loads(Path(__file__).with_name("vector.json").read_text("utf-8"))
KEY = CarryKey(ec.generate_private_key(ec.SECP256R1()))
PLAIN = (b'M{"person":"p"}', b'S{"instance_id":"i"}', b"A{}", b"B" + bytes(5000), b"E{}")
FILE = sealed(PLAIN, KEY.for_phones())
HEADER = FILE.index(b"\n", 6) + 1


def of_jwk(jwk: dict[str, str]) -> ec.EllipticCurvePrivateKey:
    secret = int.from_bytes(base64.urlsafe_b64decode(jwk["d"] + "="))
    return ec.derive_private_key(secret, ec.SECP256R1())


def read(content: bytes, key: CarryKey = KEY) -> list[Frame | Broken]:
    return list(open_carry(io.BytesIO(content), key))


def plain(found: list[Frame | Broken]) -> list[bytes]:
    return [one.kind.encode() + one.content for one in found if isinstance(one, Frame)]


def test_the_shared_vector_is_written_and_read_byte_by_byte() -> None:
    frames = [base64.b64decode(one) for one in VECTOR["frames"]]
    file = base64.b64decode(VECTOR["file"])
    assert sealed(frames, VECTOR["carry_key"], of_jwk(VECTOR["ephemeral_private_jwk"])) == file
    key = CarryKey(of_jwk(VECTOR["server_private_jwk"]))
    assert key.for_phones() == VECTOR["carry_key"]
    assert plain(read(file, key)) == frames


def test_what_is_written_is_read() -> None:
    assert plain(read(FILE)) == list(PLAIN)


@given(st.integers(min_value=0, max_value=len(FILE) - 1))
def test_a_file_that_breaks_off_anywhere_gives_its_whole_frames(at: int) -> None:
    if at < HEADER - 1:  # the header may lack its line end
        with pytest.raises(CarryUnreadable):
            read(FILE[:at])
        return
    found = read(FILE[:at])
    frames = plain(found)
    assert frames == list(PLAIN[: len(frames)])
    assert len(frames) < len(PLAIN)


@given(st.integers(min_value=0, max_value=len(FILE) * 8 - 1))
def test_no_flipped_bit_changes_what_is_read(bit: int) -> None:
    damaged = bytearray(FILE)
    damaged[bit // 8] ^= 1 << bit % 8
    try:
        frames = plain(read(bytes(damaged)))
    except CarryUnreadable:
        return
    rest = iter(PLAIN)
    assert len(frames) < len(PLAIN)
    assert all(frame in rest for frame in frames), "in order, none changed"


def test_a_damaged_frame_does_not_take_the_next_ones_along() -> None:
    damaged = bytearray(FILE)
    damaged[HEADER + 6] ^= 1
    found = read(bytes(damaged))
    assert found[0] == Broken()
    assert plain(found) == list(PLAIN[1:])


def test_frames_cannot_be_swapped_doubled_or_taken_from_another_file() -> None:
    length = struct.unpack(">I", FILE[HEADER : HEADER + 4])[0] + 4
    first, rest = FILE[HEADER : HEADER + length], FILE[HEADER + length :]
    assert plain(read(FILE[:HEADER] + first + first + rest)) == [PLAIN[0]]
    assert plain(read(FILE[:HEADER] + rest)) == []
    other = sealed(PLAIN, KEY.for_phones())
    assert plain(read(other[:HEADER] + FILE[HEADER:])) == []


@given(st.binary(max_size=300))
def test_rubbish_is_refused_or_broken(content: bytes) -> None:
    for file in (content, b"YIHU1\n" + content, FILE[:HEADER] + content):
        try:
            assert plain(read(file)) == []
        except CarryUnreadable:
            continue


def test_a_giant_frame_is_not_waited_for() -> None:
    for length in (LONGEST_FRAME + 100, 2**32 - 1, 0, 16):
        assert read(FILE[:HEADER] + struct.pack(">I", length) + bytes(64)) == [Broken(end=True)]


def test_a_file_for_another_server_says_so() -> None:
    with pytest.raises(CarryUnreadable, match="另一台服务器"):
        read(FILE, CarryKey(ec.generate_private_key(ec.SECP256R1())))


def test_json_that_is_none_is_no_fault_of_ours() -> None:
    for text in (b"[" * 100_000, b"{", b"[]", b"\xff", b'{"a":' * 50_000):
        assert Frame("S", text).said() is None
