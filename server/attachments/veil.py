"""A film without the place where it was taken: the file stays as it came, what leaves is covered.

A kept file is named by its hash, so nothing in it may change. Phones write the place, their make
and their owner's words into boxes of an ISO media file (mp4, mov, 3gp) that no player needs; they
are read as free space of the same length, so every other byte stays where the film expects it.
Source: ISO/IEC 14496-12, 4.2, 8.1.2 and 8.10; QuickTime File Format, user data.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

#: Boxes that tell of the taking of a film, and those in which they may lie.
TELLING = frozenset({b"udta", b"meta", b"uuid"})
HOLDING = frozenset({b"moov", b"trak"})
FREE = b"free"
#: A file with more boxes than this is no film of a phone; what comes later is covered whole.
MOST_BOXES = 20_000


@dataclass(frozen=True, slots=True)
class Cover:
    """Bytes from start to end, of which `head` comes first, then nothing but zeros."""

    start: int
    end: int
    head: bytes = b""

    def over(self, low: int, high: int) -> bytes:
        """What stands at these places instead."""
        head = self.head[max(low - self.start, 0) : max(high - self.start, 0)]
        return head + bytes(high - low - len(head))


def covers(path: Path) -> list[Cover]:
    """What to cover in a film, in order; nothing in any other file."""
    with path.open("rb") as file:
        if file.read(8)[4:] != b"ftyp":
            return []
        left = [MOST_BOXES]
        return list(_covers(file, 0, path.stat().st_size, left))


def _covers(file: IO[bytes], start: int, end: int, left: list[int]) -> Iterator[Cover]:
    while start + 8 <= end:
        file.seek(start)
        head = file.read(16)
        size, kind, begins = int.from_bytes(head[:4]), head[4:8], 8
        if size == 1:
            size, begins = int.from_bytes(head[8:16]), 16
        until = start + size if begins <= size <= end - start else end
        left[0] -= 1
        if left[0] < 0:
            yield Cover(start, end)
            return
        if kind in TELLING:
            yield Cover(start + 4, until, FREE + head[8:begins])
        elif kind in HOLDING:
            yield from _covers(file, start + begins, until, left)
        start = until


class Veiled(io.RawIOBase):
    """A file as it is read with some places covered."""

    def __init__(self, path: Path, places: Sequence[Cover]) -> None:
        self._file = path.open("rb", buffering=0)
        self._places = places

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, the same as in the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Where it is read next."""
        return self._file.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read on, covered."""
        at = self._file.tell()
        count = self._file.readinto(buffer) or 0
        for place in self._places:
            low, high = max(place.start, at), min(place.end, at + count)
            if low < high:
                buffer[low - at : high - at] = place.over(low, high)
        return count

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
