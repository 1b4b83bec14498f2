"""危房改造台账 on paper: of a village or a town, of a year, on A4 or A3."""

from __future__ import annotations

from flask import Response, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.page import page
from server.console.village_sheets import asked_place, back_to, give, issued_here, places_of
from server.database import reading
from server.followup.house_ledger import ledger
from server.forms.queries import dictionary_in_force
from server.household_file.sheets.ledger import LISTED, PAPERS, UNITS, gather, years


@blueprint.get("/print/ledger/")
@needs("print")
def house_ledgers() -> Response:
    """What ledger can be printed, and which were."""
    actor = current_actor()
    with reading() as session:
        rows = [row for row in ledger(session, actor.villages) if row.grade in LISTED]
        made = issued_here(session, actor, "house_ledger")
    places = [
        (code, name, sum(row.home.area.startswith(code) for row in rows))
        for code, name in places_of(actor)
    ]
    return page(
        "house_ledgers.html",
        "print",
        houses=len(rows),
        places=places,
        years=years(rows),
        units=UNITS,
        papers=PAPERS,
        made=made,
        asked=request.args,
    )


@blueprint.post("/print/ledger/")
@needs("print")
def print_house_ledger() -> AnyResponse:
    """Issue the ledger that was asked for."""
    actor, form = current_actor(), request.form
    year = form.get("year", "")
    options = {
        "year": year if year.isdecimal() and len(year) == 4 else "",
        "unit": form["unit"] if form.get("unit") in UNITS else "yuan",
        "paper": form["paper"] if form.get("paper") in PAPERS else "a4",
    }
    with reading() as session:
        place = asked_place(session, actor, form.get("place", ""))
        sheet = gather(session, place, clock.today(), dictionary_in_force(session), options)
    back = back_to("house_ledgers", place=place.code, **options)
    if not sheet.content.lines:
        flash("这里还没有鉴定过的危房，或者没有这个年度的，没有可以印的。", "warn")
        return redirect(back)
    return give(sheet, back)
