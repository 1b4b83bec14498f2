"""公示: the households of a village that are to be posted, chosen, with the days and the sheet."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.page import page, village_names
from server.console.village_sheets import asked_day, asked_place, back_to, give, issued_here
from server.database import reading
from server.forms.queries import dictionary_in_force
from server.household_file.sheets.public_list import (
    NOTICES,
    PAPERS,
    candidates,
    columns_of,
    days_of,
    gather,
    last_day,
)
from server.policy.values import in_force
from server.problems import Problem, RequestInvalid


@blueprint.get("/print/notices/")
@needs("print")
def notices() -> Response:
    """Who stands at the step of a notice, and which notices were issued."""
    return _screen()


@blueprint.post("/print/notices/")
@needs("print")
def print_notice() -> AnyResponse:
    """Issue a notice with the households that were ticked."""
    actor, form = current_actor(), request.form
    kind, village = _asked(actor)
    today = clock.today()
    try:
        with reading() as session:
            place = asked_place(session, actor, village)
            policy = in_force(session, today)
            first = asked_day("first", today)
            sheet = gather(
                session,
                place,
                kind,
                form.getlist("household"),
                first,
                asked_day("last", last_day(NOTICES[kind], first, policy)),
                today,
                dictionary_in_force(session),
                policy,
                {"paper": form["paper"] if form.get("paper") in PAPERS else "a4"},
            )
        return give(sheet, back_to("notices", kind=kind, village=village))
    except RequestInvalid as problem:
        return _screen(problem)


def _asked(actor: Actor) -> tuple[str, str]:
    """The kind of notice and the village; the first of each where nothing is asked."""
    kind, village = request.values.get("kind", ""), request.values.get("village", "")
    names = sorted(village_names(actor))
    first = names[0] if names else ""
    return (
        kind if kind in NOTICES else next(iter(NOTICES)),
        village if village in actor.villages else first,
    )


def _screen(problem: Problem | None = None) -> Response:
    actor = current_actor()
    kind, village = _asked(actor)
    today = clock.today()
    with reading() as session:
        place = asked_place(session, actor, village)
        dictionary, policy = dictionary_in_force(session), in_force(session, today)
        found = {one: candidates(session, place, one, dictionary) for one in NOTICES}
        made = issued_here(session, actor, "public_list")
    notice = NOTICES[kind]
    first = asked_day("first", today)
    return page(
        "notices.html",
        "print",
        status=int(problem.status) if problem else 200,
        problem=problem.detail if problem else "",
        notices=NOTICES,
        kind=kind,
        village=village,
        villages=sorted(village_names(actor).items()),
        found=found,
        days=days_of(notice, policy),
        first=first,
        last=asked_day("last", last_day(notice, first, policy)),
        columns=[title for _, title in columns_of(policy)],
        papers=PAPERS,
        made=made,
        ticked=request.form.getlist("household") if problem else None,
        asked=request.values,
    )
