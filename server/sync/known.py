"""What the server has of what a person sent: so that his phones refill what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.attachments.reading import file_of
from server.changes import queries as changes
from server.config import current
from server.problems import NotFound
from server.submissions import queries as submissions
from server.submissions.models import SubmissionAttachment


@dataclass(frozen=True, slots=True)
class Known:
    """What of a phone's sent submissions the server lacks, and its epoch (docs/protocol.md)."""

    epoch: str
    missing: list[str]
    missing_files: list[dict[str, str]]


def known(session: Session, actor: Actor, instance_ids: Sequence[str]) -> Known:
    """Which of some submissions are not stored, and which files of the caller's own have not come.

    A file is looked for where it lies: a restored database may speak of files that are lost.
    """
    stored = submissions.stored(session, instance_ids)
    named = submissions.files_named(session, instance_ids, actor.person_id)
    return Known(
        epoch=changes.counter(session, current().county).epoch,
        missing=[name for name in instance_ids if name not in stored],
        missing_files=[
            {"instance_id": file.instance_id, "name": file.name}
            for file in named
            if file_of(file.sha256) is None
        ],
    )


def own_submission(session: Session, actor: Actor, instance_id: str) -> dict[str, object]:
    """A submission as its author pushed it, for his other phones.

    Raises NotFound for anybody else, and for what had no readable shape.
    """
    found = submissions.submission(session, instance_id)
    if found is None or found.person_id != actor.person_id or not found.form_version:
        raise NotFound
    return {
        "instance_id": found.instance_id,
        "form_id": found.form_id,
        "form_version": found.form_version,
        "xml": found.xml,
        "recorded_at": found.recorded_at.isoformat(),
        "shown": found.shown,
        "confirmed": found.confirmed,
        "attachments": [_file(file) for file in submissions.attachments_of(session, instance_id)],
        "deprecated_id": found.deprecated_id,
    }


def _file(file: SubmissionAttachment) -> dict[str, object]:
    return {
        "name": file.name,
        "sha256": file.sha256,
        "size": file.size,
        "media_type": file.media_type,
    }
