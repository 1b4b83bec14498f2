"""可能未享受: whom the county's rules may concern, as a list to check and to export."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, request, send_file, url_for
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.export import XLSX
from server.console.page import page, village_names
from server.database import reading, transaction
from server.followup import queries as followup
from server.followup.entitlements import rules
from server.followup.models import Task
from server.followup.tasks import class_of
from server.policy.values import in_force
from server.problems import RequestInvalid
from server.registers import queries as registers
from server.registers.models import HouseholdRow
from server.registers.visibility import sees_class
from server.roster.report import safe_cell

PAGE = 100
TABS = (("open", "要核实"), ("done", "已核实"))
HEAD = ("村", "户主", "住址", "谁", "可能未享受", "哪天提醒", "哪天核实")
WIDTHS = (14, 12, 24, 12, 24, 12, 12)


@dataclass(frozen=True, slots=True)
class Row:
    """One task with its household; rule: its code, what: its title."""

    task: Task
    home: HouseholdRow
    rule: str
    who: str
    what: str

    @property
    def checked_on(self) -> date | None:
        """The day on which somebody had looked."""
        return clock.local(self.task.closed_at).date() if self.task.closed_at else None


@blueprint.get("/unclaimed/")
@needs("households")
def unclaimed() -> Response:
    """What is to be checked, or was, by rule and village."""
    actor, args = current_actor(), request.args
    tab = "done" if args.get("tab") == "done" else "open"
    village, rule = args.get("village", ""), args.get("rule", "")
    number = max(1, int(args["page"])) if args.get("page", "").isdecimal() else 1
    with reading() as session:
        every = _rows(session, actor)
        names = {code: one.title for code, one in rules(in_force(session, clock.today()))}
    found = [row for row in every if village in ("", row.home.area) and rule in ("", row.rule)]
    shown = [row for row in found if _tab(row) == tab]
    kept = {n: v for n, v in (("tab", tab), ("village", village), ("rule", rule)) if v}
    return page(
        "unclaimed.html",
        "unclaimed",
        rows=shown[(number - 1) * PAGE : number * PAGE],
        total=len(shown),
        tabs=[(name, text, sum(_tab(row) == name for row in found)) for name, text in TABS],
        tab=tab,
        kept=kept,
        rules=list(names.items()),
        villages=sorted(village_names(actor).items()),
        village_names=village_names(actor),
        page=number,
        pages=max(1, -(-len(shown) // PAGE)),
        page_url=lambda n: url_for("console.unclaimed", **{**kept, "page": n}),
    )


@blueprint.post("/unclaimed/export")
@needs("roster")
def export_unclaimed() -> Response:
    """All that is to be checked, and what was, as a workbook; the purpose is kept."""
    actor, purpose = current_actor(), request.form.get("purpose", "").strip()[:200]
    if not purpose:
        raise RequestInvalid("导出要写明用途。")
    with transaction() as session:
        rows = _rows(session, actor)
        accounts.audit(
            *(session, clock.now(), actor.person_id, "unclaimed.exported", "unclaimed"),
            reason=purpose,
            detail={"rows": len(rows)},
        )
    return _workbook(rows, actor)


def _rows(session: Session, actor: Actor) -> list[Row]:
    homes = {row.household_id: row for row in registers.household_rows(session, actor.villages)}
    found = []
    for task in followup.tasks_of_kind(session, "unclaimed", actor.villages):
        home = homes.get(task.household_id or "")
        if home and sees_class(actor.view, class_of(task)):
            who, _, what = task.title.partition("：")
            found.append(Row(task, home, str(task.detail.get("rule", "")), who, what))
    return found


def _tab(row: Row) -> str:
    return "open" if row.task.state == "open" else "done"


def _workbook(rows: Sequence[Row], actor: Actor) -> Response:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("可能未享受")
    for place, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([safe_cell(sheet, text, bold=True) for text in HEAD])
    villages = village_names(actor)
    for row in rows:
        opened, checked = clock.local(row.task.opened_at).date(), row.checked_on
        line = (
            *(villages.get(row.home.area, row.home.area), row.home.head_name, row.home.address),
            *(row.who, row.what, opened.isoformat(), checked.isoformat() if checked else ""),
        )
        sheet.append([safe_cell(sheet, value) for value in line])
    written = io.BytesIO()
    book.save(written)
    name = f"可能未享受 {clock.today()}.xlsx"
    return send_file(
        *(io.BytesIO(written.getvalue()), XLSX), as_attachment=True, download_name=name, max_age=0
    )
