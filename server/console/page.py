"""What every page of the desk carries: who is there, the navigation, and its numbers."""

from __future__ import annotations

from typing import Any

from flask import Response, g, make_response, render_template, session
from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import Actor
from server.accounts.rights import current_actor
from server.console import queries
from server.database import reading
from server.household_file.returned import queries as scanned
from server.household_file.returned.filing import areas_of
from server.registers.visibility import sees_class
from server.review import checks
from server.review import queries as review

DUPLICATES = ("duplicate", "duplicate_visit")
PRINT_JOBS = ("village_files", "selected_files")
#: group, then (page, word, endpoint, right)
NAVIGATION = (
    (
        "每天",
        (
            ("review", "审核", "console.review", "review"),
            ("disputes", "填的不一样", "console.disputes", "review"),
            ("duplicates", "疑似重复", "console.duplicates", "review"),
            ("checks", "要核对", "console.checks", "review"),
            ("due", "到期走访", "console.due", "households"),
            ("problems", "问题诉求", "console.problems", "households"),
        ),
    ),
    (
        "农户",
        (
            ("households", "农户与人口", "console.households", "households"),
            ("cases", "监测", "console.cases", "households"),
            ("houses", "住房台账", "console.houses", "households"),
            ("health", "健康八个一", "console.health", "review"),
            ("incomes", "收入核算", "console.incomes", "households"),
            ("left_behind", "留守联系", "console.left_behind", "households"),
            ("unclaimed", "可能未享受", "console.unclaimed", "households"),
        ),
    ),
    (
        "每月",
        (
            ("checkup", "档案体检", "console.checkup", "print"),
            ("print", "打印建档", "console.printing", "print"),
            ("scans", "扫描件归档", "console.scans", "print"),
        ),
    ),
    (
        "数据与设置",
        (
            ("roster", "表格导入导出", "console.roster", "roster"),
            ("carry", "手机导出文件", "console.carry", "carry"),
            ("forms", "表单", "console.forms", "forms"),
            ("policy", "政策", "console.policy", "policy"),
            ("people", "人员与手机", "console.people", "desk"),
            ("audit", "查阅记录", "console.audit", "audit"),
        ),
    ),
)
#: Lists that stand beside another, under its place in the navigation.
BESIDE = (
    (("households", "农户"), ("members", "家庭成员")),
    (("cases", "监测户"), ("measures", "帮扶措施"), ("exit_checks", "退出核查")),
)


def page(template: str, nav: str, *, status: int = 200, **context: Any) -> Response:
    """Render a page of the desk; nothing of it may be kept by the browser or on the way."""
    with reading() as database:
        numbers = _numbers(database, current_actor())
    response = make_response(
        render_template(f"console/{template}", **(frame(nav) | {"numbers": numbers} | context)),
        status,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def part(template: str, *, status: int = 200, done: bool = False, **context: Any) -> Response:
    """Render a part of a page, for htmx; with `done` the whole page is asked for anew."""
    response = make_response(render_template(f"console/{template}", **context), status)
    response.headers["Cache-Control"] = "no-store"
    if done:
        response.headers["HX-Refresh"] = "true"
    return response


def frame(nav: str) -> dict[str, Any]:
    """What the frame of a page needs besides its numbers; works without a signed-in person."""
    actor: Actor | None = g.get("actor")
    beside = next((some for some in BESIDE if nav in dict(some)), ())
    return {
        "nav": beside[0][0] if beside else nav,
        "here": nav,
        "beside": beside,
        "actor": actor,
        "navigation": _navigation(actor),
        "numbers": {},
        "last_household": session.get("recent"),
        "place": _place(actor),
        "today": clock.today(),
    }


def remember(household_id: str, name: str) -> None:
    """Keep the household that was looked at last for the navigation."""
    session["recent"] = [household_id, name]


def village_names(actor: Actor) -> dict[str, str]:
    """Code -> name of the villages of a person."""
    return {place.code: place.name for place in actor.places if place.code in actor.villages}


def _navigation(actor: Actor | None) -> list[tuple[str, list[tuple[str, str, str]]]]:
    if actor is None:
        return []
    groups = [
        (
            title,
            [
                (name, text, endpoint)
                for name, text, endpoint, right in items
                if _may(actor, name, right)
            ],
        )
        for title, items in NAVIGATION
    ]
    return [(title, items) for title, items in groups if items]


def _may(actor: Actor, name: str, right: str) -> bool:
    if name == "people":
        return actor.may("review") or actor.may("accounts")
    if name == "incomes" and not sees_class(actor.view, "income"):
        return False
    return actor.may(right)


def _place(actor: Actor | None) -> str:
    if actor is None or not actor.roles:
        return ""
    code = actor.roles[0][1]
    places = {place.code: place for place in actor.places}
    here = places.get(code)
    above = places.get(here.parent) if here and here.parent else None
    return " ".join(place.name for place in (above, here) if place)


def _numbers(database: Session, actor: Actor) -> dict[str, int]:
    numbers: dict[str, int] = {}
    if actor.may("review"):
        numbers["review"] = review.counts(database, actor.villages).all
        numbers["disputes"] = review.disputed_count(database, actor.villages)
        numbers["duplicates"] = review.check_count(database, actor.villages, DUPLICATES)
        numbers["checks"] = review.check_count(database, checks.areas_of(actor), checks.KINDS)
    if actor.may("households"):
        numbers["households"] = queries.household_count(database, actor.villages)
        numbers["due"] = queries.due_count(database, actor.villages, clock.today())
    if actor.may("print"):
        numbers["print"] = queries.running_jobs(database, PRINT_JOBS)
        numbers["scans"] = scanned.waiting_count(database, areas_of(actor))
    return numbers
