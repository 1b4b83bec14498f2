"""档案体检: what would be sent back, as a list with the way to each cause, before it is printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock, jobs
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console import queries
from server.console.blueprint import blueprint
from server.console.listing import Cell, Column, Condition, Listing, by_village, exported, shown
from server.console.page import page, part, remember, village_names
from server.database import reading, transaction
from server.followup import queries as tasks
from server.household_file.checkup import queries as checkups
from server.household_file.checkup.findings import KINDS, Finding
from server.household_file.checkup.job import CHECKUP
from server.household_file.checkup.models import Explained
from server.household_file.checkup.queries import Looked
from server.household_file.checkup.run import Line, lines_of, look
from server.household_file.returned import queries as scanned
from server.household_file.returned.filing import areas_of
from server.jobs.models import Job
from server.problems import NotFound, RequestInvalid
from server.registers.models import HouseholdRow
from server.registers.visibility import sees_class

#: How serious a finding is: its word and the shape before it, in the order of the tabs.
SEVERITIES = {
    "mend": ("要改", "bad"),
    "add": ("要补", "warn"),
    "note": ("提醒", ""),
    "hand": ("印后手签", "none"),
}
EXPLAINED = ("explained", "说明过的")
#: So many households are listed at once; who has more chooses a village first.
MOST = 1500
BUSY = ("queued", "running")


@blueprint.get("/checkup/")
@needs("print")
def checkup() -> Response:
    """What was found of the households of a village, by how serious it is."""
    actor = current_actor()
    with reading() as session:
        villages = _villages(session, actor, request.args.get("village", ""))
        looked = checkups.looked(session, villages)
        listing = _listing(session, actor, looked)
        job = _job(session, actor, villages)
        standing = _standing(session, actor, villages, looked)
    return shown(
        listing,
        "checkup.html",
        **standing,
        **_progress(job),
        village=request.args.get("village", ""),
    )


@blueprint.post("/checkup/export")
@needs("print")
def export_checkup() -> Response:
    """The list under its conditions as a workbook."""
    actor = current_actor()
    with transaction() as session:
        villages = _villages(session, actor, request.args.get("village", ""))
        return exported(session, _listing(session, actor, checkups.looked(session, villages)))


@blueprint.post("/checkup/")
@needs("print")
def start_checkup() -> AnyResponse:
    """Look at all households of a village, or of all villages below a town or county."""
    actor, place = current_actor(), request.form.get("village", "")
    villages = _below(actor, place)
    if not villages:
        raise NotFound("请先选一个村。")
    with transaction() as session:
        job = _job(session, actor, villages)
        if job is None or job.state not in BUSY:
            name = actor.area_name(place) or "全部"
            params: dict[str, object] = {"villages": villages}
            job_id = jobs.enqueue(
                session, CHECKUP, params, title=f"{name}体检"[:120], created_by=actor.person_id
            )
        else:
            job_id = job.id
    jobs.wake(job_id)
    return redirect(url_for("console.checkup", village=place if place in villages else None))


@blueprint.get("/checkup/progress/<job_id>")
@needs("print")
def checkup_progress(job_id: str) -> Response:
    """How far a look at some villages is, for htmx."""
    job = jobs.state_of(job_id)
    if job is None or job.kind != CHECKUP or not _mine(job, current_actor()):
        raise NotFound("没有这次体检，或者不是您管的村。")
    return part("checkup_progress.html", done=job.state not in BUSY, **_progress(job))


@blueprint.get("/checkup/before-printing")
@needs("print")
def before_printing() -> Response:
    """What was found of the households that somebody is about to print, in one line, for htmx."""
    actor, place = current_actor(), request.args.get("village", "")
    types = [one for one in request.args.getlist("type") if one]
    with reading() as session:
        villages = _below(actor, place) if place else []
        if queries.household_count(session, villages) > MOST:
            return part("checkup_many.html")
        looked = checkups.looked(session, villages, types)
        lines = [one for one in lines_of(session, looked) if one.open and _sees(actor, one)]
        standing = _standing(session, actor, villages, looked)
    return part(
        "checkup_note.html",
        **standing,
        place=place,
        village=place if place in villages else None,
        households=len({one.home.household_id for one in lines}),
        counts=_counts(lines),
        severities=SEVERITIES,
    )


@blueprint.get("/households/<household_id>/checkup")
@needs("print")
def household_checkup(household_id: str) -> Response:
    """What is found of one household now."""
    actor = current_actor()
    with reading() as session:
        home = _home(session, actor, household_id)
        lines = _lines_now(session, actor, home)
        ways = _Ways(session, actor)
    name = home.head_name or "户主没登记"
    remember(household_id, name)
    return page(
        "checkup_household.html",
        "recent",
        row=home,
        name=name,
        groups=[
            (word, shape, [one for one in lines if _state(one) == code])
            for code, (word, shape) in (*SEVERITIES.items(), (EXPLAINED[0], (EXPLAINED[1], "ok")))
        ],
        open=sum(one.open for one in lines),
        kinds=KINDS,
        way=ways.to,
    )


@blueprint.post("/households/<household_id>/checkup")
@needs("print")
def explain_finding(household_id: str) -> AnyResponse:
    """Say why a finding is in order, or take that back; kept in the trail."""
    actor, now = current_actor(), clock.now()
    key, reason = request.form.get("key", ""), request.form.get("reason", "").strip()[:200]
    back = request.form.get("act") == "back"
    if not back and not reason:
        raise RequestInvalid("请写一句为什么没有问题。")
    with transaction() as session:
        home = _home(session, actor, household_id)
        lines = _lines_now(session, actor, home)
        line = next((one for one in lines if one.finding.key == key), None)
        if line is None or line.finding.severity == "hand":
            flash("这一条已经没有了。", "ok")
            return redirect(url_for("console.household_checkup", household_id=household_id))
        if back:
            checkups.take_back(session, household_id, key)
        else:
            said = Explained(
                household_id=household_id,
                key=key,
                basis=line.finding.basis,
                reason=reason,
                person_id=actor.person_id,
                at=now,
            )
            checkups.explain(session, said)
        accounts.audit(
            session,
            now,
            actor.person_id,
            "checkup.reopened" if back else "checkup.explained",
            household_id,
            reason=reason,
            detail={"finding": line.finding.text},
        )
    return redirect(url_for("console.household_checkup", household_id=household_id))


class _Ways:
    """The way to the cause of each finding."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self.reviews = actor.may("review")
        odd = tasks.tasks_of_kind(session, "register_odd", actor.villages) if self.reviews else ()
        self.odd = {one.subject for one in odd}

    def to(self, line: Line) -> str:
        """The address where a cause can be dealt with."""
        finding, home = line.finding, line.home.household_id
        if finding.page == "record" and self.reviews and finding.kind == "unreviewed":
            return url_for("console.review_record", instance_id=finding.of)
        if finding.page == "record":
            return url_for("console.record", instance_id=finding.of)
        if finding.page == "dispute" and self.reviews:
            return url_for("console.dispute", household_id=home)
        if finding.page == "case" and finding.of:
            return url_for("console.case", case_id=finding.of)
        if finding.page == "files":
            return url_for("console.printed_files", household_id=home)
        if finding.page == "card":
            return url_for(
                "console.household_sheet", household_id=home, kind="wall_card", year=finding.of
            )
        if finding.page == "odd" and finding.of in self.odd:
            return url_for("console.one_check", kind="register_odd", subject=finding.of)
        tab = "members" if finding.page in ("members", "odd") else None
        return url_for("console.household", household_id=home, tab=tab)


