"""The background work that looks at all households of some villages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server import clock, jobs
from server.jobs.queue import Progress

CHECKUP = "checkup"


@jobs.handles(CHECKUP)
def look_at_villages(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """Look at the villages of `villages`; what did not change since the last time is quick."""
    # what lays out paper is loaded where something is looked at, not by every process that starts
    from server.household_file.checkup.run import look_at_villages as look

    villages = [str(one) for one in params["villages"]]
    anew = look(villages, clock.today(), lambda done, total: progress(done, total, "正在体检"))
    return {"message": f"查完了，其中 {anew} 户有变化"}
