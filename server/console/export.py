"""Households as a workbook, for a purpose that is kept: the list, masked as on the screen, or the
roster to correct in Excel and import again.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

from flask import Response, redirect, request, send_file, url_for
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts import queries as accounts
from server.accounts.rights import current_actor, needs
from server.console import queries
from server.console.blueprint import blueprint
from server.console.households import chosen_columns, chosen_facts, kept, wanted_households
from server.console.page import village_names
from server.database import reading, transaction
from server.forms.queries import dictionary_in_force
from server.problems import RequestInvalid
from server.registers.models import HouseholdRow
from server.roster.editable import editable
from server.roster.report import safe_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 20_000
#: What is to be corrected is made and read while somebody waits.
MOST_TO_EDIT = 2_000
HEAD = ("户主", "村", "住址", "人口", "劳力", "户类型", "最近见面", "下次走访", "户编号")
WIDTHS = (12, 14, 24, 6, 6, 20, 12, 12, 20)


@blueprint.route("/households/export", methods=["GET", "POST"])
@needs("roster")
def export_households() -> AnyResponse:
    """The households of the list, under its conditions, with its columns."""
    if request.method != "POST":
        return redirect(url_for("console.households", **kept()))
    actor = current_actor()
    to_edit = request.form.get("kind") == "edit"
    purpose = request.form.get("purpose", "").strip()[:200]
    if not purpose:
        raise RequestInvalid("导出要写明用途。")
    with transaction() as session:
        dictionary = dictionary_in_force(session)
        rows, _ = queries.households(session, wanted_households(actor), clock.today(), MOST, 0)
        if to_edit and len(rows) > MOST_TO_EDIT:
            raise RequestInvalid(f"要改的表一次最多导出 {MOST_TO_EDIT} 户，请先按村筛选。")
        columns = chosen_columns(dictionary)
        facts = chosen_facts(session, actor, dictionary, rows, list(columns))
        types = dict(dictionary.lists.get("household_type", ()))
        accounts.audit(
            session,
            clock.now(),
            actor.person_id,
            "households.exported",
            "households",
            reason=purpose,
            detail={
                "households": len(rows),
                "columns": ["to edit"] if to_edit else list(columns),
            },
        )
    villages = village_names(actor)
    if to_edit:
        with reading() as session:
            book = editable(
                session,
                [row.household_id for row in rows],
                dictionary,
                actor.view,
                villages,
                clock.today(),
            )
        return _sent(book, "农户 改好再导入")
    lines = ([*_usual(row, villages, types), *_more(row, facts, columns)] for row in rows)
    return _workbook([*HEAD, *columns.values()], lines)


def _usual(
    row: HouseholdRow, villages: Mapping[str, str], types: Mapping[str, str]
) -> list[str | int]:
    return [
        row.head_name,
        villages.get(row.area, row.area),
        row.address,
        row.family_size,
        row.labour_count,
        types.get(row.household_type, row.household_type),
        str(row.last_visit_on or ""),
        str(row.next_due_on or ""),
        row.household_no,
    ]


def _more(
    row: HouseholdRow, facts: Mapping[str, Mapping[str, str]], columns: Mapping[str, str]
) -> list[str]:
    known = facts.get(row.household_id, {})
    return [known.get(name, "") for name in columns]


def _workbook(head: Sequence[str], lines: Iterable[Sequence[str | int]]) -> Response:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("农户")
    for place in range(1, len(head) + 1):
        width = WIDTHS[place - 1] if place <= len(WIDTHS) else 18
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "B2"
    sheet.append([safe_cell(sheet, text, bold=True) for text in head])
    for line in lines:
        sheet.append([safe_cell(sheet, value) for value in line])
    written = io.BytesIO()
    book.save(written)
    return _sent(written.getvalue(), "农户")


def _sent(content: bytes, name: str) -> Response:
    return send_file(
        io.BytesIO(content),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{name} {clock.today()}.xlsx",
        max_age=0,
    )
