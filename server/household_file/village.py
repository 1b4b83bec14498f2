"""Printing a village: every household's file, then one PDF of all of them."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from server import clock
from server.config import current
from server.database import reading
from server.household_file import queries
from server.household_file.join import Part, join
from server.household_file.pdf import PrintingFailed, many
from server.household_file.printing import Printed, print_household
from server.problems import NotFound, Problem

log = logging.getLogger(__name__)

#: How long an earlier joined file stays for whoever is fetching it; it can be made again.
KEPT_S = 24 * 3600


#: Called with (households done, households in all, what is being done).
Tell = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Failed:
    """A household that could not be printed, and why, in Chinese."""

    household_id: str
    household_no: str
    head: str
    reason: str


@dataclass(frozen=True, slots=True)
class Village:
    """A village's files as one PDF; `path` is None when no household could be printed."""

    path: Path | None
    pages: int
    printed: tuple[Printed, ...]
    failed: tuple[Failed, ...]

    @property
    def rendered(self) -> int:
        """How many households had changed and were rendered anew."""
        return sum(one.rendered for one in self.printed)


def print_village(village: str, as_of: date | None, tell: Tell) -> Village:
    """All files of a village's households, joined; one that fails does not hold back the others.

    Raises NotFound for a village without households. Running it again only renders what changed
    since.
    """
    day = as_of or clock.today()
    with reading() as session:
        households = queries.village_households(session, village)
        area = queries.area(session, village)
    if not households:
        raise NotFound("这个村还没有农户。")
    printed: list[Printed] = []
    failed: list[Failed] = []
    with many() as next_one:
        for done, (household_id, household_no, head) in enumerate(households):
            tell(done, len(households), f"{head} {household_no}")
            outcome = _one(household_id, household_no, head, day)
            if isinstance(outcome, Failed):
                failed.append(outcome)
            else:
                printed.append(outcome)
            next_one()
    tell(len(households), len(households), "正在合成一个文件")
    name = area.name if area else village
    path, pages = _joined(village, f"{name}一户一档", printed)
    return Village(path, pages, tuple(printed), tuple(failed))


def _one(household_id: str, household_no: str, head: str, day: date) -> Printed | Failed:
    try:
        return print_household(household_id, day)
    except Problem as problem:
        reason = problem.detail
    except PrintingFailed as failure:
        log.error("household file not printed", extra={"household": household_id})  # noqa: TRY400
        reason = str(failure)
    except Exception as error:  # one household must not stop a village
        if isinstance(error, OSError) and error.errno is not None:
            raise
        log.exception("household file not printed", extra={"household": household_id})
        reason = "这户没有印出来，请管理员查看服务器日志。"
    return Failed(household_id, household_no, head, reason)


def _joined(village: str, title: str, printed: Sequence[Printed]) -> tuple[Path | None, int]:
    if not printed:
        return None, 0
    digest = hashlib.sha256("\n".join(one.path.stem for one in printed).encode()).hexdigest()
    path = current().printed / "villages" / f"{village}-{digest[:16]}.pdf"
    parts = [Part(f"{one.head} {one.household_no or '待编号'}", one.path) for one in printed]
    pages = join(parts, title, path)
    for old in path.parent.glob(f"{village}-*.pdf"):
        if old != path and old.stat().st_mtime < time.time() - KEPT_S:
            old.unlink(missing_ok=True)
    return path, pages


def print_params(params: Mapping[str, Any], tell: Tell) -> dict[str, object]:
    """Print what a job names: `village` and, if not today's, `as_of` (ISO)."""
    day = date.fromisoformat(params["as_of"]) if params.get("as_of") else None
    return result_of(print_village(str(params["village"]), day, tell))


def result_of(done: Village) -> dict[str, object]:
    """What a finished job tells.

    `path` lies below the folder of kept PDFs, None when nothing could be printed; `failed` lists
    households with their reasons; `message` says it all in Chinese.
    """
    message = f"共 {len(done.printed)} 户 {done.pages} 页，其中新印 {done.rendered} 户"
    if done.failed:
        message += f"，{len(done.failed)} 户没有印出来"
    return {
        "message": message,
        "path": str(done.path.relative_to(current().printed)) if done.path else None,
        "pages": done.pages,
        "households": len(done.printed),
        "rendered": done.rendered,
        "failed": [asdict(failed) for failed in done.failed],
    }
