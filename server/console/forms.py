"""表单: a county changes its forms in Excel, sees them as phones show them, publishes them."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import Response, flash, jsonify, redirect, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock, jobs
from server.accounts import queries as accounts
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.form_words import Situation, pointed, publishing, withdrawing
from server.console.page import page
from server.database import reading, transaction
from server.forms import definition as definitions
from server.forms import queries, uploads
from server.forms.bundle import unpack
from server.forms.compare import Difference, differences, new_questions
from server.forms.compile import FormRefused
from server.forms.definition import Definition
from server.forms.export import workbook
from server.forms.models import FormUpload, FormVersion, Mode
from server.forms.publish import Source
from server.intake.readmit import published as tell_of
from server.policy import values as policy
from server.problems import FormRefused as Refused
from server.problems import NotFound, Problem, RequestInvalid
from server.submissions.queries import count_by_version

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The kinds of differences in the order in which they matter, as headings.
HEADINGS = {
    "added": "新加的题",
    "gone": "去掉的题",
    "rule": "规则改了",
    "words": "说法改了",
    "choices": "选项改了",
    "settings": "整张表",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """A form version with what was made of it."""

    row: FormVersion
    state: str
    done: int
    drafts: int


@blueprint.get("/forms/")
@needs("forms")
def forms() -> Response:
    """All forms, and where a changed one is chosen."""
    return _start()


@blueprint.get("/forms/<form_id>")
@needs("forms")
def form(form_id: str) -> Response:
    """All versions of a form."""
    with reading() as session:
        found = [one for one in _counted(session) if one.row.form_id == form_id]
        names = accounts.names(session, {one.row.published_by or "" for one in found})
    if not found:
        raise NotFound("没有这张表。")
    return page("form.html", "forms", versions=found, names=names)


@blueprint.get("/forms/<form_id>/<version>.xlsx")
@needs("forms")
def form_workbook(form_id: str, version: str) -> Response:
    """A version as a workbook to edit."""
    with reading() as session:
        row = _version(session, form_id, version)
        content, name = workbook(row.source), f"{row.title} {row.version}.xlsx"
    return send_file(
        io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name, max_age=0
    )


@blueprint.route("/forms/uploads", methods=["GET", "POST"])
@needs("forms")
def upload_form() -> AnyResponse:
    """Keep an uploaded workbook with what speaks against it."""
    if request.method != "POST":
        return redirect(url_for("console.forms"))
    file = request.files.get("file")
    content = file.read() if file else b""
    if file is None or not content:
        return _start(RequestInvalid("请先选一个 .xlsx 表格文件。"))
    source = Source(file.filename or "表单.xlsx", content)
    read = uploads.read(source)
    with transaction() as session:
        kept = uploads.keep(session, read, current_actor().person_id, clock.now(), clock.today())
    return redirect(url_for("console.form_upload", upload_id=kept.id))


@blueprint.get("/forms/uploads/<upload_id>")
@needs("forms")
def form_upload(upload_id: str) -> Response:
    """What speaks against an upload; or what it changes, and how a phone shows it."""
    return _upload_screen(upload_id)


@blueprint.get("/forms/uploads/<upload_id>/form.json")
@needs("forms")
def form_to_preview(upload_id: str) -> Response:
    """What a phone needs to show an upload."""
    with reading() as session:
        row = _upload(session, upload_id)
        if row.definition is None:
            raise NotFound("这个文件还读不出表来。")
        return _to_preview(session, row, row.definition)


@blueprint.get("/forms/<form_id>/<version>/form.json")
@needs("forms")
def version_to_preview(form_id: str, version: str) -> Response:
    """What a phone needs to show a published version."""
    with reading() as session:
        row = _version(session, form_id, version)
        return _to_preview(session, row, row.definition)


@blueprint.get("/forms/<form_id>/<version>/preview")
@needs("forms")
def form_preview(form_id: str, version: str) -> Response:
    """How a phone shows a published version."""
    with reading() as session:
        mine = [one for one in _counted(session) if one.row.form_id == form_id]
    shown = next((one for one in mine if one.row.version == version), None)
    if shown is None:
        raise NotFound("没有发布过这一版。")
    return page("form_preview.html", "forms", one=shown)


def _to_preview(
    session: Session, row: FormUpload | FormVersion, definition: Mapping[str, object]
) -> Response:
    dictionary = queries.newest_dictionary(session)
    answer = {
        "form": {
            "form_id": row.form_id,
            "version": row.version,
            "title": definition["title"],
            "xform": row.xform,
            "definition": definition,
        },
        "dictionary": dictionary.content if dictionary else None,
        "policy": policy.for_phones(policy.in_force(session, clock.today())),
        "files": _as_text(row.content if isinstance(row, FormUpload) else row.source),
    }
    response = jsonify(answer)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/forms/uploads/<upload_id>/publish", methods=["GET", "POST"])
@needs("forms")
def publish_form(upload_id: str) -> AnyResponse:
    """Say what publishing would do; publish."""
    if request.method != "POST":
        return _confirm(upload_id)
    with reading() as session:
        kept = _upload(session, upload_id)
        source = Source(kept.name, kept.content)
    order = _order(request.form.get("from", ""), request.form.get("mode", ""))
    try:
        read = uploads.read_form(source)
        with transaction() as session:
            row = uploads.publish_form(session, read, order, clock.now(), clock.today())
            said = f"已发布“{row.title}”{row.version} 版。"
            subject = f"{row.form_id} {row.version}"
            form_id, name = row.form_id, (row.form_id, row.version)
            accounts.audit(session, clock.now(), order.person_id, "form.published", subject)
            session.delete(_upload(session, upload_id))
            job = tell_of(session, [name], clock.now())
    except FormRefused as refused:
        return _upload_screen(upload_id, Refused("；".join(refused.reasons)))
    if job:
        jobs.wake(job)
    flash(said, "ok")
    return redirect(url_for("console.form", form_id=form_id))


@blueprint.route("/forms/<form_id>/<version>/withdraw", methods=["GET", "POST"])
@needs("forms")
def withdraw_form(form_id: str, version: str) -> AnyResponse:
    """Say what withdrawing a version would do; withdraw it, or let it count again."""
    if request.method != "POST":
        return _confirm_withdrawal(form_id, version)
    back = request.form.get("decision") == "restore"
    with transaction() as session:
        row = _version(session, form_id, version)
        if back:
            uploads.restore(row)
        else:
            uploads.withdraw(row, clock.now())
        accounts.audit(
            session,
            clock.now(),
            current_actor().person_id,
            "form.restored" if back else "form.withdrawn",
            f"{form_id} {version}",
            reason=request.form.get("reason", "")[:200],
        )
        session.flush()
        tell_of(session, [(form_id, version)], clock.now())
    flash(f"{version} 版{'已恢复' if back else '已撤回'}。", "ok")
    return redirect(url_for("console.form", form_id=form_id))


def _start(problem: Problem | None = None) -> Response:
    with reading() as session:
        listed = [list(some) for _, some in groupby(_counted(session), lambda c: c.row.form_id)]
    return page(
        "forms.html",
        "forms",
        status=int(problem.status) if problem else 200,
        forms=[(_shown_of(versions), versions) for versions in listed],
        problem=problem.detail if problem else None,
    )


def _shown_of(versions: list[Counted]) -> Counted:
    """The version by which a form is listed: the one in force, else the newest."""
    return next((one for one in versions if one.state == "current"), versions[0])


def _counted(session: Session) -> list[Counted]:
    """Every version, by form, newest first."""
    today = clock.today()
    current = {(row.form_id, row.version) for row in queries.in_force(session, today)}
    done, drafts = count_by_version(session), queries.drafts(session)
    return [
        Counted(
            row,
            _state(row, (row.form_id, row.version) in current, today),
            done.get((row.form_id, row.version), 0),
            drafts.get((row.form_id, row.version), 0),
        )
        for row in queries.all_versions(session)
    ]


def _state(row: FormVersion, current: bool, today: date) -> str:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.valid_from > today:
        return "coming"
    return "current" if current else "past"


def _version(session: Session, form_id: str, version: str) -> FormVersion:
    row = queries.form_version(session, form_id, version)
    if row is None:
        raise NotFound("没有发布过这一版。")
    return row


def _as_text(content: bytes) -> dict[str, str]:
    """The files of an upload by SHA-256, in letters."""
    bundle = unpack(content)
    return {bundle.hashes[name]: b64encode(file).decode() for name, file in bundle.files.items()}


def _upload(session: Session, upload_id: str) -> FormUpload:
    row = queries.upload(session, upload_id)
    if row is None:
        raise NotFound("这个文件已经发布，或者放得太久清掉了。请重新上传。")
    return row


def _upload_screen(upload_id: str, problem: Problem | None = None) -> Response:
    with reading() as session:
        row = _upload(session, upload_id)
        after = definitions.from_json(row.definition) if row.definition else None
        now = _situation(session, row.form_id, after.title if after else row.name)
        found = _compared(now.current, after) if after else []
        new = _new_words(now.current, after) if after else []
    return page(
        "form_upload.html",
        "forms",
        status=int(problem.status) if problem else 200,
        upload=row,
        form=after,
        now=now,
        reasons=[pointed(reason) for reason in row.reasons],
        groups=[(title, [d for d in found if d.kind == kind]) for kind, title in HEADINGS.items()],
        changes=len(found),
        tomorrow=clock.today() + timedelta(1),
        new=new,
        problem=problem.detail if problem else None,
    )


def _compared(current: FormVersion | None, after: Definition) -> list[Difference]:
    if current is None:
        return []
    return differences(definitions.from_json(current.definition), after)


def _new_words(current: FormVersion | None, after: Definition) -> list[str]:
    if current is None:
        return []
    paths = new_questions(definitions.from_json(current.definition), after)
    return [after.by_path[path].label or after.by_path[path].name for path in paths]


def _situation(session: Session, form_id: str, title: str) -> Situation:
    mine = [one for one in _counted(session) if one.row.form_id == form_id]
    current = next((one for one in mine if one.state == "current"), None)
    return Situation(
        title=title,
        current=current.row if current else None,
        coming=[one.row for one in mine if one.state == "coming"],
        done=current.done if current else 0,
        drafts=current.drafts if current else 0,
    )


def _order(day: str, mode: str) -> uploads.Order:
    try:
        valid_from = date.fromisoformat(day)
    except ValueError as error:
        raise RequestInvalid("请选从哪一天开始用。") from error
    chosen: Mode = "supplement" if mode == "supplement" else "onwards"
    return uploads.Order(chosen, valid_from, current_actor().person_id)


def _confirm(upload_id: str) -> Response:
    order = _order(request.args.get("from", ""), request.args.get("mode", ""))
    with reading() as session:
        row = _upload(session, upload_id)
        after = definitions.from_json(row.definition) if row.definition else None
        if after is not None:
            now = _situation(session, row.form_id, after.title)
            new = _new_words(now.current, after)
    if after is None or row.reasons:
        return _upload_screen(upload_id)
    told = publishing(now, row.version, order.valid_from, clock.today(), order.mode, new)
    return page("form_publish.html", "forms", upload=row, form=after, order=order, told=told)


def _confirm_withdrawal(form_id: str, version: str) -> Response:
    with reading() as session:
        row = _version(session, form_id, version)
        now = _situation(session, form_id, row.title)
        mine = next(one for one in _counted(session) if one.row is row)
        left = queries.version_in_force(session, form_id, clock.today(), without=version)
    counted = Situation(row.title, now.current, now.coming, mine.done, mine.drafts)
    return page(
        "form_withdraw.html",
        "forms",
        row=row,
        told=[] if row.withdrawn_at else withdrawing(counted, row, left),
    )
