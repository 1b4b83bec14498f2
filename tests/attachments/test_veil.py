"""The place in a film is covered wherever it stands, and nothing else of the film is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.attachments.veil import Veiled, covers
from tests.attachments.films import PICTURES, PLACE, a_film, box


def seen(content: bytes, folder: Path) -> bytes:
    path = folder / "film"
    path.write_bytes(content)
    with Veiled(path, covers(path)) as file:
        return file.read()


@pytest.mark.parametrize("long", [False, True])
def test_every_place_is_covered_and_the_film_stays(long: bool, tmp_path: Path) -> None:
    content = a_film(long=long)
    veiled = seen(content, tmp_path)
    assert content.count(PLACE) == 4
    assert PLACE not in veiled
    assert b"GPSLatitude" not in veiled
    assert len(veiled) == len(content)
    assert veiled.count(b"free") == 4
    assert PICTURES in veiled
    assert veiled == seen(a_film(long=long, place=b"?" * len(PLACE)), tmp_path)


def test_every_piece_reads_as_it_does_in_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(a_film())
    whole = seen(a_film(), tmp_path)
    with Veiled(path, covers(path)) as file:
        for start in range(len(whole) - 700, len(whole), 7):
            file.seek(start)
            assert file.read(11) == whole[start : start + 11]


@pytest.mark.parametrize(
    "damaged",
    [
        box(b"ftyp", b"isom") + b"\0\0\0\2moov" + PLACE,
        box(b"ftyp", b"isom") + b"\xff\xff\xff\xffmoov" + box(b"udta", PLACE),
        box(b"ftyp", b"isom") + b"\0\0\0\1udta" + b"\xff" * 8 + PLACE,
        box(b"ftyp", b"isom") + box(b"free") * 30_000 + box(b"moov", box(b"udta", PLACE)),
    ],
    ids=["too small", "longer than the file", "longer than any file", "no end of boxes"],
)
def test_a_damaged_film_is_read_to_its_end(damaged: bytes, tmp_path: Path) -> None:
    assert len(seen(damaged, tmp_path)) == len(damaged)


def test_other_files_are_sent_as_they_are(tmp_path: Path) -> None:
    content = b"%PDF-1.7" + box(b"udta", PLACE)
    assert seen(content, tmp_path) == content
