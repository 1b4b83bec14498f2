"""What was printed of a household: its versions, what changed between two, corrections, 核验."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from flask import Response, flash, redirect, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.config import current
from server.console import queries
from server.console.blueprint import blueprint
from server.console.page import page, village_names
from server.console.sheets import reaches
from server.database import reading, transaction
from server.forms.queries import dictionary_in_force
from server.household_file import kept
from server.household_file.models import PrintedFile
from server.household_file.printed import corrections as corrected
from server.household_file.printed import queries as files
from server.household_file.printed.bound import note_bound
from server.household_file.printed.compare import Difference, differences
from server.household_file.printed.pages import Placed, on_page, placed
from server.household_file.returned import queries as scanned
from server.household_file.sheets import queries as sheets
from server.household_file.sheets.models import IssuedSheet
from server.household_file.typeset import code as square_code
from server.problems import NotFound, StateMovedOn
from server.registers.models import HouseholdRow

#: So many digits of the hash stand in the footer.
SHORT = 16


@blueprint.get("/households/<household_id>/files")
@needs("print")
def printed_files(household_id: str) -> Response:
    """All versions of a household's file, and what changed between two of them."""
    actor = current_actor()
    with reading() as session:
        row = _home(session, actor, household_id)
        versions = files.versions(session, household_id)
        whole = [one for one in versions if one.continues is None]
        bound = files.chains(session, [household_id]).get(household_id, [])
        older, newer = _chosen(whole)
        lines = _differences(session, older, newer) if older and newer else None
        found = corrected.corrections(session, actor.villages, household_id)
        marked = corrected.corrected_lines(session, lines or (), found)
    return page(
        "printed_files.html",
        "recent",
        row=row,
        name=row.head_name or "户主没登记",
        versions=versions,
        whole=whole,
        bound=bound,
        older=older,
        newer=newer,
        lines=lines,
        marked=marked,
        corrections={one.id: corrected.of_version(found, one) for one in versions},
    )


@blueprint.get("/households/<household_id>/files/<int:number>")
@needs("print")
def printed_file(household_id: str, number: int) -> Response:
    """The PDF of one version, as it was printed."""
    with reading() as session:
        row = _home(session, current_actor(), household_id)
        version = _version(session, household_id, number)
    path = current().printed / version.path
    if not path.is_file():
        raise NotFound("这一版的文件不在了。打印本户会按现在的内容再做一份。")
    return send_file(
        path,
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{row.head_name} {row.household_no} 第{number}版.pdf",
        max_age=0,
    )


@blueprint.post("/households/<household_id>/files/<int:number>")
@needs("print")
def bind_printed_file(household_id: str, number: int) -> AnyResponse:
    """Note that the paper of a version was bound, or that it was not."""
    bound = request.form.get("bound") == "1"
    with transaction() as session:
        _home(session, current_actor(), household_id)
        version = _version(session, household_id, number)
        try:
            note_bound(session, version, clock.today() if bound else None)
        except StateMovedOn as refused:
            flash(refused.detail, "warn")
    return redirect(url_for("console.printed_files", household_id=household_id))


