"""Rows of the desk as an .xlsx that runs nothing."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from flask import Response, send_file
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from server import clock
from server.roster.report import safe_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Of a column that takes what is left on the screen.
WIDE = 30
#: Pixels on the screen that one of Excel's units of width stands for.
PIXELS = 8


def workbook(
    title: str, head: Sequence[tuple[str, int]], lines: Iterable[Sequence[str | int]]
) -> Response:
    """One sheet, its head and first column kept in view.

    head: the title of each column and its width on the screen in pixels, 0 for a wide one.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for place, (_, width) in enumerate(head, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = width // PIXELS if width else WIDE
    sheet.freeze_panes = "B2"
    sheet.append([safe_cell(sheet, text, bold=True) for text, _ in head])
    for line in lines:
        sheet.append([safe_cell(sheet, value) for value in line])
    written = io.BytesIO()
    book.save(written)
    return sent(written.getvalue(), title)


def sent(content: bytes, name: str) -> Response:
    """A workbook to save, named by what it holds and the day."""
    return send_file(
        io.BytesIO(content),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{name} {clock.today()}.xlsx",
        max_age=0,
    )
