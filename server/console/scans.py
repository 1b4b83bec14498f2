"""扫描件归档: batches of scanned pages, and each page that somebody has to place."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, flash, redirect, request, send_file, url_for
from PIL import Image
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock, jobs
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.attachments import part as disk
from server.attachments import store
from server.attachments.keep import keep
from server.attachments.models import ScanBatch, ScannedPage
from server.config import current
from server.console import queries
from server.console.blueprint import blueprint
from server.console.page import page, part, village_names
from server.console.queries import Households
from server.database import reading, transaction
from server.household_file.content.papers.materials import USUAL
from server.household_file.printed import queries as files
from server.household_file.printed.pages import Placed, placed
from server.household_file.returned import batch as batches
from server.household_file.returned import queries as scanned
from server.household_file.returned.filing import areas_of, file_page, of_document
from server.intake.office import parse
from server.intake.paper import ScannedPage as Shown
from server.problems import DecisionRefused, NotFound, Problem, RequestInvalid, StorageFull
from server.registers import queries as registers
from server.registers.models import HouseholdRow
from server.review import acts
from server.security import csrf
from server.submissions import queries as submissions

#: A batch of some hundred pages as an office scanner makes it.
LARGEST = 2 * 1024 * 1024 * 1024
#: State -> its tab.
TABS = {
    "waiting": "等您指定",
    "filed": "已归档",
    "blank": "空白页",
    "aside": "不归档",
    "broken": "打不开",
}
ENDED = ("done", "failed", "cancelled", "paused")
ACTS = {"pause": jobs.pause, "resume": jobs.resume, "cancel": jobs.cancel}
#: The sections that take copies of papers.
PAPERS = {"3": "身份证明材料", "4": "识别材料"}
#: Section -> the materials that usually lie in it.
MATERIALS = {"3": USUAL["identity"], "4": USUAL["identification"]}
#: So many households are offered.
OFFERED = 12
TURNS = {"left": 90, "right": 270, "over": 180}


@blueprint.get("/scans/")
@needs("print")
def scans() -> Response:
    """Where scanned files are handed in, with the batches of late."""
    return _start()


@blueprint.post("/scans/")
@needs("print")
def upload_scans() -> AnyResponse:
    """Keep the files and read them in the background.

    The forgery token is checked here, once this page's larger limit holds.
    """
    request.max_content_length = LARGEST
    csrf.protect()
    try:
        return redirect(url_for("console.scan_batch", batch_id=hand_in(current_actor())))
    except (RequestInvalid, StorageFull) as problem:
        return _start(problem)


csrf.exempt(upload_scans)


def hand_in(actor: Actor, target: batches.Target | None = None) -> str:
    """The files of the request as a batch. Raises RequestInvalid without any, StorageFull."""
    given = [file for file in request.files.getlist("file") if file.filename]
    if not given:
        raise RequestInvalid("请先选扫描的文件。")
    try:
        scanned_on = min(date.fromisoformat(request.form.get("scanned_on", "")), clock.today())
    except ValueError:
        scanned_on = clock.today()
    disk.check_room(current().instance, 2 * (request.content_length or 0))
    batch_id = batches.new_id()
    try:
        batches.put_down([file.stream for file in given], batch_id)
    finally:
        for file in given:
            file.close()
    with transaction() as session:
        names = [file.filename or "" for file in given]
        job_id = batches.begin(session, actor, batch_id, names, scanned_on, target)
        accounts.audit(
            session,
            clock.now(),
            actor.person_id,
            "paper.scanned",
            target.household_id if target else batch_id,
            detail={"files": len(given)},
        )
    jobs.wake(job_id)
    return batch_id


@blueprint.get("/scans/<batch_id>")
@needs("print")
def scan_batch(batch_id: str) -> Response:
    """One batch: how far it is, and its pages."""
    return page("scan_batch.html", "scans", **_progress(_batch(batch_id)))


@blueprint.get("/scans/<batch_id>/progress")
@needs("print")
def scan_progress(batch_id: str) -> Response:
    """How far a batch is, for htmx."""
    said = _progress(_batch(batch_id))
    return part("scan_progress.html", done=said["job"] is None or said["ended"], **said)


@blueprint.post("/scans/<batch_id>")
@needs("print")
def act_on_scans(batch_id: str) -> AnyResponse:
    """Pause the reading of a batch, go on with it, or end it; what was read stays."""
    batch = _batch(batch_id)
    act = request.form.get("act", "")
    if act in ACTS and batch.job_id:
        ACTS[act](batch.job_id)
        found = jobs.state_of(batch.job_id)
        if found and found.state == "cancelled":
            batches.discard(batch.id)
    return redirect(url_for("console.scan_batch", batch_id=batch_id))


@blueprint.get("/scans/pages/<page_id>")
@needs("print")
def scan_page(page_id: str) -> Response:
    """One page with its picture, and where it stands or may be placed."""
    return _page_screen(page_id)


@blueprint.get("/scans/pages/<page_id>/picture")
@needs("print")
def scan_picture(page_id: str) -> Response:
    """The picture of a page; `size` is `thumb` or `full`."""
    found, _ = _page(page_id)
    size = "thumb" if request.args.get("size") == "thumb" else "full"
    path = store.path_of(current().files, found.sha256, size)
    if not found.sha256 or not path.is_file():
        raise NotFound("这一页没有图。")
    return send_file(path, mimetype="image/jpeg", max_age=0)


@blueprint.post("/scans/pages/<page_id>")
@needs("print")
def act_on_page(page_id: str) -> AnyResponse:
    """File a page, turn it, leave it out, or take its filing back."""
    found, _ = _page(page_id)
    act = request.form.get("act", "")
    try:
        if act == "file":
            _file(found)
        elif act in TURNS:
            _turn(found, TURNS[act])
            return redirect(_address(found, request.form.get("household", "")))
        elif act == "back":
            _take_back(found)
            flash("已撤回，请重新指定。", "ok")
            return redirect(_address(found))
        elif act in ("aside", "waiting"):
            _put_aside(found, act)
    except (DecisionRefused, NotFound) as problem:
        return _page_screen(page_id, problem)
    return redirect(_next(found))


def _file(found: ScannedPage) -> None:
    """File a page as the form says, in the name of who sends it."""
    actor = current_actor()
    with transaction() as session:
        row, on = _open(session, found)
        if not row.sha256:
            raise DecisionRefused("这一页没有图，不能归档，请重新扫描。")
        household = request.form.get("household", "")
        home = queries.household(session, household, actor.villages)
        if home is None:
            raise NotFound("请先选一户。")
        shown = _shown(session, home)
        file_page(session, actor, row, shown, on=on, now=clock.now())
    flash(f"已归到 {home.head_name or '户主没登记'} 户 · {shown.material or shown.title}。", "ok")


def _shown(session: Session, home: HouseholdRow) -> Shown:
    """What the form says that a page shows: `<version>/<document>`, or `<section>:<material>`."""
    said = request.form.get("shows", "")
    section, colon, material = said.partition(":")
    if colon and section in PAPERS:
        material = material.strip() or request.form.get("other", "").strip()
        if not material:
            raise DecisionRefused("请写是什么材料。")
        return Shown(home.household_id, section, material[:60], material=material[:60])
    number, _, key = said.partition("/")
    root = current().printed
    for version in files.versions(session, home.household_id):
        if str(version.version) == number:
            for document in placed(root, version.path) or ():
                if document.key == key:
                    most = document.end - document.first + 1
                    place = request.form.get("place", "1")
                    at = int(place) if place.isdecimal() and len(place) < 4 else 1
                    return of_document(version, document, max(1, min(at, most)), root)
    raise DecisionRefused("请选这是哪一件。")


def _turn(found: ScannedPage, degrees: int) -> None:
    """Turn the picture of a page that is not filed; the old one stays where it is named."""
    path = store.path_of(current().files, found.sha256)
    if not found.sha256 or not path.is_file():
        raise NotFound("这一页没有图。")
    out = io.BytesIO()
    with Image.open(path) as image:
        image.rotate(degrees, expand=True).save(out, "JPEG", quality=90, optimize=True)
    out.seek(0)
    kept = keep(out, current().uploads, current().files, clock.now())
    with transaction() as session:
        row, _ = _open(session, found)
        row.sha256, row.size = kept.sha256, kept.size


def _put_aside(found: ScannedPage, state: str) -> None:
    with transaction() as session:
        row, _ = _open(session, found)
        row.state, row.instance_id = state, None
        accounts.audit(session, clock.now(), current_actor().person_id, f"paper.{state}", row.id)


def _take_back(found: ScannedPage) -> None:
    reason = request.form.get("reason", "").strip() or "放错了位置"
    with transaction() as session:
        acts.turn(
            session,
            current_actor(),
            found.instance_id or "",
            "withdraw",
            "holds",
            reason,
            clock.now(),
        )


def _open(session: Session, found: ScannedPage) -> tuple[ScannedPage, date]:
    """A page as it is now, and when it was scanned. Raises DecisionRefused where it is filed."""
    registers.lock_marks(session, {found.id})
    row = scanned.page(session, found.id)
    batch = scanned.batch(session, found.batch_id)
    assert row is not None  # noqa: S101  pages are never deleted
    assert batch is not None  # noqa: S101
    if row.state == "filed" and not scanned.withdrawn(session, [row.instance_id or ""]):
        raise DecisionRefused("这一页刚才已经归档了，要改请先撤回。")
    return row, batch.scanned_on


def _start(problem: Problem | None = None) -> Response:
    actor = current_actor()
    with reading() as session:
        found = scanned.batches(session, areas_of(actor))
        numbers = scanned.numbers(session, [one.id for one in found])
        names = accounts.names(session, {one.created_by for one in found})
        waiting = scanned.waiting(session, areas_of(actor))
    states = {one.id: jobs.state_of(one.job_id) for one in found if one.job_id}
    return page(
        "scans.html",
        "scans",
        status=int(problem.status) if problem else 200,
        batches=found,
        numbers=numbers,
        names=names,
        jobs=states,
        waiting=waiting,
        in_words=batches.in_words,
        problem=problem.detail if problem else None,
    )


def _progress(batch: ScanBatch) -> dict[str, Any]:
    job = jobs.state_of(batch.job_id) if batch.job_id else None
    show = request.args.get("show", "")
    with reading() as session:
        numbers = scanned.numbers(session, [batch.id]).get(batch.id, {})
        if show not in TABS:
            show = next((name for name in TABS if numbers.get(name)), "waiting")
        pages = scanned.pages(session, batch.id, (show,))
        whose = _heads(session, pages)
        shown = _said(session, pages) if show == "filed" else {}
    return {
        "batch": batch,
        "job": job,
        "ended": job is None or job.state in ENDED,
        "numbers": numbers,
        "show": show,
        "tabs": list(TABS.items()),
        "pages": pages,
        "whose": whose,
        "shown": shown,
        "total": sum(int(str(one["pages"])) for one in batch.files),
        "in_words": batches.in_words,
    }


def _page_screen(page_id: str, problem: Problem | None = None) -> Response:
    actor = current_actor()
    found, batch = _page(page_id)
    with reading() as session:
        waiting = scanned.waiting(session, areas_of(actor))
        back = scanned.withdrawn(session, [found.instance_id or ""])
        is_filed = found.state == "filed" and found.instance_id not in back
        chosen = request.values.get("household", found.household_id or "")
        home = queries.household(session, chosen, actor.villages) if chosen else None
        rows = _rows(session, actor)
        documents = _documents(session, home) if home and not is_filed else []
        whose = _heads(session, [found, *waiting])
        said = _said(session, [found]).get(found.id) if is_filed else None
    return page(
        "scan_page.html",
        "scans",
        status=int(problem.status) if problem else 200,
        found=found,
        batch=batch,
        waiting=waiting,
        is_filed=is_filed,
        home=home,
        rows=rows,
        documents=documents,
        papers=PAPERS,
        materials=MATERIALS,
        whose=whose,
        said=said,
        following=_following(found, waiting),
        village_names=village_names(actor),
        q=request.args.get("q", ""),
        problem=problem.detail if problem else None,
    )


def _rows(session: Session, actor: Actor) -> Sequence[HouseholdRow]:
    """The households that fit what was typed."""
    text = request.args.get("q", "").strip()
    if not text:
        return ()
    wanted = Households(actor.villages, text=text)
    return queries.households(session, wanted, clock.today(), OFFERED, 0)[0]


def _documents(session: Session, home: HouseholdRow) -> list[tuple[int, tuple[Placed, ...] | None]]:
    """Version -> its documents, the newest versions; None where its paper is not kept."""
    versions = files.versions(session, home.household_id)[:4]
    return [(one.version, placed(current().printed, one.path)) for one in versions]


def _heads(session: Session, pages: Sequence[ScannedPage]) -> dict[str, str]:
    """Household -> its head, where it is the actor's."""
    villages = current_actor().villages
    found = {one.household_id for one in pages if one.household_id}
    rows = (queries.household(session, one, villages) for one in found)
    return {row.household_id: row.head_name or "户主没登记" for row in rows if row}


