"""Writes carry files as phones do, byte by byte as docs/protocol.md says."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server import clock
from tests.making import SignedInDevice

MAGIC = b"YIHU1\n"
PIECE = 1024 * 1024


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def frames(
    device: SignedInDevice,
    submissions: Sequence[Mapping[str, Any]],
    files: Sequence[tuple[str, str, bytes]] = (),
    *,
    made_at: str | None = None,
    ended: bool = True,
) -> list[bytes]:
    """The plain frames of a file: who, submissions, files, end.

    files: (instance id, name, bytes).
    """
    counts = {"submissions": len(submissions), "files": len(files)}
    who = {"person": device.person_id, "device": device.id, "token": device.token}
    made = {"made_at": made_at or clock.now().isoformat()}
    plain = [b"M" + compact({**who, **made, **counts})]
    plain += [b"S" + compact(one) for one in submissions]
    for instance_id, name, content in files:
        named = {
            "instance_id": instance_id,
            "name": name,
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "media_type": "image/jpeg",
        }
        plain.append(b"A" + compact(named))
        plain += [b"B" + content[at : at + PIECE] for at in range(0, len(content), PIECE)]
    return [*plain, b"E" + compact(counts)] if ended else plain


def sealed(
    plain: Iterable[bytes],
    carry_key: Mapping[str, str],
    ephemeral: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """A whole carry file for the server whose `carry_key` (of GET /devices/me) this is."""
    ephemeral = ephemeral or ec.generate_private_key(ec.SECP256R1())
    epk = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    server = base64.b64decode(carry_key["public"])
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), server)
    shared = ephemeral.exchange(ec.ECDH(), public)
    key = HKDF(SHA256(), 32, salt=epk + server, info=b"yihu carry 1").derive(shared)
    header = compact({"v": 1, "key": carry_key["id"], "epk": base64.b64encode(epk).decode()})
    header += b"\n"
    cipher, out = AESGCM(key), [MAGIC, header]
    for counter, frame in enumerate(plain):
        encrypted = cipher.encrypt(bytes(8) + struct.pack(">I", counter), frame, header)
        out += [struct.pack(">I", len(encrypted)), encrypted]
    return b"".join(out)


def carried(
    device: SignedInDevice,
    carry_key: Mapping[str, str],
    submissions: Sequence[Mapping[str, Any]],
    files: Sequence[tuple[str, str, bytes]] = (),
) -> bytes:
    """What a phone hands over for its unsent submissions and files."""
    return sealed(frames(device, submissions, files), carry_key)