def _listing(session: Session, actor: Actor, looked: Sequence[Looked]) -> Listing[Line]:
    lines = [one for one in lines_of(session, looked) if _sees(actor, one)]
    present = {one.finding.kind for one in lines}
    documents = sorted({_document(one.finding) for one in lines} - {""})
    return Listing(
        name="checkup",
        title="档案体检",
        unit="项",
        rows=sorted(lines, key=lambda one: list(SEVERITIES).index(one.finding.severity)),
        columns=_columns(village_names(actor), _Ways(session, actor)),
        about=lambda line: (line.home.household_id,),
        tabs=Condition(
            "state",
            "要做什么",
            [*((code, word) for code, (word, _) in SEVERITIES.items()), EXPLAINED],
            _state,
            all="要做的",
        ),
        without_tab=lambda line: line.open,
        conditions=(
            by_village(actor, lambda line: line.home.area),
            Condition(
                "kind",
                "问题",
                [(code, kind.label) for code, kind in KINDS.items() if code in present],
                lambda line: line.finding.kind,
            ),
            Condition(
                "document",
                "材料",
                [(one, one) for one in documents],
                lambda line: _document(line.finding),
            ),
        ),
        empty=_empty(looked, village_names(actor)),
        note="说明过的，内容有变化时会再列出来。体检不拦打印。",
    )


