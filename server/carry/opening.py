"""Reading a carry file (docs/protocol.md): frame by frame, without trusting any byte of it."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.accounts.carry_key import CarryKey
from server.problems import CarryUnreadable

MAGIC = b"YIHU1\n"
INFO = b"yihu carry 1"
LONGEST_HEADER = 1024
#: A submission is at most what a push may hold; bytes of a file come in pieces of 1 MiB.
LONGEST_FRAME = 5 * 1024 * 1024
TAG = 16
KINDS = b"MSABE"

NOT_OURS = "这不是一户的手机导出文件，请在手机“我的”里重新导出。"
OTHER_KEY = "这个文件是给另一台服务器的，请拿到导出时登录的那台服务器上导入。"
DAMAGED_AT_ONCE = "文件开头坏了，打不开。请从手机重新导出，或换一种方式传过来。"


@dataclass(frozen=True, slots=True)
class Frame:
    """One piece of a carry file; `kind` is a byte of KINDS, `content` its bytes."""

    kind: str
    content: bytes

    def said(self) -> Mapping[str, Any] | None:
        """The JSON object that it holds; None when it holds something else."""
        try:
            found = json.loads(self.content)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


@dataclass(frozen=True, slots=True)
class Broken:
    """Something of the file that cannot be used; with `end` nothing more can be read after it."""

    end: bool = False


def open_carry(file: IO[bytes], key: CarryKey) -> Iterator[Frame | Broken]:
    """The frames of a carry file in order, one in memory at a time.

    A frame whose bytes were changed is `Broken` and the next ones still come; a file that breaks
    off ends with `Broken(end=True)`. What comes out was written, in this place of this file, by
    somebody who knew the server's public key: who it was, its first frame has to prove.
    Raises CarryUnreadable when it is no carry file, or one for another server.
    """
    if file.read(len(MAGIC)) != MAGIC:
        raise CarryUnreadable(NOT_OURS)
    line = file.readline(LONGEST_HEADER)
    return _frames(file, _cipher(line, key), line)


def derive_key(shared: bytes, ephemeral: bytes, server: bytes) -> bytes:
    """The file's AES-256 key from the ECDH secret and the two public points."""
    return HKDF(SHA256(), 32, salt=ephemeral + server, info=INFO).derive(shared)


def nonce(counter: int) -> bytes:
    """The nonce of a frame by its place in the file."""
    return bytes(8) + struct.pack(">I", counter)


def _cipher(line: bytes, key: CarryKey) -> AESGCM:
    try:
        header = json.loads(line)
        version, name = header["v"], header["key"]
        point = base64.b64decode(header["epk"], validate=True)
        ephemeral = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CarryUnreadable(DAMAGED_AT_ONCE) from None
    if version != 1:
        raise CarryUnreadable("这个文件是新版手机导出的，请先升级服务器。")
    if name != key.id:
        raise CarryUnreadable(OTHER_KEY)
    shared = key.private.exchange(ec.ECDH(), ephemeral)
    return AESGCM(derive_key(shared, point, key.raw))


def _frames(file: IO[bytes], cipher: AESGCM, header: bytes) -> Iterator[Frame | Broken]:
    counter = 0
    while head := file.read(4):
        length = int.from_bytes(head, "big")
        if len(head) < 4 or not TAG < length <= LONGEST_FRAME + 1 + TAG:
            yield Broken(end=True)
            return
        sealed = file.read(length)
        if len(sealed) < length:
            yield Broken(end=True)
            return
        yield _open(cipher, counter, sealed, header)
        counter += 1


def _open(cipher: AESGCM, counter: int, sealed: bytes, header: bytes) -> Frame | Broken:
    try:
        plain = cipher.decrypt(nonce(counter), sealed, header)
    except InvalidTag:
        return Broken()
    if plain[:1] not in KINDS:
        return Broken()
    return Frame(plain[:1].decode("ascii"), plain[1:])
