"""Rendering files without the application, one after another or in several processes."""

from __future__ import annotations

import ctypes
import gc
import itertools
import logging
import multiprocessing
import os
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from server.attachments import store
from server.household_file import kept
from server.household_file.content.file import HouseholdFile
from server.household_file.typeset.page import page
from server.household_file.typeset.pdf import PrintingFailed, many, pdf, warm_up

log = logging.getLogger(__name__)

#: Processes of their own pay from so many files on (they take a second or two to start).
LEAST = 4
#: More processes than this wait for the disk more than they render.
MOST = 8
#: So many files wait for each process, so that none is idle and few are in memory.
AHEAD = 2
DIED = "排这一户时程序停了（可能内存不够），请管理员查看服务器日志。"
#: So many households in a row cannot all be to blame: then it is the computer.
MOST_DEATHS = 3


@dataclass(frozen=True, eq=False)
class Work:
    """One version of a household's file to be rendered.

    target: where the PDF goes. pictures: the folder of photos and signatures. tagged: as PDF/A-2a.
    """

    file: HouseholdFile
    version: int
    printed_id: int
    target: Path
    pictures: Path
    tagged: bool = False
    public_url: str | None = None


def render(work: Work) -> None:
    """Render one file and keep it whole. Raises PrintingFailed, OSError when the disk is full."""

    def picture(name: str) -> bytes:
        sha256, _, size = name.partition("/")
        return store.path_of(work.pictures, sha256, size or "thumb").read_bytes()

    html = page(work.file, work.version, work.public_url)
    kept.keep(work.target, pdf(html, picture, tagged=work.tagged))


def render_all(
    work: Iterable[Work], processes: int | None = None
) -> Iterator[tuple[Work, str | None]]:
    """Render many files, each yielded when it is done with the reason why it failed, in Chinese.

    work: taken only as fast as it is rendered. processes: one a core if absent. A full disk ends
    everything; a process that dies costs only the household that killed it.
    """
    processes = processes or min(len(os.sched_getaffinity(0)), MOST)
    left = iter(work)
    first = list(itertools.islice(left, LEAST if processes > 1 else 0))
    if len(first) == LEAST:
        yield from _in_processes(itertools.chain(first, left), processes)
        return
    with many() as next_one:
        for one in itertools.chain(first, left):
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


def _in_processes(work: Iterator[Work], processes: int) -> Iterator[tuple[Work, str | None]]:
    pool = _pool(processes)
    running: dict[Future[str | None], Work] = {}
    try:
        while _fill(pool, running, work, processes * AHEAD):
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            died = [one for one in done if isinstance(one.exception(), BrokenProcessPool)]
            for future in done.difference(died):
                yield running.pop(future), future.result()
            if died:
                suspects = list(running.values())
                running.clear()
                pool.shutdown()
                yield from _one_by_one(suspects)
                pool = _pool(processes)
    finally:
        pool.shutdown(cancel_futures=True)


def _fill(
    pool: ProcessPoolExecutor,
    running: dict[Future[str | None], Work],
    work: Iterator[Work],
    most: int,
) -> bool:
    """Hand out work until enough is under way; false when there is none left."""
    while len(running) < most and (one := next(work, None)) is not None:
        try:
            running[pool.submit(_attempt_and_collect, one)] = one
        except BrokenProcessPool as broken:
            future: Future[str | None] = Future()
            future.set_exception(broken)
            running[future] = one
            break
    return bool(running)


def _one_by_one(suspects: Iterable[Work]) -> Iterator[tuple[Work, str | None]]:
    """Render what was under way when a process died. Raises PrintingFailed if all of it dies."""
    deaths = 0
    for one in suspects:
        reason = _alone(one)
        deaths = deaths + 1 if reason == DIED else 0
        if deaths == MOST_DEATHS:
            raise PrintingFailed("排版的程序起不来，请管理员查看服务器日志。")
        yield one, reason


def _alone(work: Work) -> str | None:
    """Render a file in a process of its own, because it may have killed one."""
    with _pool(1) as pool:
        try:
            return pool.submit(_attempt_and_collect, work).result()
        except BrokenProcessPool:
            log.exception("a process died", extra={"household": work.file.household_id})
            return DIED


def _pool(processes: int) -> ProcessPoolExecutor:
    """Processes forked from one that has read style and fonts once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["server.household_file.issuing.warm"])
    return ProcessPoolExecutor(processes, context, initializer=_begin)


def _begin() -> None:
    """Hold the collector for the life of a process, give way to the web, end with the parent."""
    os.nice(5)
    warm_up()
    gc.disable()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _attempt_and_collect(work: Work) -> str | None:
    reason = attempt(work)
    gc.collect()
    give_back()
    return reason


def give_back() -> None:
    """Return what subsetting fonts took to the system, where its C library can (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
