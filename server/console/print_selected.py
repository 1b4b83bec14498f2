"""The background work that prints the households chosen in the list into one PDF."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.config import current
from server.jobs import handles
from server.jobs.queue import Progress
from server.problems import Problem

log = logging.getLogger(__name__)

#: The kind of job; params: `households`, their ids.
SELECTED_FILES = "selected_files"


@dataclass(slots=True)
class _Made:
    printed: list[Any] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)


@handles(SELECTED_FILES)
def selected_files(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """Print some households one by one and join them; safe to run again."""
    # WeasyPrint is loaded where something is printed, not by every process that starts
    from server.household_file.join import Part, join

    ids = [str(one) for one in params["households"]]
    made = _print(ids, progress)
    if not made.printed:
        return _result(made, None, 0)
    stems = "\n".join(one.path.stem for one in made.printed)
    digest = hashlib.sha256(stems.encode()).hexdigest()[:16]
    path = current().printed / "selected" / f"{digest}.pdf"
    parts = [Part(f"{one.head} {one.household_no or '待编号'}", one.path) for one in made.printed]
    pages = join(parts, "一户一档", path)
    return _result(made, str(path.relative_to(current().printed)), pages)


def _print(ids: Sequence[str], progress: Progress) -> _Made:
    from server.household_file.pdf import PrintingFailed
    from server.household_file.printing import print_household

    made = _Made()
    for done, household_id in enumerate(ids):
        progress(done, len(ids), f"正在生成第 {done + 1} 户")
        try:
            made.printed.append(print_household(household_id))
        except (Problem, PrintingFailed) as failure:
            log.warning("household file not printed", extra={"kind": SELECTED_FILES})
            reason = getattr(failure, "detail", None) or str(failure)
            made.failed.append({"household_id": household_id, "head": "", "reason": reason})
    progress(len(ids), len(ids), "正在合成一个文件")
    return made


def _result(made: _Made, path: str | None, pages: int) -> dict[str, object]:
    message = f"共 {len(made.printed)} 户 {pages} 页"
    if made.failed:
        message += f"，{len(made.failed)} 户没有印出来"
    return {
        "message": message,
        "path": path,
        "pages": pages,
        "households": len(made.printed),
        "rendered": sum(one.rendered for one in made.printed),
        "failed": made.failed,
    }
