"""表格导入导出: upload a roster, correct its columns, look at what it would do, import it."""

from __future__ import annotations

import io

from flask import Response, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts import queries as accounts
from server.accounts.rights import current_actor, needs
from server.console import queries, upload
from server.console.blueprint import blueprint
from server.console.page import page, part, village_names
from server.console.upload import Upload
from server.database import reading, transaction
from server.forms.queries import dictionary_in_force
from server.jobs import state_of, wake
from server.problems import NotFound, Problem, RosterUnreadable
from server.review.wording import without_ids
from server.roster import queries as rosters
from server.roster import run
from server.roster.models import RosterImport
from server.roster.preview import Preview, importable, preview, understand, words_for
from server.roster.report import annotated

#: So many rows of each kind are shown; the rest is in the downloaded file.
SHOWN = 200
#: Every workbook is a zip file.
ZIP = b"PK"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/roster/")
@needs("roster")
def roster() -> Response:
    """Where a file is chosen, with the imports of late."""
    return _start()


@blueprint.post("/roster/")
@needs("roster")
def upload_roster() -> AnyResponse:
    """Keep the uploaded file and show what it would do."""
    file = request.files.get("file")
    content = file.read() if file else b""
    if file is None or not content:
        return _start(RosterUnreadable("请先选一个 .xlsx 表格文件。"))
    if not content.startswith(ZIP):
        return _start(RosterUnreadable())
    kept = upload.keep(content, file.filename or "花名册.xlsx", current_actor().person_id)
    return redirect(url_for("console.roster_file", sha256=kept.sha256))


@blueprint.get("/roster/<sha256>")
@needs("roster")
def roster_file(sha256: str) -> Response:
    """What importing the file would do, with its columns to correct."""
    kept = upload.uploaded(sha256, current_actor().person_id)
    try:
        return _preview(kept)
    except RosterUnreadable as problem:
        return _start(problem)


@blueprint.post("/roster/<sha256>")
@needs("roster")
def correct_columns(sha256: str) -> AnyResponse:
    """Map the columns as the person says and show the preview anew."""
    person_id = current_actor().person_id
    labels, keys = request.form.getlist("label"), request.form.getlist("key")
    changed = upload.corrected(
        upload.uploaded(sha256, person_id),
        dict(zip(labels, keys, strict=False)),
        request.form.get("as_of", ""),
    )
    upload.remember(changed, person_id)
    return redirect(url_for("console.roster_file", sha256=sha256))


@blueprint.route("/roster/<sha256>/import", methods=["GET", "POST"])
@needs("roster")
def import_roster(sha256: str) -> AnyResponse:
    """Queue the import and show its progress."""
    actor = current_actor()
    kept = upload.uploaded(sha256, actor.person_id)
    if request.method != "POST":
        return redirect(url_for("console.roster_file", sha256=sha256))
    source = kept.source(actor)
    try:
        with reading() as session:
            understood = understand(session, source)
        with transaction() as session:
            row = run.start_import(
                session,
                source,
                understood,
                filename=kept.filename,
                person_id=actor.person_id,
            )
            accounts.audit(
                session,
                clock.now(),
                actor.person_id,
                "roster.import",
                row.id,
                detail={"filename": kept.filename},
            )
    except RosterUnreadable as problem:
        return _preview(kept, problem)
    wake(row.job_id or "")
    return redirect(url_for("console.roster_import", import_id=row.id))


@blueprint.get("/roster/<sha256>/report.xlsx")
@needs("roster")
def roster_report(sha256: str) -> Response:
    """The original rows with result and reason; `refused=1` only those with a reason."""
    kept = upload.uploaded(sha256, current_actor().person_id)
    with reading() as session:
        found = preview(session, kept.source(current_actor()))
    only = request.args.get("refused") == "1"
    book = annotated(found.table, found.outcomes(), only_refused=only)
    name = f"{kept.filename.rpartition('.')[0]} {'原因表' if only else '导入结果'}.xlsx"
    return send_file(
        io.BytesIO(book), mimetype=XLSX, as_attachment=True, download_name=name, max_age=0
    )


@blueprint.get("/roster/imports/<import_id>")
@needs("roster")
def roster_import(import_id: str) -> Response:
    """One import with its progress and result."""
    row = import_of(import_id)
    return page(
        "roster_import.html",
        "roster",
        row=row,
        job=state_of(row.job_id or ""),
        can_report=_can_report(row),
    )


@blueprint.get("/roster/imports/<import_id>/progress")
@needs("roster")
def roster_progress(import_id: str) -> Response:
    """How far an import is, for htmx."""
    row = import_of(import_id)
    job = state_of(row.job_id or "")
    return part(
        "roster_progress.html",
        done=job is None or job.state in ("done", "failed"),
        row=row,
        job=job,
        can_report=_can_report(row),
    )


def import_of(import_id: str) -> RosterImport:
    with reading() as session:
        row = rosters.roster_import(session, import_id)
    if row is None or not set(row.villages) <= current_actor().villages:
        raise NotFound("没有这次导入，或者不是您管的村。")
    return row


def _can_report(row: RosterImport) -> bool:
    try:
        upload.uploaded(row.sha256, current_actor().person_id)
    except NotFound:
        return False
    return True


def _start(problem: Problem | None = None) -> Response:
    actor = current_actor()
    with reading() as session:
        imports = [
            row
            for row in rosters.recent_imports(session, 40)
            if set(row.villages) <= actor.villages
        ][:15]
        names = accounts.names(session, {row.created_by or "" for row in imports})
        withdrawn = {row.id: len(rosters.withdrawn(session, row.submissions)) for row in imports}
        households = queries.household_count(session, actor.villages)
    return page(
        "roster.html",
        "roster",
        status=int(problem.status) if problem else 200,
        imports=imports,
        names=names,
        withdrawn=withdrawn,
        households=households,
        problem=problem.detail if problem else None,
    )


def _preview(kept: Upload, problem: Problem | None = None) -> Response:
    with reading() as session:
        found = preview(session, kept.source(current_actor()))
        dictionary = dictionary_in_force(session)
    fields = importable(dictionary)
    return page(
        "roster_preview.html",
        "roster",
        status=int(problem.status) if problem else 200,
        problem=problem.detail if problem else None,
        kept=kept,
        found=found,
        counts=found.counts,
        fields=fields,
        refused=_refused(found),
        new=[one for one in found.planned if one.state == "new"],
        changed=_changes(found),
        say=lambda change, text: without_ids(
            words_for(dictionary, change.property, text) if text else ""
        ),
        remarks=list(found.remarks.items()),
        shown=SHOWN,
        village_names=village_names(current_actor()),
    )


def _refused(found: Preview) -> list[tuple[int, str, str]]:
    """Row, whose it is, and why it cannot go in."""
    name = found.table.column_of("person_name")
    cells = {line.number: line.cells for line in found.table.lines}
    rows = []
    for number, reasons in found.refused.items():
        line = cells.get(number, ())
        who = line[name.index] if name is not None and name.index < len(line) else ""
        rows.append((number, str(who or ""), without_ids(" ".join(reasons))))
    return rows


def _changes(found: Preview) -> list[tuple[str, object]]:
    return [
        (one.household.head_name, change)
        for one in found.planned
        if one.state == "changed"
        for change in one.changes
    ]
