"""The sheets of many households, one after another, as the list of a print notes them."""

from __future__ import annotations

import logging
from collections.abc import Callable

from server.database import reading, transaction
from server.household_file.models import Listed
from server.household_file.order import Order
from server.household_file.printed import queries
from server.household_file.sheets.households import sheet_of
from server.household_file.sheets.issue import Issued, issue
from server.household_file.typeset.pdf import PrintingFailed, many
from server.problems import Problem, StorageFull

log = logging.getLogger(__name__)


def issue_list(list_id: str, order: Order, tell: Callable[[int, int, str], None]) -> None:
    """Issue the sheet of every household of a list that is still waiting.

    tell: as for `print_list`; may raise, which ends the work between two households. One household
    without such a sheet, or that fails, does not hold back the others; a full disk does.
    """
    with reading() as session:
        waiting = queries.waiting(session, list_id)
        total = queries.list_size(session, list_id)
    done = total - len(waiting)
    tell(done, total, "正在收集")
    with many() as next_one:
        for one in waiting:
            issued, reason = _attempt(one, order)
            with transaction() as session:
                queries.settle(
                    session,
                    list_id,
                    [one.place],
                    _state(issued),
                    reason=reason,
                    sheet_id=issued.id if issued else None,
                )
            next_one()
            done += 1
            tell(done, total, f"{one.head} {one.household_no}".strip())


def _state(issued: Issued | None) -> str:
    if issued is None:
        return "failed"
    return "rendered" if issued.rendered else "same"


def _attempt(one: Listed, order: Order) -> tuple[Issued | None, str]:
    try:
        with reading() as session:
            sheet = sheet_of(session, one.household_id, order)
        return issue(sheet), ""
    except StorageFull:
        raise
    except Problem as problem:
        return None, problem.detail
    except PrintingFailed as failure:
        return None, failure.detail
    except Exception as error:  # one household must not stop a village
        if isinstance(error, OSError) and error.errno is not None:
            raise
        log.exception("sheet not issued", extra={"household": one.household_id})
        return None, "这户没有印出来，请管理员查看服务器日志。"
