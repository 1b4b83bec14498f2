"""A roster between its upload and its import: the kept bytes, the name, what was corrected."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from server.accounts.actor import Actor
from server.console.page import village_names
from server.problems import NotFound
from server.roster.preview import Source
from server.roster.run import keep_file, kept_file

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as one person uploaded it and corrected its columns."""

    sha256: str
    filename: str
    mapping: Mapping[str, str] | None = None
    as_of: str = ""

    def source(self, actor: Actor) -> Source:
        """The file as the import understands it."""
        return Source(
            content=kept_file(self.sha256).read_bytes(),
            villages=village_names(actor),
            mapping=self.mapping,
            as_of=date.fromisoformat(self.as_of) if self.as_of else None,
        )


def keep(content: bytes, filename: str, person_id: str) -> Upload:
    """Keep the bytes of an uploaded file and that this person uploaded it."""
    upload = Upload(keep_file(content), filename[:200])
    remember(upload, person_id)
    return upload


def remember(upload: Upload, person_id: str) -> None:
    """Keep what was corrected, beside the bytes."""
    text = json.dumps(asdict(upload), ensure_ascii=False)
    _write(_note(upload.sha256, person_id), text.encode())


def uploaded(sha256: str, person_id: str) -> Upload:
    """What this person uploaded under a hash. Raises NotFound; knowing a hash grants nothing."""
    note = _note(sha256, person_id) if _SHA256.fullmatch(sha256) else None
    if note is None or not note.is_file() or not kept_file(sha256).is_file():
        raise NotFound("这个文件已经不在了，请重新选文件上传。")
    return Upload(**json.loads(note.read_text("utf-8")))


def corrected(upload: Upload, mapping: Mapping[str, str], as_of: str) -> Upload:
    """The upload with its columns mapped as a person says; an unreadable day is left out."""
    try:
        day = date.fromisoformat(as_of).isoformat() if as_of else ""
    except ValueError:
        day = ""
    return replace(upload, mapping=dict(mapping), as_of=day)


def _note(sha256: str, person_id: str) -> Path:
    return kept_file(sha256).with_suffix(f".{person_id}.json")


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}")
    fresh.write_bytes(content)
    fresh.chmod(0o600)
    fresh.replace(path)
