"""The day a file speaks of: what its title says, else what the person chose, else today."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from server.roster.texts import as_text, tidy
from server.roster.workbook import Line

_WORDS = r"(?:(?:填报|填表|制表|导出|统计|更新|数据)(?:日期|时间)|数据截[至止]|截[至止])"
_LEAD = _WORDS + r"[日期时间]*[::为到至]?\s*"
_STATED = re.compile(_LEAD + r"(\d{4})[年.\-/](\d{1,2})[月.\-/](\d{1,2})")
_COMPACT = re.compile(_LEAD + r"(\d{4})(\d{2})(\d{2})(?!\d)")


def stated_day(lines: Iterable[Line], today: date) -> date | None:
    """The day stated above the header or below the table; None when none, or it lies ahead.

    lines: the lines that are no persons.
    """
    for line in lines:
        for cell in line.cells:
            text = tidy(as_text(cell))
            found = _STATED.search(text) or _COMPACT.search(text)
            if not found:
                continue
            try:
                day = date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                continue
            if day <= today:
                return day
    return None
