"""通报: the month's numbers, the letter that they draft, what the clerk makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from http import HTTPStatus

from flask import Response, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.page import page
from server.console.village_sheets import asked_place, back_to, give, issued_here, places_of
from server.database import reading, transaction
from server.followup.month import Figures, Month, figures, month_of
from server.household_file.sheets import queries as sheets
from server.household_file.sheets.bulletin import (
    COLUMNS,
    Words,
    cells,
    changed,
    sheet_of,
    usual,
)
from server.household_file.sheets.models import BulletinDraft
from server.household_file.sheets.places import Place
from server.policy.values import in_force
from server.problems import NotFound
from server.registers import queries as registers

#: Months that can be reported, this one first.
MONTHS = 13
#: So many villages are counted while somebody waits; a larger county reports by town.
MOST_VILLAGES = 100
#: A field of the letter -> how long it may be.
LONGEST = {"text": 8000, "title": 120, "copy_to": 300}
USUAL_LENGTH = 100
#: Without these no letter is issued.
NEEDED = {"title": "标题", "text": "正文", "issuer": "发文机关", "on": "成文日期"}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A place and a month with its numbers, and what its letter would say by them."""

    place: Place
    month: Month
    policy: Mapping[str, object]
    numbers: Mapping[str, Figures]
    usual: Words
    draft: BulletinDraft | None

    @property
    def words(self) -> Words:
        """What the clerk wrote, or what the numbers give."""
        return Words(**self.draft.words) if self.draft else self.usual


@blueprint.get("/print/bulletin/")
@needs("print")
def bulletins() -> Response:
    """The letter of a month as it stands, its table, and what was issued."""
    return _screen()


@blueprint.post("/print/bulletin/")
@needs("print")
def write_bulletin() -> AnyResponse:
    """Keep what was written, draft it anew, or issue it."""
    actor, act, said = current_actor(), request.form.get("act", "keep"), _said()
    with reading() as session:
        asked = _of(session, actor)
    place, month = asked.place.code, f"{asked.month.first:%Y-%m}"
    back = back_to("bulletins", place=place, month=month)
    kept = BulletinDraft(
        place=place,
        month=month,
        words=asdict(said),
        drafted=asked.usual.text,
        kept_by=actor.person_id,
        kept_at=clock.now(),
    )
    if not _kept(None if act == "anew" else kept, place, month):
        return _screen(said)
    if act == "anew":
        flash("已按现在的数字重新起草。", "ok")
        return redirect(back)
    lacking = [word for name, word in NEEDED.items() if not getattr(said, name)]
    if act != "issue" or lacking:
        told = (
            f"已存下。{'、'.join(lacking)}还没有写，写了才能印发。"
            if lacking
            else "已存下，下次打开还在。"
        )
        flash(told, "warn" if act == "issue" else "ok")
        return redirect(back)
    from server.household_file.sheets.ending import even

    sheet = sheet_of(asked.place, asked.month, asked.numbers, said, clock.today(), asked.policy)
    return give(sheet, back, even)


def _kept(draft: BulletinDraft | None, place: str, month: str) -> bool:
    """Keep a draft, or forget what there is; False where somebody kept another one meanwhile."""
    with transaction() as session:
        registers.lock_marks(session, {f"bulletin {place} {month}"})
        there = sheets.bulletin_draft(session, place, month)
        if _seen(there) != request.form.get("seen", ""):
            return False
        if draft is None:
            sheets.drop_draft(session, place, month)
        else:
            sheets.keep_draft(session, draft)
    return True


def _screen(unkept: Words | None = None) -> Response:
    """The page; unkept: what somebody wrote while another kept other words."""
    actor = current_actor()
    with reading() as session:
        asked = _of(session, actor)
        made = issued_here(session, actor, "bulletin")
        draft = asked.draft
        found = changed(draft.drafted, asked.usual.text) if draft else []
        by = accounts.names(session, [draft.kept_by]) if draft else {}
    whole = sum(asked.numbers.values(), Figures())
    return page(
        "bulletins.html",
        "print",
        status=HTTPStatus.CONFLICT if unkept else HTTPStatus.OK,
        unkept=unkept is not None,
        place_code=asked.place.code,
        month=asked.month,
        months=_months(),
        places=_places(actor),
        words=unkept or asked.words,
        kept=draft,
        kept_by=by.get(draft.kept_by, "") if draft else "",
        seen=_seen(draft),
        changed=found,
        columns=[one.title.replace("|", "") for one in COLUMNS],
        rows=[
            (asked.place.village_of(one), cells(asked.numbers[one]))
            for one in sorted(asked.numbers)
        ],
        total=cells(whole),
        homes=whole.households,
        made=made,
        running=clock.today() <= asked.month.last,
        frozen=clock.today() > asked.month.frozen,
    )


def _seen(draft: BulletinDraft | None) -> str:
    """Which words somebody saw when he began to write."""
    return clock.local(draft.kept_at).isoformat() if draft else ""


def _of(session: Session, actor: Actor) -> _Asked:
    today = clock.today()
    policy = in_force(session, today)
    places = _places(actor)
    code = request.values.get("place", "") or (places[0][0] if places else "")
    place = asked_place(session, actor, code)
    if len(place.villages) > MOST_VILLAGES:
        raise NotFound("村太多，请按镇（街道）出通报。")
    month = month_of(_asked_month(today), policy)
    numbers = figures(session, place.villages, month, today, policy)
    return _Asked(
        place,
        month,
        policy,
        numbers,
        usual(place, month, numbers, today, policy),
        sheets.bulletin_draft(session, place.code, f"{month.first:%Y-%m}"),
    )


def _places(actor: Actor) -> list[tuple[str, str]]:
    return [
        (code, name)
        for code, name in places_of(actor)
        if sum(village.startswith(code) for village in actor.villages) <= MOST_VILLAGES
    ]


def _asked_month(today: date) -> date:
    """The month that is asked for; until the tenth day usually the one before."""
    usual_one = today if today.day > 10 else today.replace(day=1) - timedelta(days=1)
    said = request.values.get("month", "")
    months = dict(_months())
    return date.fromisoformat(f"{said}-01") if said in months else usual_one


def _months() -> list[tuple[str, str]]:
    found, day = [], clock.today()
    for _ in range(MONTHS):
        found.append((f"{day:%Y-%m}", f"{day.year}年{day.month}月"))
        day = day.replace(day=1) - timedelta(days=1)
    return found


def _said() -> Words:
    """What the clerk wrote."""
    return Words(
        **{
            one.name: request.form.get(one.name, "")
            .replace("\r\n", "\n")
            .strip("\n ")[: LONGEST.get(one.name, USUAL_LENGTH)]
            for one in fields(Words)
        }
    )