def _empty(looked: Sequence[Looked], villages: Mapping[str, str]) -> tuple[str, str]:
    """What is said where nothing is listed."""
    if not looked and len(villages) > 1 and not request.args.get("village"):
        return "先选一个村", "查过的户，有什么要改、要补的，会列在这里。"
    if not any(one.checkup for one in looked):
        return "还没查过", "点“查一遍”，有什么要改、要补的，会列在这里。"
    return "没有要做的", "查过的户，材料齐全、前后一致，可以打印。"


def _columns(villages: Mapping[str, str], ways: _Ways) -> tuple[Column[Line], ...]:
    def severity(line: Line) -> Cell:
        word, shape = SEVERITIES[line.finding.severity]
        return Cell(word, badge=shape)

    def said(line: Line) -> Cell:
        text = line.finding.text
        return Cell(text, ways.to(line), title=text)

    def of_home(line: Line) -> Cell:
        href = url_for("console.household_checkup", household_id=line.home.household_id)
        return Cell(line.home.head_name or "没登记", href)

    return (
        Column("户主", of_home, 96),
        Column("户编号", lambda line: line.home.household_no, 160, only_file=True),
        Column("村", lambda line: villages.get(line.home.area, line.home.area), 96),
        Column("要做", severity, 104),
        Column("问题", lambda line: KINDS[line.finding.kind].label, 112),
        Column("材料", lambda line: Cell(line.finding.document, title=line.finding.document), 264),
        Column("情况和办法", said),
        Column("说明", lambda line: line.said.reason if line.said else "", 120, only_file=True),
    )


def _state(line: Line) -> str:
    return EXPLAINED[0] if line.said else line.finding.severity


def _document(finding: Finding) -> str:
    """What all documents of its sort are called."""
    return finding.document.partition("（20")[0]


def _sees(actor: Actor, line: Line) -> bool:
    return sees_class(actor.view, KINDS[line.finding.kind].class_)


def _counts(lines: Sequence[Line]) -> Counter[str]:
    return Counter(one.finding.severity for one in lines)


def _standing(
    session: Session, actor: Actor, villages: Sequence[str], looked: Sequence[Looked]
) -> dict[str, Any]:
    """How many households there are, how many nobody looked at, and when somebody last did.

    Also how many scanned pages wait for somebody to say whose they are.
    """
    times = [one.checkup.checked_at for one in looked if one.checkup]
    return {
        "homes": len(looked),
        "unseen": len(looked) - len(times),
        "later": checkups.changed_since(session, villages) if looked else 0,
        "scans": scanned.waiting_count(session, areas_of(actor)),
        "since": min(times, default=None),
    }


def _lines_now(session: Session, actor: Actor, home: HouseholdRow) -> list[Line]:
    """What is found of a household now, beside what was found of its village."""
    neighbours = checkups.looked(session, [home.area])
    now = Looked(home, look(session, home, clock.today()))
    others = [one for one in neighbours if one.home.household_id != home.household_id]
    return [
        one
        for one in lines_of(session, [now, *others])
        if one.home.household_id == home.household_id and _sees(actor, one)
    ]


def _home(session: Session, actor: Actor, household_id: str) -> HouseholdRow:
    row = queries.household(session, household_id, actor.villages)
    if row is None:
        raise NotFound("没有这户，或者不在您管的村里。")
    return row


def _below(actor: Actor, place: str) -> list[str]:
    return [code for code in sorted(actor.villages) if code.startswith(place)]


def _villages(session: Session, actor: Actor, village: str) -> list[str]:
    """The villages that are listed; none where somebody has to choose first."""
    if village:
        return [village] if village in actor.villages else []
    many = queries.household_count(session, actor.villages) > MOST
    return [] if many else sorted(actor.villages)


def _job(session: Session, actor: Actor, villages: Sequence[str]) -> Job | None:
    """The newest look at any of some villages."""
    for job in queries.jobs_of_kinds(session, (CHECKUP,), 20):
        if _mine(job, actor) and set(villages) & set(_of(job)):
            return job
    return None


def _of(job: Job) -> list[str]:
    found = job.params.get("villages")
    return [str(one) for one in found] if isinstance(found, list) else []


def _mine(job: Job, actor: Actor) -> bool:
    return actor.villages.issuperset(_of(job))


def _progress(job: Job | None) -> dict[str, Any]:
    return {"job": job, "busy": job is not None and job.state in BUSY}
