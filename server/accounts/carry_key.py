"""The key pair that carry files are written for: phones get the public half, once signed in."""

from __future__ import annotations

import base64
import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

FILE = "carry.key"


@dataclass(frozen=True, slots=True)
class CarryKey:
    """The instance's P-256 key pair; `raw` is the public point, 65 bytes."""

    private: ec.EllipticCurvePrivateKey

    @property
    def raw(self) -> bytes:
        return raw_point(self.private.public_key())

    @property
    def id(self) -> str:
        """The name of the key: the first 16 hex digits of its SHA-256."""
        return hashlib.sha256(self.raw).hexdigest()[:16]

    def for_phones(self) -> dict[str, str]:
        """What a phone needs to write a file that only this instance can read."""
        return {"id": self.id, "public": base64.b64encode(self.raw).decode()}


def raw_point(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as its uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def carry_key(instance: Path) -> CarryKey:
    """The key pair of an instance, made once and readable by its owner only."""
    path = instance / FILE
    if not path.exists():
        _make(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path} holds no P-256 key")
    return CarryKey(key)


def _make(path: Path) -> None:
    """Write a fresh key; of two processes that do so at once the first one's stays."""
    made = ec.generate_private_key(ec.SECP256R1())
    text = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    fresh = path.with_suffix(f".{os.getpid()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
