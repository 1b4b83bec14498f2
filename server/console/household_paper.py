"""签字件和材料: what came back of a household's file, and where its materials lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from flask import Response, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from server import clock
from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console import queries
from server.console.blueprint import blueprint
from server.console.page import page
from server.console.scans import LARGEST, MATERIALS, PAPERS, hand_in
from server.database import reading, transaction
from server.household_file.content import queries as household_files
from server.household_file.content.papers.materials import USUAL
from server.household_file.content.states import end_of
from server.household_file.printed import corrections as corrected
from server.household_file.printed import queries as files
from server.household_file.returned import queries as scanned
from server.household_file.returned.batch import Target
from server.household_file.returned.filing import note_material
from server.household_file.returned.standing import Filed, filed, materials, newest
from server.intake.paper import Material
from server.problems import DecisionRefused, NotFound, Problem, RequestInvalid, StorageFull
from server.registers import queries as registers
from server.registers.models import HouseholdRow
from server.security import csrf

#: Section -> what the sheet of it is called, and what usually belongs there.
RENOVATED = "12.2"
SHEETS = {**PAPERS, RENOVATED: "危房改造应附材料"}
NOTED = {**MATERIALS, RENOVATED: USUAL["renovations"]}


@dataclass(frozen=True, slots=True)
class Line:
    """One scanned page of a household; replaced: a newer scan of the same page holds.

    corrected: the version that it was printed in was corrected since. page_id: of the scan.
    """

    filed: Filed
    page_id: str
    replaced: bool
    corrected: bool


@blueprint.get("/households/<household_id>/paper")
@needs("print")
def household_paper(household_id: str) -> Response:
    """All scanned pages of a household, and its materials."""
    return _screen(household_id)


@blueprint.post("/households/<household_id>/paper")
@needs("print")
def scan_material(household_id: str) -> AnyResponse:
    """Take copies of a material in; every page of the files is one of it."""
    request.max_content_length = LARGEST
    csrf.protect()
    actor = current_actor()
    with reading() as session:
        row = _home(session, actor, household_id)
    section, _, name = request.form.get("material", "").partition(":")
    name = (name or request.form.get("other", "")).strip()[:60]
    if section not in PAPERS or not name:
        return _screen(household_id, RequestInvalid("请选是什么材料。"))
    try:
        batch_id = hand_in(actor, Target(row.household_id, section, name))
    except (RequestInvalid, StorageFull) as problem:
        return _screen(household_id, problem)
    return redirect(url_for("console.scan_batch", batch_id=batch_id))


csrf.exempt(scan_material)


@blueprint.post("/households/<household_id>/paper/material")
@needs("print")
def save_material(household_id: str) -> AnyResponse:
    """Note how much there is of a material and where it lies."""
    given = {field.name: request.form.get(field.name, "").strip() for field in fields(Material)}
    said = Material(
        household_id,
        given["section"] if given["section"] in SHEETS else "",
        given["name"][:60],
        copies=_number(given["copies"]),
        pages=_number(given["pages"]),
        kept_at=given["kept_at"][:60],
        archive_no=given["archive_no"][:40],
        note=given["note"][:60],
    )
    if not said.section or not said.name:
        return _screen(household_id, DecisionRefused("请写是什么材料。"))
    try:
        with transaction() as session:
            note_material(session, current_actor(), said, clock.today(), clock.now())
    except DecisionRefused as problem:
        return _screen(household_id, problem)
    flash(f"{said.name}已登记。", "ok")
    return redirect(url_for("console.household_paper", household_id=household_id))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _screen(household_id: str, problem: Problem | None = None) -> Response:
    actor = current_actor()
    with reading() as session:
        row = _home(session, actor, household_id)
        lines = _lines(session, actor, row)
        noted = _noted(session, row)
    return page(
        "household_paper.html",
        "recent",
        status=int(problem.status) if problem else 200,
        row=row,
        name=row.head_name or "户主没登记",
        signed=[one for one in lines if one.filed.page.version],
        copies=[one for one in lines if not one.filed.page.version],
        papers=PAPERS,
        noted=noted,
        sheets=SHEETS,
        materials=MATERIALS,
        problem=problem.detail if problem else None,
    )


def _same(session: Session, row: HouseholdRow) -> Sequence[str]:
    home = scanned.home(session, row.household_id)
    return household_files.component(session, home) if home else ()


def _lines(session: Session, actor: Actor, row: HouseholdRow) -> list[Line]:
    """Every scanned page that is filed, the newest first."""
    same = _same(session, row)
    found = filed(session, same, end_of(clock.today()))
    records = files.roots(session, {one.page.record for one in found if one.page.record})
    holding = {one.instance_id for one in newest(found, records).values()}
    wrong = corrected.corrections(session, actor.villages, row.household_id)
    bad = {
        one.version
        for one in files.versions(session, row.household_id)
        if corrected.of_version(wrong, one)
    }
    of = scanned.pages_of(session, {one.instance_id for one in found})
    return [
        Line(
            one,
            of.get(one.instance_id, ""),
            one.instance_id not in holding,
            one.page.version in bad,
        )
        for one in reversed(found)
    ]


def _noted(session: Session, row: HouseholdRow) -> Mapping[str, list[Material]]:
    """Section -> all its materials, those about which nothing is noted too.

    Those of a renovation where there is one.
    """
    said = materials(session, _same(session, row), end_of(clock.today()))
    found: dict[str, list[Material]] = {}
    renovated = any(
        one.register == "renovations" for one in registers.belonging(session, row.household_id)
    )
    for section, usual in NOTED.items():
        if section == RENOVATED and not renovated:
            continue
        known = {one.name: one for one in said if one.section == section}
        names = dict.fromkeys((*usual, *known))
        found[section] = [
            known.get(name) or Material(row.household_id, section, name) for name in names
        ]
    return found


def _home(session: Session, actor: Actor, household_id: str) -> HouseholdRow:
    row = queries.household(session, household_id, actor.villages)
    if row is None:
        raise NotFound("没有这户，或者不在您管的村里。")
    return row
