"""Filing a scanned page: finding what it shows by its code, or as somebody says; saying so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.attachments.models import ScannedPage as Row
from server.household_file import kept
from server.household_file.models import PrintedFile
from server.household_file.printed.pages import Placed, on_page, placed
from server.household_file.returned import queries
from server.household_file.returned.said import said_of
from server.household_file.sheets import queries as sheets
from server.household_file.sheets.kinds import KINDS
from server.household_file.typeset.code import Code
from server.intake.office import OfficeContent, office_submission
from server.intake.paper import PICTURE, Material, ScannedPage
from server.intake.receive import receive
from server.problems import DecisionRefused, NotFound
from server.submissions.incoming import Incoming, NamedFile

NO_CODE = "没有读到方码，请指定是哪一户的哪一件。"
UNKNOWN = "方码读到了，但这里没有印过这一版，请核对是不是本镇印的。"
SHEET = "这是单独印的“{}”，不是户档里的页。要归到户档，请选是哪一件，或者另写材料名称。"
NOT_YOURS = "这一页是别的村的户档，不归您管，请交给管那个村的人。"
NO_PAGE = "方码里没有页码，请选这是哪一件。"
GONE = "这一版的文件不在了，查不到这一页是哪一件，请自己选。"


@dataclass(frozen=True, slots=True)
class Found:
    """What a code led to: what the page shows, or whose it is and why somebody has to say."""

    page: ScannedPage | None = None
    household_id: str | None = None
    hint: str = ""


def find(session: Session, actor: Actor, code: Code | None, root: Path) -> Found:
    """What a page shows by its code. root: the folder of kept PDFs."""
    if code is None:
        return Found(hint=NO_CODE)
    versions = queries.by_code(session, code.digits, code.version)
    if not versions:
        return _of_sheet(session, actor, code)
    version = versions[0]
    home = queries.home(session, version.household_id)
    if home is None or not actor.reaches(home.area, home.id):
        return Found(hint=NOT_YOURS)
    if code.page is None:
        return Found(household_id=home.id, hint=NO_PAGE)
    documents = placed(root, version.path)
    document = on_page(documents or (), code.page)
    if document is None:
        return Found(household_id=home.id, hint=GONE)
    return Found(of_document(version, document, code.page - document.first + 1, root), home.id)


def _of_sheet(session: Session, actor: Actor, code: Code) -> Found:
    """Whose a sheet is that was printed beside the file; where it belongs somebody has to say."""
    sheet = sheets.find(session, code.number, code.version, code.digits)
    if sheet is None:
        return Found(hint=UNKNOWN)
    home = queries.home(session, sheet.household_id) if sheet.household_id else None
    if home is not None and not actor.reaches(home.area, home.id):
        return Found(hint=NOT_YOURS)
    return Found(household_id=home.id if home else None, hint=SHEET.format(KINDS[sheet.kind].word))


def of_document(version: PrintedFile, document: Placed, place: int, root: Path) -> ScannedPage:
    """What a page shows that is a certain one of a document. root: the folder of kept PDFs."""
    facts = kept.facts(root / kept.facts_path(version.path))
    return ScannedPage(
        household_id=version.household_id,
        section=document.section,
        title=document.title,
        document=document.key,
        record=document.record,
        version=version.version,
        page=document.first + place - 1,
        place=place,
        pages=document.end - document.first + 1,
        said=said_of(facts, document.key) if facts else "",
    )


def file_page(
    session: Session,
    actor: Actor,
    row: Row,
    shown: ScannedPage,
    *,
    on: date,
    now: datetime,
    instance_id: str | None = None,
) -> None:
    """Say what a page shows; its row comes after what it names, in the journal too.

    Raises DecisionRefused for a household that is not the actor's, and NotFound.
    """
    home = queries.home(session, shown.household_id)
    if home is None or not actor.reaches(home.area, home.id):
        raise NotFound("没有这户，或者不在您管的村里。")
    content = OfficeContent("scan", on, scan=replace(shown, household_id=home.id), source=row.id)
    picture = NamedFile(PICTURE, row.sha256, row.size, "image/jpeg")
    one = office_submission(
        content,
        person_id=actor.person_id,
        now=now,
        instance_id=instance_id,
        attachments=[picture],
    )
    _submit(session, actor, one, now)
    row.state, row.instance_id, row.household_id, row.hint = "filed", one.instance_id, home.id, ""
    session.add(row)
    session.flush()


def note_material(session: Session, actor: Actor, said: Material, on: date, now: datetime) -> None:
    """Note how much there is of a material and where it lies. Raises as `file_page`."""
    home = queries.home(session, said.household_id)
    if home is None or not actor.reaches(home.area, home.id):
        raise NotFound("没有这户，或者不在您管的村里。")
    content = OfficeContent("material", on, material=replace(said, household_id=home.id))
    _submit(session, actor, office_submission(content, person_id=actor.person_id, now=now), now)
    accounts.audit(session, now, actor.person_id, "paper.material", home.id, reason=said.name)


def _submit(session: Session, actor: Actor, one: Incoming, now: datetime) -> None:
    (outcome,) = receive(session, [one], actor, now).outcomes
    if outcome.fate not in ("stored", "already_stored"):
        raise DecisionRefused(outcome.detail)


def areas_of(actor: Actor) -> list[str]:
    """The areas whose batches somebody goes on with: those of his roles."""
    return sorted({area for _, area in actor.roles})