@blueprint.get("/households/<household_id>/files/<int:number>/correction")
@needs("print")
def correction_notice(household_id: str, number: int) -> Response:
    """更正说明 for one version, as a PDF."""
    from server.household_file.content.gather import gather
    from server.household_file.notice import Notice, notice

    actor = current_actor()
    with reading() as session:
        row = _home(session, actor, household_id)
        version = _version(session, household_id, number)
        found = corrected.corrections(session, actor.villages, household_id)
        concerned = corrected.of_version(found, version)
        if not concerned:
            raise NotFound("这一版印出以后没有更正过。")
        was = kept.facts(current().printed / kept.facts_path(version.path))
        now = kept.as_json(gather(session, household_id, clock.today()))
        lines = _lines(session, was, now, version)
        said = Notice(
            head=row.head_name,
            household_no=row.household_no,
            place=f"{now['county']}{now['town']}{now['village']}",
            version=version,
            lines=corrected.corrected_lines(session, lines or (), concerned),
            corrections=concerned,
            carriers=corrected.carriers(
                session, concerned, files.versions(session, household_id), row.area
            ),
            on=clock.today(),
        )
    return send_file(
        io.BytesIO(notice(said)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"更正说明 {row.head_name} 第{number}版.pdf",
        max_age=0,
    )


@blueprint.get("/print/corrections")
@needs("print")
def corrections() -> Response:
    """Every record that was corrected after it had been printed, newest first."""
    actor = current_actor()
    with reading() as session:
        found = corrected.corrections(session, actor.villages)
        homes = {
            one.household_id: queries.household(session, one.household_id, actor.villages)
            for one in found
        }
        versions = files.versions_of(session, set(homes))
        tables = corrected.tables_named(session, found)
        carrying = corrected.sheets_with(session, found)
    return page(
        "corrections.html",
        "print",
        found=[one for one in found if homes[one.household_id]],
        homes=homes,
        village_names=village_names(actor),
        carried={
            one.replaced: corrected.carried_by(
                one.replaced, one.at, versions.get(one.household_id, ())
            )
            for one in found
        },
        tables=tables,
        sheets={
            record: [corrected.sheet_named(one) for one in some]
            for record, some in carrying.items()
        },
    )


@blueprint.get("/print/check")
@needs("print")
def check_paper() -> Response:
    """Whether a paper is what was printed, by the square code or the digits of its footer.

    A code leads to its household, and to the document of its page.
    """
    actor = current_actor()
    said = request.args.get("code", "").strip()[:200]
    code = square_code.read(said)
    digits = _digits(said)
    matches = []
    with reading() as session:
        for version in files.by_hash(session, digits) if digits else ():
            home = scanned.home(session, version.household_id)
            row = queries.household(session, home.id if home else "", actor.villages)
            if row is None or (code and code.version != version.version):
                continue
            newest = files.versions(session, version.household_id)[0]
            found = corrected.corrections(session, actor.villages, row.household_id)
            matches.append(
                {
                    "row": row,
                    "version": version,
                    "newest": newest,
                    "wrong": bool(corrected.of_version(found, version)),
                    "page": code.page if code else None,
                    "document": _on_page(version, code.page if code else None),
                }
            )
        issued = [
            (sheet, sheets.newest(session, sheet.number), _is_wrong(session, actor, sheet))
            for sheet in (sheets.by_hash(session, digits) if digits else ())
            if reaches(session, actor, sheet)
        ]
    return page(
        "check_paper.html", "print", code=said, digits=digits, matches=matches, issued=issued
    )


def _on_page(version: PrintedFile, number: int | None) -> Placed | None:
    """The document of a page of a version."""
    return on_page(placed(current().printed, version.path) or (), number) if number else None


def _is_wrong(session: Session, actor: Actor, sheet: IssuedSheet) -> bool:
    """Whether something that a sheet tells was corrected since."""
    found = corrected.corrections(session, actor.villages, sheet.household_id)
    return any(corrected.carried_by(one.replaced, one.at, [sheet]) for one in found)


def _digits(code: str) -> str:
    """The hash's digits in what was scanned or typed; "" where there are none."""
    if known := square_code.read(code):
        return known.digits.lower()
    found = re.search(r"[0-9A-Fa-f]{16,64}$", code.replace(" ", ""))
    digits = found[0].lower() if found else ""
    return digits if len(digits) == 64 else digits[-SHORT:]


def _home(session: Session, actor: Actor, household_id: str) -> HouseholdRow:
    row = queries.household(session, household_id, actor.villages)
    if row is None:
        raise NotFound("没有这户，或者不在您管的村里。")
    return row


def _version(session: Session, household_id: str, number: int) -> PrintedFile:
    for one in files.versions(session, household_id):
        if one.version == number:
            return one
    raise NotFound("没有这一版。")


def _chosen(
    versions: Sequence[PrintedFile],
) -> tuple[PrintedFile | None, PrintedFile | None]:
    """The two versions that are compared: those asked for, else the newest two."""
    known = {one.version: one for one in versions}
    numbers = sorted(known)
    if len(numbers) < 2:
        return None, None
    asked = [request.args.get(name, "") for name in ("old", "new")]
    chosen = [int(one) for one in asked if one.isdecimal() and int(one) in known]
    old, new = sorted(chosen) if len(chosen) == 2 else numbers[-2:]
    return known[old], known[new]


def _differences(
    session: Session, older: PrintedFile, newer: PrintedFile
) -> list[Difference] | None:
    root = current().printed
    was = kept.facts(root / kept.facts_path(older.path))
    now = kept.facts(root / kept.facts_path(newer.path))
    return _lines(session, was, now, older, newer)


def _lines(
    session: Session, was: object, now: object, *versions: PrintedFile
) -> list[Difference] | None:
    """The lines in which two versions differ; None where the facts of one were not kept."""
    if not isinstance(was, dict) or not isinstance(now, dict):
        return None
    registers = dictionary_in_force(session).registers
    labels = {
        prop.name: prop.label
        for register in reversed(list(registers.values()))
        for prop in register.properties.values()
    }
    used = {one for version in versions for one in version.used}
    used |= {str(one["instance_id"]) for one in now["used"]}
    return differences(was, now, labels, files.roots(session, used))
