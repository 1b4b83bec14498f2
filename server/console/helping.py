"""帮扶的户: which households a helper (帮扶责任人) has; handed over, never erased."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask import Response, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts import helping
from server.accounts import queries as accounts
from server.accounts.actor import Actor, actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.page import page, village_names
from server.database import reading, transaction
from server.problems import NotFound
from server.registers import queries as registers
from server.registers import values
from server.registers.models import HouseholdRow
from server.registers.reach import by_present_names

MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Home:
    """A household to choose. named: the roster names this helper; other: who helps it now."""

    row: HouseholdRow
    named: bool = False
    other: str = ""


@blueprint.get("/people/<person_id>/households")
@needs("review")
def helped_households(person_id: str) -> Response:
    """The households of a helper, and those that he could be given."""
    return _screen(person_id)


@blueprint.post("/people/<person_id>/households")
@needs("review")
def hand_over(person_id: str) -> AnyResponse:
    """Give a helper the ticked households from today on, or take them from him."""
    wanted = set(request.form.getlist("household"))
    ends = request.form.get("end") == "1"
    if not wanted:
        return _screen(person_id, problem="请先勾选户。")
    today = clock.today()
    with transaction() as session:
        helper = _helper(session, person_id, today)
        reached = {row.household_id for row in _rows(session, helper)}
        held = helper.homes if ends else frozenset[str]()
        if not wanted <= reached | held:
            raise NotFound("有的户不在他帮扶的村里，或者不归您管。")
        for area in sorted(helper.bounded):
            accounts.lock_area(session, area)
        joined = {one for some in registers.joined_into(session, wanted).values() for one in some}
        if ends:
            helping.release(session, person_id, wanted | joined, today)
        else:
            helping.assign(session, person_id, wanted, today, joined)
        accounts.audit(
            session,
            clock.now(),
            current_actor().person_id,
            "helper.released" if ends else "helper.assigned",
            person_id,
            detail={"households": sorted(wanted)},
        )
    count = len(wanted & helper.homes if ends else wanted - helper.homes)
    said = f"{helper.name}不再帮扶这 {count} 户" if ends else f"已交给{helper.name} {count} 户"
    flash(f"{said}，手机下次联网时更新。", "ok")
    return redirect(url_for("console.helped_households", person_id=person_id))


def _helper(session: Session, person_id: str, today: date) -> Actor:
    """Somebody who helps households in the caller's villages. Raises NotFound."""
    if accounts.person(session, person_id) is None:
        raise NotFound("没有这个人。")
    helper = by_present_names(session, actor(session, person_id, today))
    if not helper.bounded & current_actor().villages:
        raise NotFound("这个人现在不是您这里的帮扶责任人。")
    return helper


def _rows(session: Session, helper: Actor) -> list[HouseholdRow]:
    return list(registers.household_rows(session, helper.bounded & current_actor().villages))


def _candidates(session: Session, helper: Actor, found: Collection[HouseholdRow]) -> list[Home]:
    """Households that he does not have, those first that the roster gives him."""
    today = clock.today()
    free = [row for row in found if row.household_id not in helper.homes]
    ids = [row.household_id for row in free]
    helpers = accounts.helpers_of(session, ids, today)
    names = accounts.names(session, {one.person_id for one in helpers})
    other = {one.household_id: names.get(one.person_id, "") for one in helpers}
    lives = registers.live(session, ids)
    homes = [
        Home(
            row,
            named=values.text(lives[row.household_id].live, "helper_name") == helper.name,
            other=other.get(row.household_id, ""),
        )
        for row in free
        if row.household_id in lives
    ]
    return sorted(homes, key=lambda one: not one.named)


def _screen(person_id: str, problem: str | None = None) -> Response:
    mine = current_actor()
    village, text = request.args.get("village", ""), request.args.get("q", "").strip().lower()
    with reading() as session:
        helper = _helper(session, person_id, clock.today())
        rows = _rows(session, helper)
        found = [
            row
            for row in rows
            if village in ("", row.area)
            and text in f"{row.head_name} {row.household_no} {row.address} {row.initials}".lower()
        ]
        candidates = _candidates(session, helper, found)
    names = village_names(mine)
    return page(
        "helping.html",
        "people",
        status=422 if problem else 200,
        problem=problem,
        helper=helper,
        held=[row for row in rows if row.household_id in helper.homes],
        candidates=candidates[:MOST_SHOWN],
        more=max(0, len(candidates) - MOST_SHOWN),
        villages=sorted((code, names[code]) for code in helper.bounded & mine.villages),
        village_names=names,
        village=village,
        text=text,
    )