def _said(session: Session, pages: Sequence[ScannedPage]) -> dict[str, Shown]:
    """Page -> what it was said to show."""
    found = {}
    for one in pages:
        act = submissions.submission(session, one.instance_id or "")
        shown = parse(act.xml).scan if act else None
        if shown:
            found[one.id] = shown
    return found


def _following(found: ScannedPage, waiting: Sequence[ScannedPage]) -> ScannedPage | None:
    """The next page that waits: behind this one, else the first."""
    ids = [one.id for one in waiting]
    if found.id in ids:
        at = ids.index(found.id)
        rest = [*waiting[at + 1 :], *waiting[:at]]
    else:
        same = [one for one in waiting if one.batch_id == found.batch_id]
        behind = [one for one in same if (one.file, one.number) > (found.file, found.number)]
        rest = [*behind, *same, *waiting]
    return next(iter(rest), None)


def _next(found: ScannedPage) -> str:
    """Where to go after a page was dealt with."""
    with reading() as session:
        waiting = scanned.waiting(session, areas_of(current_actor()))
    following = _following(found, [one for one in waiting if one.id != found.id])
    if following is None:
        return url_for("console.scan_batch", batch_id=found.batch_id)
    return _address(following)


def _address(found: ScannedPage, household: str = "") -> str:
    return url_for("console.scan_page", page_id=found.id, household=household or None)


def _page(page_id: str) -> tuple[ScannedPage, ScanBatch]:
    with reading() as session:
        found = scanned.page(session, page_id)
    if found is None:
        raise NotFound("没有这一页，或者不归您管。")
    return found, _batch(found.batch_id)


def _batch(batch_id: str) -> ScanBatch:
    """A batch below the areas of the actor's roles. Raises NotFound."""
    actor = current_actor()
    with reading() as session:
        found = scanned.batch(session, batch_id)
    if found is None or not found.area.startswith(tuple(areas_of(actor))):
        raise NotFound("没有这一批扫描件，或者不归您管。")
    return found
