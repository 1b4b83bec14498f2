"""Rendering files without the application, one after another or in several processes."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from server.attachments import store
from server.household_file import kept
from server.household_file.facts import HouseholdFile
from server.household_file.page import page
from server.household_file.pdf import PrintingFailed, many, pdf

log = logging.getLogger(__name__)

#: A process of its own pays from so many files on (it takes a second or two to start).
LEAST = 6
#: More processes than this wait for the disk more than they render.
MOST = 6


@dataclass(frozen=True, eq=False)
class Work:
    """One version of a household's file to be rendered.

    target: where the PDF goes. pictures: the folder of photos and signatures.
    """

    file: HouseholdFile
    version: int
    target: Path
    pictures: Path


def render(work: Work) -> None:
    """Render one file and keep it whole. Raises PrintingFailed, OSError when the disk is full."""

    def picture(sha256: str) -> bytes:
        return store.path_of(work.pictures, sha256, "thumb").read_bytes()

    kept.keep(work.target, pdf(page(work.file, work.version), picture))


def render_all(
    work: Sequence[Work], processes: int | None = None
) -> Iterator[tuple[Work, str | None]]:
    """Render many files, each yielded when it is done with the reason why it failed, in Chinese.

    processes: as many as this computer can spare if absent. A full disk ends everything.
    """
    if processes is None:
        spare = len(os.sched_getaffinity(0)) - 1
        processes = min(spare, len(work) // LEAST, MOST)
    left = list(work)
    if processes > 1:
        try:
            for one, reason in _in_processes(work, processes):
                left.remove(one)
                yield one, reason
        except BrokenProcessPool:
            log.exception("a rendering process died, the rest is rendered here")
    with many() as next_one:
        for one in left:
            yield one, attempt(one)
            next_one()


def attempt(work: Work) -> str | None:
    """Render one file; why it failed, in Chinese, or None."""
    try:
        render(work)
    except PrintingFailed as failure:
        return failure.detail
    except Exception as error:  # one household must not stop a village
        if isinstance(error, OSError) and error.errno is not None:
            raise
        log.exception("file not rendered", extra={"household": work.file.household_id})
        return "这户没有印出来，请管理员查看服务器日志。"
    return None


def _in_processes(work: Sequence[Work], processes: int) -> Iterator[tuple[Work, str | None]]:
    with ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), initializer=_hold_collector
    ) as pool:
        running = {pool.submit(_attempt_and_collect, one): one for one in work}
        for future in as_completed(running):
            yield running[future], future.result()


def _hold_collector() -> None:
    """As `many`, for the whole life of a process."""
    gc.collect()
    gc.freeze()
    gc.disable()


def _attempt_and_collect(work: Work) -> str | None:
    reason = attempt(work)
    gc.collect()
    return reason
