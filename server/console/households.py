"""农户与人口: the list of households, one household's page, and a whole ID number on request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console import queries
from server.console.blueprint import blueprint
from server.console.cases import BADGES as CASE_BADGES
from server.console.cases import case_of_home, cases_of_home
from server.console.duplicates import address as duplicate_address
from server.console.listing import page_number
from server.console.page import page, part, remember, village_names
from server.console.paper_choices import OF_HOUSEHOLD
from server.console.queries import Households
from server.database import reading, transaction
from server.followup.tasks import class_of
from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.household_file.printed import queries as files
from server.household_file.sheets.kinds import KINDS
from server.problems import NotFound
from server.registers.models import HouseholdRow
from server.registers.visibility import sees_class
from server.review import queries as review
from server.review.household import home as read_home
from server.review.household import id_number, words_of
from server.review.wording import Wording

PAGE = 50
#: What is due later than this is not yet to be thought of.
SOON_DAYS = 31
#: So many columns of the data dictionary may be shown beside the usual ones.
MOST_COLUMNS = 8
#: Properties that the usual columns show already, or that nobody wants in a list.
NOT_OFFERED = frozenset({"household_no", "village_code", "head", "household_type"})
TABS = (
    *(("facts", "概况"), ("members", "成员"), ("records", "台账"), ("cases", "监测")),
    *(("all", "全部资料和来源"), ("history", "全部经过")),
)
#: Kind of task -> where it is dealt with.
ADDRESSES = {
    "dispute": lambda task: url_for("console.dispute", household_id=task.household_id),
    "duplicate": duplicate_address,
    "duplicate_visit": duplicate_address,
    "unclaimed": lambda task: url_for("console.one_check", kind=task.kind, subject=task.subject),
    **dict.fromkeys(
        ("absent", "welfare_stop", "register_odd", "dropout"),
        lambda task: url_for("console.one_check", kind=task.kind, subject=task.subject),
    ),
    "health_renewal": lambda task: url_for("console.health", show="due", village=task.area),
    **dict.fromkeys(("clue", "case_step", "case_follow"), case_of_home),
}
REASONS = ("核对证件", "办理业务", "上级核查", "档案归档")


@blueprint.get("/households/")
@needs("households")
def households() -> Response:
    """A page of the list, narrowed, sorted, with the columns that were chosen."""
    actor = current_actor()
    wanted = wanted_households(actor)
    number = page_number()
    printing = request.args.get("print") == "1"
    size = 2000 if printing else PAGE
    with reading() as session:
        rows, total = queries.households(session, wanted, clock.today(), size, (number - 1) * size)
        dictionary = dictionary_in_force(session)
        columns = chosen_columns(dictionary)
        more = chosen_facts(session, actor, dictionary, rows, list(columns))
        types = _types(session, actor, dictionary)
        people = queries.people_count(session, actor.villages)
    conditions = kept()
    return page(
        "households.html",
        "households",
        rows=rows,
        total=total,
        people=people,
        page=number,
        pages=max(1, -(-total // size)),
        page_url=lambda n: url_for("console.households", **conditions | {"page": n}),
        sort_url=lambda name: url_for("console.households", **_sorted(conditions, name)),
        wanted=wanted,
        kept=conditions,
        columns=columns,
        offered=_offered(dictionary),
        more=more,
        types=types,
        type_words=dict(types),
        villages=sorted(village_names(actor).items()),
        village_names=village_names(actor),
        printing=printing,
    )


@blueprint.get("/households/<household_id>")
@needs("households")
def household(household_id: str) -> Response:
    """One household: facts, members, open matters, its whole history."""
    actor = current_actor()
    with reading() as session:
        row = queries.household(session, household_id, actor.villages)
        if row is None:
            raise NotFound("没有这户，或者不在您管的村里。")
        dictionary = dictionary_in_force(session)
        found = read_home(session, actor, household_id, clock.today())
        tasks = [
            task
            for task in review.open_tasks(session, actor.villages, household_id)
            if task.due_on is None or task.due_on <= clock.today() + timedelta(days=SOON_DAYS)
        ]
        printed = files.versions(session, household_id)
        monitored = cases_of_home(session, row)
    name = row.head_name or "户主没登记"
    remember(household_id, name)
    tab = request.args.get("tab", "facts")
    return page(
        "household.html",
        "recent",
        row=row,
        name=name,
        home=found,
        tasks=[one for one in tasks if sees_class(actor.view, class_of(one))],
        addresses=ADDRESSES,
        printed=printed,
        tab=tab if tab in dict(TABS) else "facts",
        tabs=TABS,
        type_word=dict(dictionary.lists.get("household_type", ())).get(
            row.household_type, row.household_type
        ),
        village_names=village_names(actor),
        reasons=REASONS,
        cases=monitored,
        case_badges=CASE_BADGES,
        registers={n: one.label for n, one in dictionary.registers.items() if n in found.kept},
        way={"houses": "console.house"},
        lists=dictionary.lists,
        sheets=[(one, KINDS[one].word) for one in OF_HOUSEHOLD],
    )


@blueprint.route("/id-number", methods=["GET", "POST"])
@needs("review")
def whole_id_number() -> AnyResponse:
    """A whole ID number, for a reason that goes into the audit trail."""
    if request.method != "POST":
        raise NotFound("看全号要从农户页面上点，并写明用途。")
    actor = current_actor()
    person_id = request.form.get("person", "")
    reason = request.form.get("reason", "").strip()[:200]
    with transaction() as session:
        found = id_number(session, actor, person_id)
        if found is None:
            raise NotFound("没有这个人，或者不在您管的村里。")
        if reason:
            accounts.audit(
                session,
                clock.now(),
                actor.person_id,
                "id_number.seen",
                person_id,
                reason=reason,
                detail={"household": found[0].household_id or ""},
            )
    if not reason:
        return part("id_number.html", status=422, number="")
    return part("id_number.html", number=found[1])


def wanted_households(actor: Actor) -> Households:
    """Which households the address asks for."""
    args = request.args
    order = args.get("order", "village")
    return Households(
        villages=actor.villages,
        text=args.get("q", "").strip()[:60],
        village=args.get("village", ""),
        type=args.get("type", ""),
        due=args.get("due", ""),
        disputed=args.get("disputed") == "1",
        closed=args.get("closed") == "1",
        order=order.removeprefix("-") if order.removeprefix("-") in queries.ORDERS else "village",
        descending=order.startswith("-"),
    )


def kept() -> dict[str, Any]:
    """The conditions and columns that the addresses of the list carry."""
    names = ("q", "village", "type", "due", "disputed", "closed", "order")
    found: dict[str, Any] = {n: request.args[n] for n in names if request.args.get(n)}
    if request.args.getlist("cols"):
        found["cols"] = request.args.getlist("cols")
    return found


def _sorted(now: dict[str, Any], name: str) -> dict[str, Any]:
    return now | {"order": f"-{name}" if now.get("order", "village") == name else name}


def _offered(dictionary: Dictionary) -> list[tuple[str, str]]:
    properties = dictionary.registers["households"].properties.values()
    return [(p.name, p.label) for p in properties if p.name not in NOT_OFFERED]


def chosen_columns(dictionary: Dictionary) -> dict[str, str]:
    """Property -> label of the columns of the data dictionary that are shown besides."""
    chosen = set(request.args.getlist("cols"))
    return dict([pair for pair in _offered(dictionary) if pair[0] in chosen][:MOST_COLUMNS])


def chosen_facts(
    session: Session,
    actor: Actor,
    dictionary: Dictionary,
    rows: Any,
    names: list[str],
) -> dict[str, dict[str, str]]:
    """Household id -> property -> words, of the chosen columns."""
    if not names:
        return {}
    wording = Wording(dictionary, actor.view, village_names(actor))
    listed: list[HouseholdRow] = list(rows)
    found = queries.entities(session, [row.household_id for row in listed])
    return {
        row.household_id: words_of(wording, found.get(row.household_id), names) for row in listed
    }


def _types(session: Session, actor: Actor, dictionary: Dictionary) -> list[tuple[str, str]]:
    present = set(queries.types_present(session, actor.villages))
    known = [
        (code, label)
        for code, label in dictionary.lists.get("household_type", ())
        if code in present
    ]
    return known + [(code, code) for code in sorted(present - {code for code, _ in known})]
