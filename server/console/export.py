"""Households as a workbook, for a purpose that is kept: the list, masked as on the screen, or the
roster to correct in Excel and import again.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts.rights import current_actor, needs
from server.console import queries
from server.console.blueprint import blueprint
from server.console.households import chosen_columns, chosen_facts, kept, wanted_households
from server.console.listing import note_export
from server.console.page import village_names
from server.console.register_rows import ADDRESS, SIZE, VILLAGE
from server.console.register_rows import HEAD as WHOSE
from server.console.workbook import sent, workbook
from server.database import reading, transaction
from server.forms.queries import dictionary_in_force
from server.problems import RequestInvalid
from server.registers.models import HouseholdRow
from server.roster.editable import editable, lines_say

MOST = 20_000
#: What is to be corrected is made and read while somebody waits.
MOST_TO_EDIT = 2_000
HEAD = ("户主", "村", "住址", "人口", "劳力", "户类型", "最近见面", "下次走访", "户编号")
#: What of the registers they say.
SAYS = (
    *(*WHOSE, *VILLAGE, *ADDRESS, *SIZE, "family.labour"),
    *("household_type", "household_no"),
)
#: As on the screen, in pixels.
WIDTHS = (96, 112, 192, 48, 48, 160, 96, 96, 160)
MORE_WIDTH = 144


@blueprint.route("/households/export", methods=["GET", "POST"])
@needs("roster")
def export_households() -> AnyResponse:
    """The households of the list, under its conditions, with its columns."""
    if request.method != "POST":
        return redirect(url_for("console.households", **kept()))
    actor = current_actor()
    to_edit = request.form.get("kind") == "edit"
    with transaction() as session:
        dictionary = dictionary_in_force(session)
        rows, _ = queries.households(session, wanted_households(actor), clock.today(), MOST, 0)
        if to_edit and len(rows) > MOST_TO_EDIT:
            raise RequestInvalid(f"要改的表一次最多导出 {MOST_TO_EDIT} 户，请先按村筛选。")
        columns = chosen_columns(dictionary)
        facts = chosen_facts(session, actor, dictionary, rows, list(columns))
        types = dict(dictionary.lists.get("household_type", ()))
        asked = ["to edit"] if to_edit else list(columns)
        about: list[tuple[str, ...]] = [(row.household_id,) for row in rows]
        says = [*SAYS, *columns]
        if to_edit:
            named = [row.household_id for row in rows]
            pairs, says = lines_say(session, named, dictionary, actor.view)
            about = list(pairs)
        note_export(session, "households", {"households": len(rows), "columns": asked}, about, says)
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
        return sent(book, "农户 改好再导入")
    lines = ([*_usual(row, villages, types), *_more(row, facts, columns)] for row in rows)
    more = [(label, MORE_WIDTH) for label in columns.values()]
    return workbook("农户", [*zip(HEAD, WIDTHS, strict=True), *more], lines)


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
