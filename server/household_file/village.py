"""Printing many households, a village or chosen ones: every file, then one PDF of all."""

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
from server.household_file.printing import Printed, prepare, printed
from server.household_file.rendering import Work, render_all
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
    """Many households' files as one PDF; `path` is None when no household could be printed."""

    path: Path | None
    pages: int
    printed: tuple[Printed, ...]
    failed: tuple[Failed, ...]

    @property
    def rendered(self) -> int:
        """How many households had changed and were rendered anew."""
        return sum(one.rendered for one in self.printed)


def print_village(
    village: str, as_of: date | None, tell: Tell, *, processes: int | None = None
) -> Village:
    """All files of a village's households, joined; one that fails does not hold back the others.

    processes: how many render at once; by the computer if absent. Raises NotFound for a village
    without households. Running it again only renders what changed since.
    """
    day = as_of or clock.today()
    with reading() as session:
        households = queries.village_households(session, village)
        area = queries.area(session, village)
    if not households:
        raise NotFound("这个村还没有农户。")
    title = f"{area.name if area else village}一户一档"
    return _print(households, village, title, day, tell, processes)


def print_chosen(household_ids: Sequence[str], tell: Tell) -> Village:
    """The files of chosen households as of today, joined in the order of their numbers.

    Raises NotFound when none of them exists any more.
    """
    with reading() as session:
        households = queries.chosen_households(session, household_ids)
    if not households:
        raise NotFound("选的农户已经不在了，请刷新再选。")
    return _print(households, "chosen", "一户一档", clock.today(), tell, None)


def _print(
    households: Sequence[tuple[str, str, str]],
    name: str,
    title: str,
    day: date,
    tell: Tell,
    processes: int | None,
) -> Village:
    outcomes = _all(households, day, tell, processes)
    tell(len(households), len(households), "正在合成一个文件")
    done = [outcomes[household_id] for household_id, _, _ in households]
    files = tuple(one for one in done if isinstance(one, Printed))
    path, pages = _joined(name, title, files)
    return Village(path, pages, files, tuple(one for one in done if isinstance(one, Failed)))


def _all(
    households: Sequence[tuple[str, str, str]], day: date, tell: Tell, processes: int | None
) -> dict[str, Printed | Failed]:
    """Household id -> its file, or why there is none."""
    outcomes: dict[str, Printed | Failed] = {}
    todo: dict[Work, tuple[str, str, str]] = {}

    def settle(household: tuple[str, str, str], outcome: Printed | Failed) -> None:
        outcomes[household[0]] = outcome
        tell(len(outcomes), len(households), f"{household[2]} {household[1]}".strip())

    tell(0, len(households), "正在收集")
    for household in households:
        prepared = _prepared(household, day)
        if isinstance(prepared, Failed):
            settle(household, prepared)
        elif prepared.target.exists():
            settle(household, printed(prepared, rendered=False))
        else:
            todo[prepared] = household
    for work, reason in render_all(list(todo), processes):
        household = todo[work]
        settle(
            household,
            printed(work, rendered=True) if reason is None else Failed(*household, reason),
        )
    return outcomes


def _prepared(household: tuple[str, str, str], day: date) -> Work | Failed:
    try:
        return prepare(household[0], day)
    except Problem as problem:
        return Failed(*household, problem.detail)
    except Exception as error:  # one household must not stop a village
        if isinstance(error, OSError) and error.errno is not None:
            raise
        log.exception("household file not gathered", extra={"household": household[0]})
        return Failed(*household, "这户的内容没有收集到，请管理员查看服务器日志。")


def _joined(name: str, title: str, files: Sequence[Printed]) -> tuple[Path | None, int]:
    if not files:
        return None, 0
    digest = hashlib.sha256("\n".join(one.path.stem for one in files).encode()).hexdigest()
    path = current().printed / "villages" / f"{name}-{digest[:16]}.pdf"
    parts = [Part(f"{one.head} {one.household_no or '待编号'}", one.path) for one in files]
    pages = join(parts, title, path)
    for old in path.parent.glob(f"{name}-*.pdf"):
        if old != path and old.stat().st_mtime < time.time() - KEPT_S:
            old.unlink(missing_ok=True)
    return path, pages


def print_params(params: Mapping[str, Any], tell: Tell) -> dict[str, object]:
    """Print what a job names: `households`, or `village` and, if not today's, `as_of` (ISO)."""
    if "households" in params:
        return result_of(print_chosen([str(one) for one in params["households"]], tell))
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
