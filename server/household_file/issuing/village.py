"""Printing many households, a village, a town, a county: every file, then what binds them."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from server import clock
from server.config import current
from server.database import reading, transaction
from server.household_file import kept
from server.household_file.issuing.binding import bind
from server.household_file.issuing.leaf import Leaf
from server.household_file.issuing.printing import (
    NotContinued,
    note,
    prepare,
    prepare_continuation,
)
from server.household_file.issuing.rendering import Work, render_all
from server.household_file.models import Listed, PrintedFile
from server.household_file.order import FILE, Order
from server.household_file.printed import queries
from server.household_file.printed.continued import lead_of
from server.household_file.printed.queries import AT_ONCE, Line
from server.household_file.printed.stamps import stamps
from server.household_file.sheets.many import issue_list
from server.household_file.sheets.models import IssuedSheet
from server.problems import NotFound, Problem

log = logging.getLogger(__name__)

#: Called with (households done, households in all, what is being done).
Tell = Callable[[int, int, str], None]
#: While files are put together, progress is told once in so many households.
TELL_EVERY = 20


@dataclass(frozen=True, slots=True)
class Failed:
    """A household that could not be printed, and why, in Chinese."""

    household_id: str
    household_no: str
    head: str
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """Many households' files put together; `path` is None when there was nothing to print.

    bound: so many households have nothing that is not bound yet.
    """

    path: Path | None
    pages: int
    sheets: int
    leaves: tuple[Leaf, ...]
    rendered: int
    failed: tuple[Failed, ...]
    bound: int = 0


def print_village(
    village: str, as_of: date | None, tell: Tell, *, processes: int | None = None
) -> Done:
    """All files of a village's households, joined, outside of any job.

    Raises NotFound for a village without households.
    """
    day = as_of or clock.today()
    with reading() as session:
        name = queries.village_name(session, village)
    order = Order(day.isoformat(), f"{name}一户一档", villages=(village,))
    list_id = str(uuid.uuid4())
    try:
        return print_list(list_id, order, tell, processes=processes)
    finally:
        with transaction() as session:
            queries.end_list(session, list_id)


def print_list(list_id: str, order: Order, tell: Tell, *, processes: int | None = None) -> Done:
    """Print what is ordered; one household that fails does not hold back the others.

    list_id: under which it is noted how far each household is: called again with it after a pause,
    a failure or a restart, it goes on where it was. tell: may raise, which ends the work between
    two households. processes: how many render at once; by the computer if absent. Raises NotFound
    when no household fits the order.
    """
    kept.tidy(current().printed)
    _begin(list_id, order)
    if order.what == FILE:
        _Run(list_id, order, tell).render(processes)
    else:
        issue_list(list_id, order, tell)
    return _bound(list_id, order, tell)


def _begin(list_id: str, order: Order) -> None:
    with reading() as session:
        begun = queries.list_size(session, list_id)
        found = [] if begun else queries.homes_of(session, order)
    if not begun and not found:
        raise NotFound("没有这样的农户，请刷新再选。")
    with transaction() as session:
        if begun:
            queries.try_again(session, list_id)
        else:
            queries.begin_list(session, list_id, found)


class _Run:
    """One run over the households of a list that are still waiting."""

    def __init__(self, list_id: str, order: Order, tell: Tell) -> None:
        self.list_id, self.order, self.tell = list_id, order, tell
        with reading() as session:
            self.waiting = queries.waiting(session, list_id)
            self.total = queries.list_size(session, list_id)
        self.done = self.total - len(self.waiting)
        self.under_way: dict[Work, tuple[Listed, str]] = {}
        self.chains: dict[str, list[PrintedFile]] = {}
        self.reasons: dict[int, str] = {}

    def render(self, processes: int | None) -> None:
        """Bring every waiting household to an end."""
        self.tell(self.done, self.total, "正在收集")
        for work, reason in render_all(self._works(), processes):
            listed, stamp = self.under_way.pop(work)
            if reason is None:
                with transaction() as session:
                    note(session, work, stamp, self.order.day, self.order.period)
                    self._settle(session, listed, "rendered", work)
            else:
                self._fail(listed, reason)
            self._step(1, listed)

    def _works(self) -> Iterator[Work]:
        """What has to be rendered, gathered only when it is wanted; settles all the rest."""
        for start in range(0, len(self.waiting), AT_ONCE):
            some = self.waiting[start : start + AT_ONCE]
            now, before = self._stamps(some)
            known = {
                one.place: found
                for one in some
                if (found := self._unchanged(one, now, before)) is not None
            }
            if known:
                with transaction() as session:
                    queries.settle_known(session, self.list_id, known)
                self._step(len(known), some[-1])
            for one in some:
                if one.place not in known:
                    yield from self._work(one, now[one.household_id], before)

    def _stamps(
        self, some: Sequence[Listed]
    ) -> tuple[dict[str, str], dict[str, tuple[str, PrintedFile]]]:
        households = [one.household_id for one in some]
        with reading() as session:
            if self.order.continued:
                self.chains = queries.chains(session, households)
            return (
                stamps(session, households, self.order.day, current().files, self.order.period),
                queries.newest(session, households),
            )

    def _unchanged(
        self,
        one: Listed,
        now: Mapping[str, str],
        before: Mapping[str, tuple[str, PrintedFile]],
    ) -> tuple[str, int] | None:
        """What becomes of a household that need not be gathered: its state and version."""
        stamp, version = before.get(one.household_id, ("", None))
        if version is None or stamp != now[one.household_id] or not version.pages:
            return None
        chain = self.chains.get(one.household_id)
        if chain and version.id == chain[-1].id:
            return "bound", version.id
        if version.continues != (chain[-1].id if chain else None):
            return None
        return ("same", version.id) if self._path(version).is_file() else None

    def _path(self, version: PrintedFile) -> Path:
        return current().printed / kept.variant_path(version.path, tagged=self.order.tagged)

    def _work(
        self, one: Listed, stamp: str, before: Mapping[str, tuple[str, PrintedFile]]
    ) -> Iterator[Work]:
        work = self._prepared(one)
        if work is None:
            self._step(1, one)
        elif not work.target.exists():
            self.under_way[work] = one, stamp
            yield work
        else:
            _, version = before.get(one.household_id, ("", None))
            known = version is not None and version.id == work.printed_id
            with transaction() as session:
                note(session, work, stamp, self.order.day, self.order.period)
                self._settle(session, one, "same" if known else "rendered", work)
            self._step(1, one)

    def _settle(self, session: Session, one: Listed, state: str, work: Work) -> None:
        reason = self.reasons.pop(one.place, "")
        queries.settle(session, self.list_id, [one.place], state, work.printed_id, reason)

    def _prepared(self, one: Listed) -> Work | None:
        try:
            return self._news(one) if one.household_id in self.chains else self._whole(one)
        except Problem as problem:
            self._fail(one, problem.detail)
        except Exception as error:  # one household must not stop a village
            if isinstance(error, OSError) and error.errno is not None:
                raise
            log.exception("household file not gathered", extra={"household": one.household_id})
            self._fail(one, "这户的内容没有收集到，请管理员查看服务器日志。")
        return None

    def _whole(self, one: Listed) -> Work:
        order = self.order
        return prepare(one.household_id, order.day, tagged=order.tagged, period=order.period)

    def _news(self, one: Listed) -> Work | None:
        """The 续页 of a household; the whole file where nobody can say what is bound."""
        order, chain = self.order, self.chains[one.household_id]
        try:
            work = prepare_continuation(
                one.household_id, chain, order.day, tagged=order.tagged, period=order.period
            )
        except NotContinued as error:
            self.reasons[one.place] = error.reason
            return self._whole(one)
        if work is None:
            with transaction() as session:
                queries.settle(session, self.list_id, [one.place], "bound", chain[-1].id)
        return work

    def _fail(self, one: Listed, reason: str) -> None:
        with transaction() as session:
            queries.settle(session, self.list_id, [one.place], "failed", reason=reason)

    def _step(self, count: int, one: Listed) -> None:
        self.done += count
        self.tell(self.done, self.total, f"{one.head} {one.household_no}".strip())


def _bound(list_id: str, order: Order, tell: Tell) -> Done:
    with reading() as session:
        lines = queries.lines(session, list_id)
    root = current().printed
    leaves = tuple(
        _leaf(line.listed, line.printed, order, root)
        for line in lines
        if line.printed and line.listed.place >= order.first and _wanted(line, order)
    )
    failed = tuple(
        Failed(
            line.listed.household_id,
            line.listed.household_no,
            line.listed.head,
            line.listed.reason,
        )
        for line in lines
        if line.listed.state == "failed"
    )
    rendered = sum(line.listed.state == "rendered" for line in lines)
    whole = sum(line.listed.state == "bound" for line in lines)
    if not leaves:
        return Done(None, 0, 0, (), rendered, failed, whole)

    def told(done: int, total: int) -> None:
        if done % TELL_EVERY == 0:
            tell(len(lines), len(lines), f"正在合成，第 {done} 户，共 {total} 户")

    tell(len(lines), len(lines), "正在合成一个文件")
    made = bind(leaves, order, root / "bound", told)
    given = [one.id for line in lines if _wanted(line, order) and (one := _file_of(line))]
    with transaction() as session:
        queries.give(session, given, clock.now())
    return Done(made.path, made.pages, made.sheets, leaves, rendered, failed, whole)


def _wanted(line: Line, order: Order) -> bool:
    """Whether a household is put in: if only what changed is, what was not given to anybody yet."""
    if line.listed.state == "same" and order.changed:
        version = _file_of(line)
        return version is not None and version.given_at is None
    return line.listed.state in ("rendered", "same")


def _file_of(line: Line) -> PrintedFile | None:
    return line.printed if isinstance(line.printed, PrintedFile) else None


def _leaf(listed: Listed, version: PrintedFile | IssuedSheet, order: Order, root: Path) -> Leaf:
    is_continued = isinstance(version, PrintedFile) and version.continues is not None
    lead = lead_of(kept.facts(root / kept.facts_path(version.path)) or {}) if is_continued else 0
    return Leaf(
        place=listed.place,
        head=listed.head,
        household_no=listed.household_no,
        village=listed.village,
        version=version.version,
        pages=version.pages - lead,
        digest=version.facts_hash,
        path=root / kept.variant_path(version.path, tagged=order.tagged),
        continued=is_continued,
        lead=lead,
    )


def result_of(done: Done) -> dict[str, object]:
    """What a finished job tells.

    `path` lies below the folder of kept PDFs, None when nothing could be printed; `failed` lists
    households with their reasons; `message` says it all in Chinese.
    """
    message = f"共 {len(done.leaves)} 户 {done.pages} 页，其中新印 {done.rendered} 户"
    if continued := sum(leaf.continued for leaf in done.leaves):
        message += f"，印续页 {continued} 户"
    if done.bound:
        message += f"，装订以后没有新内容 {done.bound} 户"
    if done.path is None and not done.failed:
        message = "装订以后没有新内容" if done.bound else "都没有变化"
        message += "，没有要印的。"
    if done.failed:
        message += f"，{len(done.failed)} 户没有印出来"
    return {
        "message": message,
        "path": str(done.path.relative_to(current().printed)) if done.path else None,
        "pages": done.pages,
        "sheets": done.sheets,
        "households": len(done.leaves),
        "rendered": done.rendered,
        "failed": [asdict(failed) for failed in done.failed[:20]],
    }
