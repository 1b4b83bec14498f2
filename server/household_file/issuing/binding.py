"""Putting many households' files together: one file for the printer, batches, or a ZIP."""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from server.household_file import kept
from server.household_file.issuing.join import Part, join, sides
from server.household_file.issuing.leaf import Leaf, pages_in, sheets_in, volumes_of
from server.household_file.issuing.slip import slip
from server.household_file.order import FILE, Order

#: How long an earlier file stays for whoever is fetching it; it can be made again.
KEPT_S = 24 * 3600
#: What lies in the archive bears no time, so that the same files give the same bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)
COLUMNS = ("序号", "户主", "户编号", "版本", "页数", "内容校验", "文件名")


@dataclass(frozen=True, slots=True)
class Bound:
    """What was put together, with its pages (blank ones too) and sheets of paper."""

    path: Path
    pages: int
    sheets: int


Told = Callable[[int, int], None]
"""Called with (households that are in, households in all)."""


def bind(leaves: Sequence[Leaf], order: Order, folder: Path, told: Told) -> Bound:
    """Put files together as ordered; what was put together before is given again.

    leaves: at least one. folder: where the result goes. Nothing half-written ever stands there.
    """
    volumes = list(volumes_of(leaves, order))
    pages = sum(pages_in(leaf, order) for leaf in leaves)
    bound = Bound(_place(leaves, order, volumes, folder), pages, sheets_in(leaves, order))
    _tidy(folder, bound.path)
    if bound.path.exists():
        os.utime(bound.path)
        return bound
    if order.given == "zip":
        _single_files(leaves, bound.path, told)
    elif len(volumes) == 1 and order.sheet != "manual":
        if len(leaves) > 1:
            kept.keep(kept.slip_path(bound.path), slip(volumes, order))
        _join(volumes[0], order, bound.path, lambda done: told(done, len(leaves)))
    else:
        _volumes(volumes, order, bound.path, told)
    return bound


def _place(
    leaves: Sequence[Leaf], order: Order, volumes: Sequence[Sequence[Leaf]], folder: Path
) -> Path:
    content = [
        [leaf.path.name for leaf in leaves],
        [leaf.title for leaf in leaves],
        [order.title, order.sheet, order.given, order.per_batch, order.grey],
    ]
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    single = order.given == "one" and len(volumes) == 1 and order.sheet != "manual"
    return folder / f"{digest[:32]}{'.pdf' if single else '.zip'}"


def _tidy(folder: Path, wanted: Path) -> None:
    for old in folder.glob("*"):
        if (
            old not in (wanted, kept.slip_path(wanted))
            and old.stat().st_mtime < time.time() - KEPT_S
        ):
            old.unlink(missing_ok=True)


def _join(leaves: Sequence[Leaf], order: Order, target: Path, told: Callable[[int], None]) -> None:
    one_sided = order.sheet == "single"
    parts = [Part(leaf.title, leaf.path, leaf.lead if one_sided else 0) for leaf in leaves]
    join(
        parts,
        order.title if order.word in order.title else f"{order.title} {order.word}",
        target,
        even=not one_sided,
        one_sided=one_sided and order.what == FILE,
        without_colour=order.grey,
        told=told,
    )


def _volumes(volumes: Sequence[Sequence[Leaf]], order: Order, target: Path, told: Told) -> None:
    """A ZIP of PDFs and of the slip that goes with the paper; one PDF at a time is on the disk."""
    total = sum(map(len, volumes))
    done = 0

    def inside(count: int) -> None:
        told(done + count, total)

    with kept.whole(target) as fresh, zipfile.ZipFile(fresh, "w") as archive:
        _add(archive, "付印单.pdf", slip(volumes, order))
        for number, leaves in enumerate(volumes, 1):
            name = f"第{number}册 {leaves[0].place}至{leaves[-1].place}户"
            volume = fresh.with_name(f"{fresh.name}-volume.pdf")
            try:
                _join(leaves, order, volume, inside)
                _add_volume(archive, name, volume, order)
            finally:
                volume.unlink(missing_ok=True)
            done += len(leaves)


def _add_volume(archive: zipfile.ZipFile, name: str, volume: Path, order: Order) -> None:
    if order.sheet != "manual":
        _add_file(archive, f"{name}.pdf", volume)
        return
    odd, even = volume.with_suffix(".odd"), volume.with_suffix(".even")
    try:
        sides(volume, odd, even)
        _add_file(archive, f"{name} 先印正面.pdf", odd)
        _add_file(archive, f"{name} 再印反面（倒序）.pdf", even)
    finally:
        odd.unlink(missing_ok=True)
        even.unlink(missing_ok=True)


def _single_files(leaves: Sequence[Leaf], target: Path, told: Told) -> None:
    """A ZIP of single files and their list."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("清单")
    sheet.append(COLUMNS)
    with kept.whole(target) as fresh, zipfile.ZipFile(fresh, "w") as archive:
        for done, leaf in enumerate(leaves, 1):
            name = f"{leaf.place:04d} {leaf.title}.pdf".replace("/", " ")
            _add_file(archive, name, leaf.path)
            digest = leaf.digest[:16].upper()
            sheet.append(
                (leaf.place, leaf.head, leaf.household_no, leaf.version, leaf.pages, digest, name)
            )
            told(done, len(leaves))
        written = io.BytesIO()
        book.save(written)
        _add(archive, "清单.xlsx", written.getvalue())


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, NO_TIME), content)


def _add_file(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    info = zipfile.ZipInfo(name, NO_TIME)
    info.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(info, "w") as into:
        while piece := source.read(1 << 20):
            into.write(piece)
