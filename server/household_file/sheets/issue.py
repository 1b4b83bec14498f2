"""Issuing a sheet: its version, its kept facts, its PDF."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path

from server import clock
from server.attachments import store
from server.config import current
from server.database import transaction
from server.household_file import kept
from server.household_file.sheets import queries
from server.household_file.sheets.facts import Sheet, sheet_hash
from server.household_file.sheets.kinds import KINDS
from server.household_file.sheets.page import page
from server.household_file.typeset.pdf import pdf


@dataclass(frozen=True, slots=True)
class Issued:
    """A sheet on disk. rendered: false when its facts were issued before and the PDF was kept."""

    id: int
    number: str
    title: str
    version: int
    as_of: date
    pages: int
    digest: str
    path: Path
    rendered: bool


def issue(sheet: Sheet) -> Issued:
    """A sheet as a PDF; facts that were issued before keep their version, its date and its bytes.

    For views, jobs and commands: it opens its own short transactions, because rendering takes a
    while in which no other writer should wait. Raises PrintingFailed, and OSError when the disk is
    full.
    """
    settings = current()
    digest = sheet_hash(sheet)
    number = KINDS[sheet.kind].number(sheet.key)
    path = kept.path_of(digest)
    facts = settings.printed / kept.facts_path(path)
    if not facts.exists():
        kept.keep_facts(facts, sheet)
    with transaction() as session:
        row = queries.issue(session, sheet, number, digest, path, clock.now())
        issued = Issued(
            id=row.id,
            number=number,
            title=row.title,
            version=row.version,
            as_of=row.as_of,
            pages=row.pages,
            digest=digest,
            path=settings.printed / row.path,
            rendered=False,
        )
    if issued.path.exists() and issued.pages:
        return issued
    pages, content = _set(replace(sheet, as_of=issued.as_of.isoformat()), issued)
    kept.keep(issued.path, content)
    with transaction() as session:
        queries.note_pages(session, issued.id, pages)
    return replace(issued, pages=pages, rendered=True)


def _set(sheet: Sheet, issued: Issued) -> tuple[int, bytes]:
    """A sheet's pages and PDF: the roomiest setting that has no more pages than it should.

    Where none has, the roomiest of all.
    """

    def picture(sha256: str) -> bytes:
        return store.path_of(current().files, sha256, "thumb").read_bytes()

    def setting(fit: int) -> tuple[int, bytes]:
        base = current().public_url
        html = page(sheet, issued.number, issued.version, issued.digest, base, fit)
        content = pdf(html, picture)
        return kept.pages_of(BytesIO(content)), content

    roomy = setting(0)
    if not sheet.pages or roomy[0] <= sheet.pages:
        return roomy
    others = (setting(fit) for fit in range(1, KINDS[sheet.kind].fits))
    return next((one for one in others if one[0] <= sheet.pages), roomy)
