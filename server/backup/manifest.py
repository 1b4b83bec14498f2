"""What a backup consists of: the last file that is written, and the first that is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from server.backup.copying import write_synced
from server.problems import BackupUnusable

FILE = "manifest.json"
#: The manifest's own hash, so that a changed list of hashes is noticed too.
SUM = "manifest.sha256"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a backup."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole backup.

    database: `sqlite` or `postgresql`. revision: of the schema. columns: PostgreSQL's tables in
    the order in which they are filled, with their columns. journal: the journal's id, and the name
    of a segment before which nothing is missing in the backup.
    """

    made_at: datetime
    database: str
    revision: str
    county: str
    journal: tuple[str, str]
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, Kept] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(file.size for file in self.files.values())


def write(folder: Path, manifest: Manifest) -> None:
    """Put the manifest and its hash into a backup's folder."""
    said = {"format": FORMAT, **asdict(manifest), "made_at": manifest.made_at.isoformat()}
    text = json.dumps(said, ensure_ascii=False, indent=1).encode()
    write_synced(folder / FILE, text)
    write_synced(folder / SUM, hashlib.sha256(text).hexdigest().encode())


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises BackupUnusable."""
    try:
        text = (folder / FILE).read_bytes()
        whole = (folder / SUM).read_text("ascii")
    except (OSError, ValueError):
        raise BackupUnusable(f"{folder} 不是完整的备份。") from None
    if hashlib.sha256(text).hexdigest() != whole:
        raise BackupUnusable(f"{folder} 的清单坏了，请用另一份备份。")
    said: dict[str, Any] = json.loads(text)
    if said.pop("format") != FORMAT:
        raise BackupUnusable("这份备份是另一个版本做的，请先升级服务器。")
    said["made_at"] = datetime.fromisoformat(said["made_at"])
    said["files"] = {name: Kept(**kept) for name, kept in said["files"].items()}
    said["journal"] = tuple(said["journal"])
    return Manifest(**said)


def whole_backups(target: Path) -> list[Path]:
    """The finished backups of a folder, oldest first."""
    return sorted(path.parent for path in target.glob(f"yihu-*/{SUM}"))
