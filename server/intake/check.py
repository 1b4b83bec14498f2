"""Checking submissions against their own form version: at once, or after the phone's answer."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from server import clock, jobs
from server.changes import queries as changes
from server.changes.queries import Changed
from server.config import current
from server.database import transaction
from server.forms.check import Finding, computed, findings_of
from server.forms.instance import read_instance
from server.forms.queries import definition_of
from server.intake.examine import Examined
from server.intake.policy_answers import policy_findings
from server.jobs.queue import Progress
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming

log = logging.getLogger(__name__)


#: Characters of an instance above which its check is left to a worker.
AT_ONCE = 20_000


def check_now(
    session: Session, one: Incoming, examined: Examined
) -> list[dict[str, object]] | None:
    """The findings of a submission that was just read; None when a worker had better check it.

    What usually arrives is checked faster than a worker could be told of it.
    """
    if examined.filled is None or len(one.xml) > AT_ONCE:
        return None
    try:
        instance, anew = examined.filled
        found = [
            *findings_of(instance, anew, [file.name for file in one.attachments]),
            *policy_findings(session, anew, examined.event_date),
        ]
    except Exception:  # a check only informs: it must not hold back what it is about
        log.exception("submission not checked", extra={"instance_id": one.instance_id})
        return None
    return _rows(one.instance_id, found)


def _rows(instance_id: str, findings: Iterable[Finding]) -> list[dict[str, object]]:
    return [
        {
            "instance_id": instance_id,
            "path": finding.path,
            "kind": finding.kind,
            "message": finding.message,
        }
        for finding in findings
    ]


@jobs.handles("check")
def check_stored(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """The job that finds what is wrong in new submissions; it informs, it never rejects."""
    found = 0
    with transaction() as session:
        changed = []
        for instance_id in params["instance_ids"]:
            stored = submissions.submission(session, instance_id)
            definition = (
                definition_of(session, stored.form_id, stored.form_version) if stored else None
            )
            if stored is None or definition is None or stored.quarantined:
                continue
            instance = read_instance(stored.xml)
            recorded = clock.local(stored.recorded_at)
            anew = computed(instance, definition, recorded)
            names = [a.name for a in submissions.attachments_of(session, instance_id)]
            findings = [
                *findings_of(instance, anew, names),
                *policy_findings(session, anew, stored.event_date or recorded.date()),
            ]
            submissions.set_findings(session, instance_id, _rows(instance_id, findings))
            found += len(findings)
            if findings:
                changed.append(Changed("review", instance_id, stored.area))
        changes.append(session, current().county, changed)
    return {"message": f"{found} 处提示"}
