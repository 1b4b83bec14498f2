"""Films as phones record them: the place stands in the user data of the film and of its tracks."""

from __future__ import annotations

PLACE = b"+36.9633+118.0500/"
PICTURES = bytes(range(256)) * 300


def box(kind: bytes, *inside: bytes, long: bool = False) -> bytes:
    """A box of an ISO media file; long: with its size in eight bytes."""
    body = b"".join(inside)
    if long:
        return (1).to_bytes(4) + kind + (len(body) + 16).to_bytes(8) + body
    return (len(body) + 8).to_bytes(4) + kind + body


def a_film(*, long: bool = False, place: bytes = PLACE) -> bytes:
    """A film of one track; its pictures come first, as cameras write it."""
    user = box(b"udta", box(b"\xa9xyz", b"\x00\x12\x15\xc7", place), long=long)
    keys = box(b"meta", b"com.apple.quicktime.location.ISO6709", place, long=long)
    track = box(b"trak", box(b"tkhd", bytes(84)), user, long=long)
    film = box(b"moov", box(b"mvhd", bytes(100)), track, keys, user, long=long)
    return (
        box(b"ftyp", b"isom\0\0\2\0isommp42")
        + box(b"mdat", PICTURES, long=long)
        + film
        + box(b"uuid", bytes(16), b"<x:xmpmeta exif:GPSLatitude='", place, b"'/>")
    )
