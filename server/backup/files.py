"""Photos and printed files into a backup: linked from the last one, copied, or found elsewhere."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from server import clock
from server.attachments import store
from server.backup.copying import copy, link, sha256_of
from server.backup.manifest import Kept, Manifest
from server.config import Settings
from server.journal.files import path_of
from server.problems import is_full

#: Folders of the instance whose files never change once they are there.
FOLDERS = ("attachments", "printed")
#: What was only put together for a printer is put together again.
MADE_AGAIN = Path("printed/bound")
#: Daily backups read every file that they only link once in so many days: disks rot silently.
READ_WITHIN = 14
#: Photos are named by their hash; thumbnails and printed files are not.
SHA256 = 64


@dataclass(frozen=True, slots=True)
class Rotten:
    """A file that is damaged or missing on the server; whether the backup holds it whole."""

    name: str
    rescued: bool


def keep_files(
    settings: Settings,
    folder: Path,
    before: tuple[Path, Manifest] | None,
    photos: Collection[str],
    told: Callable[[int, int, str], None],
) -> tuple[dict[str, Kept], list[Rotten]]:
    """Bring all photos and printed files into a backup's folder.

    before: the last backup there. photos: hashes of all that were kept on the server.
    Returns what is in the backup, and what was damaged or missing on the server.
    """
    files = _Files(settings, folder, before)
    named = {str(store.path_of(Path("attachments"), sha256)) for sha256 in photos}
    wanted = _here(settings) | named
    kept: dict[str, Kept] = {}
    rotten: list[Rotten] = []
    for at, name in enumerate(sorted(wanted)):
        found = files.keep(name)
        if found is None and (name in named or (settings.instance / name).exists()):
            found = files.rescue(name)
            rotten.append(Rotten(name, rescued=found is not None))
        if found is not None:
            kept[name] = found
        told(at + 1, len(wanted), "照片和打印件")
    return kept, rotten


def is_photo(name: str) -> bool:
    """Whether a file is named by its hash."""
    return name.startswith("attachments/") and len(name.rpartition("/")[2]) == SHA256


def _here(settings: Settings) -> set[str]:
    return {
        str(path.relative_to(settings.instance))
        for folder in FOLDERS
        for path in (settings.instance / folder).rglob("*")
        if path.is_file()
        and not path.name.startswith(".")
        and not path.is_relative_to(settings.instance / MADE_AGAIN)
    }


@dataclass(frozen=True, slots=True)
class _Files:
    settings: Settings
    folder: Path
    before: tuple[Path, Manifest] | None

    def keep(self, name: str) -> Kept | None:
        """Link a file or copy it from the server; None where it is damaged or gone there."""
        own = self.settings.instance / name
        old, read = self._old(name), _is_turn(name)
        if (
            old
            and _is_whole(own, old[1], read=read)
            and _is_whole(*old, read=read)
            and link(old[0], self.folder / name)
        ):
            return old[1]
        sha256 = self._copied(own, name)
        if sha256 is None or (is_photo(name) and sha256 != own.name):
            (self.folder / name).unlink(missing_ok=True)
            return None
        return Kept((self.folder / name).stat().st_size, sha256)

    def rescue(self, name: str) -> Kept | None:
        """Take a file from the last backup or from the journal, where it is whole."""
        old = self._old(name)
        if old and _is_whole(*old, read=True):
            if not link(old[0], self.folder / name):
                copy(old[0], self.folder / name)
            return old[1]
        sha256 = name.rpartition("/")[2]
        spare = path_of(self.settings.journal, sha256)
        if not is_photo(name) or self._copied(spare, name) != sha256:
            (self.folder / name).unlink(missing_ok=True)
            return None
        return Kept((self.folder / name).stat().st_size, sha256)

    def _old(self, name: str) -> tuple[Path, Kept] | None:
        known = self.before[1].files.get(name) if self.before else None
        return (self.before[0] / name, known) if self.before and known else None

    def _copied(self, source: Path, name: str) -> str | None:
        """Copy a file; returns its hash, None where it cannot be read."""
        try:
            return copy(source, self.folder / name)
        except OSError as error:
            if is_full(error) or _is_readable(source):
                raise
            return None


def _is_turn(name: str) -> bool:
    return (clock.today().toordinal() + zlib.crc32(name.encode())) % READ_WITHIN == 0


def _is_whole(path: Path, known: Kept, *, read: bool) -> bool:
    """Whether a file is there with its size and, where it is read, with its content."""
    try:
        if path.stat().st_size != known.size:
            return False
        return not read or sha256_of(path) == known.sha256
    except OSError:
        return False


def _is_readable(path: Path) -> bool:
    try:
        sha256_of(path)
    except OSError:
        return False
    return True
