"""What a file is by its own first bytes, whatever name and type it was sent under.

Pictures are looked at whole (image.py). Of the others only containers are taken that no browser
runs anything from: sound, film, and PDF, which is offered for saving, never shown in a page.
"""

from __future__ import annotations

from pathlib import Path

#: How much of a file is read to tell what it is.
HEAD = 64
#: ISO files say their brand: some are sound alone.
SOUND_BRANDS = {b"M4A ", b"M4B "}
BRANDS = {b"qt  ": "video/quicktime", b"3gp": "video/3gpp", b"3g2": "video/3gpp2"}
STARTS = {
    b"%PDF-": "application/pdf",
    b"\x1aE\xdf\xa3": "video/webm",
    b"OggS": "audio/ogg",
    b"#!AMR": "audio/amr",
    b"ID3": "audio/mpeg",
    b"fLaC": "audio/flac",
    b"\xff\xd8": "image/jpeg",
    b"\x89PNG": "image/png",
}


def media_type(path: Path) -> str | None:
    """What a file is; None for what is nothing that is kept."""
    with path.open("rb") as file:
        return _media_type(file.read(HEAD))


def _media_type(head: bytes) -> str | None:
    for start, kind in STARTS.items():
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"WEBP": "image/webp"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _by_brand(head[8:12])
    return _bare_sound(head)


def _by_brand(brand: bytes) -> str:
    if brand in SOUND_BRANDS:
        return "audio/mp4"
    return next((kind for begin, kind in BRANDS.items() if brand.startswith(begin)), "video/mp4")


def _bare_sound(head: bytes) -> str | None:
    """MPEG frames without any container: eleven ones, then the layer (none for AAC)."""
    if len(head) < HEAD or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    return "audio/aac" if head[1] & 0x06 == 0 else "audio/mpeg"
