"""What the pages of ledger, notice and bulletin share: the place, issuing, what was issued."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor
from server.console.page import village_names
from server.database import transaction
from server.household_file.sheets import queries as sheets
from server.household_file.sheets.facts import Sheet
from server.household_file.sheets.models import IssuedSheet
from server.household_file.sheets.places import Place, place_of
from server.problems import NotFound, RequestInvalid

#: So many that were issued are listed.
SHOWN = 50


def issued_here(session: Session, actor: Actor, kind: str) -> Sequence[IssuedSheet]:
    """What of a kind was issued for the villages of a person, the newest first."""
    return sheets.of_villages(session, actor.villages, (kind,))[:SHOWN]


def asked_place(session: Session, actor: Actor, code: str) -> Place:
    """A village, or a town or county that is a person's as a whole. Raises NotFound.

    Who has only a part of a town says nothing in its name.
    """
    place = place_of(session, code, actor.villages)
    if code not in dict(places_of(actor)) or not place.villages:
        raise NotFound("这个地方不归您管。" if actor.villages else "这里还没有村，先导入花名册。")
    return place


def places_of(actor: Actor) -> list[tuple[str, str]]:
    """The towns that are a person's, the county where it is, then his villages."""
    towns = [(one.code, one.name) for one in actor.places if one.code in actor.towns]
    county = [(one.code, one.name) for one in actor.places if one.level == "county"]
    return [
        *sorted(towns),
        *(county if actor.everywhere else ()),
        *sorted(village_names(actor).items()),
    ]


def give(sheet: Sheet, back: str, ending: Callable[[Sheet], Sheet] | None = None) -> AnyResponse:
    """Issue a sheet for a purpose that is kept, and lead back to where it can be fetched.

    ending: what looks at it set once and says how it ends.
    """
    from server.household_file.sheets.issue import issue
    from server.household_file.typeset.pdf import PrintingFailed

    purpose = request.form.get("purpose", "").strip()[:200]
    if not purpose:
        raise RequestInvalid("请写用途，会记入查阅记录。")
    try:
        made = issue(ending(sheet) if ending else sheet)
    except PrintingFailed as failure:
        flash(failure.detail, "bad")
        return redirect(back)
    with transaction() as session:
        accounts.audit(
            session,
            clock.now(),
            current_actor().person_id,
            "sheet.printed",
            made.number,
            reason=purpose,
            detail={"sheet": made.number, "version": made.version},
        )
    same = "" if made.rendered else "内容和以前出的一样，还是那一版。"
    flash(f"{made.title} 第 {made.version} 版已做好，共 {made.pages} 页，在下面下载。{same}", "ok")
    return redirect(back)


def asked_day(name: str, otherwise: date) -> date:
    """A day that a form or an address names."""
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return otherwise


def back_to(endpoint: str, **asked: str) -> str:
    """The page itself, under what was asked."""
    return url_for(f"console.{endpoint}", **{k: v for k, v in asked.items() if v})  # type: ignore[arg-type]
