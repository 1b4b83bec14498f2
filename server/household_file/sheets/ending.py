"""On which page the 版记 of a letter stands: the last one, and that an even one."""

from __future__ import annotations

from io import BytesIO

from server.household_file.kept import pages_of
from server.household_file.sheets.bulletin import set_apart
from server.household_file.sheets.facts import Sheet, sheet_hash
from server.household_file.sheets.kinds import KINDS
from server.household_file.sheets.page import page
from server.household_file.typeset.pdf import pdf


def even(sheet: Sheet) -> Sheet:
    """The letter with its 版记 on an even page: at the foot of its last one, or alone behind it."""
    number = KINDS[sheet.kind].number(sheet.key)
    content = pdf(page(sheet, number, 1, sheet_hash(sheet), None), _no_picture)
    return sheet if pages_of(BytesIO(content)) % 2 == 0 else set_apart(sheet)


def _no_picture(sha256: str) -> bytes:
    raise FileNotFoundError(sha256)
