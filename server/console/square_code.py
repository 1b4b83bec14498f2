"""The page that the square code of a printed page leads to: is this paper true?

A stranger learns only whether this was printed here, when, and whether it is out of date; never
whose it is. Who is signed in at the desk is led to what he may see of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from server import clock
from server.accounts.rights import PUBLIC, needs
from server.database import reading
from server.household_file import words
from server.household_file.models import PrintedFile
from server.household_file.printed import corrections as corrected
from server.household_file.printed import queries as files
from server.household_file.returned import queries as scanned
from server.household_file.sheets import queries as sheets
from server.household_file.sheets.models import IssuedSheet
from server.household_file.typeset.code import Code, read
from server.registers import values
from server.security import limiter

blueprint = Blueprint("papers", __name__)

#: Nobody reads more paper than this by hand.
LIMIT = "30 per minute"


@dataclass(frozen=True, slots=True)
class Told:
    """What anybody may know of a printed version, of a file or of a sheet."""

    version: PrintedFile | IssuedSheet
    newer: datetime | None
    corrected: bool


@blueprint.get("/z/<number>/<int:version>/<digits>")
@blueprint.get("/Z/<number>/<int:version>/<digits>")
@blueprint.get("/z/<number>/<int:version>/<digits>/<int:page>")
@blueprint.get("/Z/<number>/<int:version>/<digits>/<int:page>")
@needs(PUBLIC)
@limiter.limit(LIMIT)
def paper(number: str, version: int, digits: str, page: int = 0) -> Response:
    """Whether a paper is true, by what its code says; codes are written in capitals."""
    said = Code(number, version, digits.upper(), page or None).text()
    if current_user.is_authenticated:
        return redirect(url_for("console.check_paper", code=said))
    code = read(said)
    with reading() as session:
        told = _told(session, code) if code else None
    response = make_response(
        render_template(
            "console/paper_told.html",
            told=told,
            on=_on,
            back=url_for("console.check_paper", code=said),
        ),
        200 if told else 404,
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _on(day: date | datetime) -> str:
    """A day with its year: paper is older than the calendar on the wall."""
    local = clock.local(day).date() if isinstance(day, datetime) else day
    return words.long_date(local.isoformat())


def _told(session: Session, code: Code) -> Told | None:
    for version in scanned.by_code(session, code.digits, code.version):
        home = scanned.home(session, version.household_id)
        if home is None:
            continue
        known = {home.id, version.household_id, values.text(home.live, "household_no")}
        if code.number.lower() in known:
            newer = files.newer(session, version)
            found = corrected.corrections(session, {home.area}, home.id)
            return Told(
                version,
                newer.made_at if newer else None,
                bool(corrected.of_version(found, version)),
            )
    return _told_of_sheet(session, code)


def _told_of_sheet(session: Session, code: Code) -> Told | None:
    sheet = sheets.find(session, code.number, code.version, code.digits)
    if sheet is None:
        return None
    newest = sheets.newest(session, sheet.number) or sheet
    found = corrected.corrections(session, sheet.villages, sheet.household_id)
    return Told(
        sheet,
        newest.made_at if newest.version > sheet.version else None,
        any(corrected.carried_by(one.replaced, one.at, [sheet]) for one in found),
    )
