"""到期走访: which households have to be visited, by village and day, to look at and to print."""

from __future__ import annotations

from flask import Response, request, url_for

from server import clock
from server.accounts.rights import current_actor, needs
from server.console import queries
from server.console.blueprint import blueprint
from server.console.listing import page_number
from server.console.page import page, village_names
from server.console.queries import Households
from server.database import reading
from server.forms.queries import dictionary_in_force

PAGE = 50
TABS = (("over", "已超期"), ("7", "7 天内"), ("30", "30 天内"))


@blueprint.get("/due/")
@needs("households")
def due() -> Response:
    """The households that are due, the longest overdue first; numbers by village beside them."""
    actor = current_actor()
    tab = request.args.get("tab", "7")
    tab = tab if tab in dict(TABS) else "7"
    village = request.args.get("village", "")
    wanted = Households(
        villages=actor.villages,
        village=village,
        type=request.args.get("type", ""),
        due=tab,
        order="due",
    )
    number = page_number()
    printing = request.args.get("print") == "1"
    size = 2000 if printing else PAGE
    with reading() as session:
        rows, total = queries.households(session, wanted, clock.today(), size, (number - 1) * size)
        numbers = queries.due_by_village(session, actor.villages, clock.today())
        households = queries.households_by_village(session, actor.villages)
        types = dictionary_in_force(session).lists.get("household_type", ())
        present = set(queries.types_present(session, actor.villages))
    kept = {n: request.args[n] for n in ("tab", "village", "type") if request.args.get(n)}
    return page(
        "due.html",
        "due",
        rows=rows,
        total=total,
        tab=tab,
        tabs=TABS,
        kept=kept,
        page=number,
        pages=max(1, -(-total // size)),
        page_url=lambda n: url_for("console.due", **{**kept, "page": n}),
        by_village=numbers,
        households=households,
        type_words=dict(types),
        types=[pair for pair in types if pair[0] in present],
        villages=sorted(village_names(actor).items()),
        village_names=village_names(actor),
        printing=printing,
    )
