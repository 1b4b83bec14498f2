"""Cards and accounts of one household: chosen, issued for a purpose that is kept, fetched again."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.config import current
from server.console import queries
from server.console.blueprint import blueprint
from server.console.page import page
from server.console.paper_choices import (
    KEEPERS,
    OF_HOUSEHOLD,
    PAPERS,
    PURPOSES,
    with_choices,
    years,
)
from server.database import reading, transaction
from server.household_file.order import Order
from server.household_file.sheets import queries as sheets
from server.household_file.sheets.kinds import KINDS
from server.household_file.sheets.models import IssuedSheet
from server.problems import NotFound
from server.registers.models import HouseholdRow


@blueprint.get("/households/<household_id>/sheets/<kind>")
@needs("print")
def household_sheet(household_id: str, kind: str) -> Response:
    """What a sheet can be printed with, and which ones were issued."""
    from server.household_file.sheets.households import accounts_of, sheet_of

    chosen = _order(kind, request.args)
    with reading() as session:
        row = _home(session, current_actor(), household_id)
        try:
            sheet_of(session, row.household_id, chosen)
            lacking = ""
        except NotFound as nothing:
            lacking = nothing.detail
        found = accounts_of(session, row.household_id) if kind == "income_account" else ()
        issued = [one for one in sheets.of_household(session, household_id) if one.kind == kind]
    return page(
        "household_sheet.html",
        "recent",
        row=row,
        kind=KINDS[kind],
        kinds=[KINDS[one] for one in OF_HOUSEHOLD],
        chosen=chosen,
        lacking=lacking,
        accounts=found,
        issued=issued,
        keepers=KEEPERS,
        papers=PAPERS,
        years=years(),
        purposes=PURPOSES,
        purpose=OF_HOUSEHOLD[kind],
    )


@blueprint.post("/households/<household_id>/sheets/<kind>")
@needs("print")
def issue_household_sheet(household_id: str, kind: str) -> AnyResponse:
    """Issue a sheet; what for goes into the audit trail."""
    from server.household_file.sheets.households import sheet_of
    from server.household_file.sheets.issue import issue
    from server.household_file.typeset.pdf import PrintingFailed

    actor = current_actor()
    chosen = _order(kind, request.form)
    with reading() as session:
        row = _home(session, actor, household_id)
        sheet = sheet_of(session, row.household_id, chosen)
    try:
        issued = issue(sheet)
    except PrintingFailed as failure:
        flash(failure.detail, "bad")
        return redirect(url_for("console.household_sheet", household_id=household_id, kind=kind))
    with transaction() as session:
        accounts.audit(
            session,
            clock.now(),
            actor.person_id,
            "sheet.printed",
            row.household_id,
            reason=request.form.get("purpose", "").strip()[:200] or OF_HOUSEHOLD[kind],
            detail={"sheet": issued.number, "version": issued.version},
        )
    return redirect(url_for("console.issued_sheet", sheet_id=issued.id))


@blueprint.get("/sheets/<int:sheet_id>")
@needs("print")
def issued_sheet(sheet_id: int) -> Response:
    """The PDF of a sheet, as it was issued."""
    with reading() as session:
        found = sheets.sheet(session, sheet_id)
        if found is None or not reaches(session, current_actor(), found):
            raise NotFound("没有这张表，或者不在您管的村里。")
    path = current().printed / found.path
    if not path.is_file():
        raise NotFound("这张表的文件不在了，请重新打印。")
    return send_file(
        path,
        mimetype="application/pdf",
        as_attachment=request.args.get("save") == "1",
        download_name=f"{found.title} 第{found.version}版.pdf".replace("/", " "),
        max_age=0,
    )


def reaches(session: Session, actor: Actor, sheet: IssuedSheet) -> bool:
    """Whether all that a sheet tells is of an actor's villages."""
    if sheet.household_id:
        return queries.household(session, sheet.household_id, actor.villages) is not None
    return actor.villages.issuperset(sheet.villages)


def _order(kind: str, said: Mapping[str, str]) -> Order:
    if kind not in OF_HOUSEHOLD:
        raise NotFound("没有这样的表。")
    order = Order(clock.today().isoformat(), what=kind)
    return with_choices(order, said, request.values.getlist("copies"))


def _home(session: Session, actor: Actor, household_id: str) -> HouseholdRow:
    row = queries.household(session, household_id, actor.villages)
    if row is None:
        raise NotFound("没有这户，或者不在您管的村里。")
    return row
