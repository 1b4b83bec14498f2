"""Checking stored submissions against their own form version, after the phone has its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server import clock, jobs
from server.changes import queries as changes
from server.changes.queries import Changed
from server.config import current
from server.database import transaction
from server.forms.check import check
from server.forms.queries import definition_of
from server.jobs.queue import Progress
from server.submissions import queries as submissions


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
            findings = check(
                stored.xml,
                definition,
                filled_on=clock.local(stored.recorded_at).date(),
                attachments=[a.name for a in submissions.attachments_of(session, instance_id)],
            )
            submissions.set_findings(
                session,
                instance_id,
                [
                    {
                        "instance_id": instance_id,
                        "path": finding.path,
                        "kind": finding.kind,
                        "message": finding.message,
                    }
                    for finding in findings
                ],
            )
            found += len(findings)
            if findings:
                changed.append(Changed("review", instance_id, stored.area))
        changes.append(session, current().county, changed)
    return {"message": f"{found} 处提示"}
