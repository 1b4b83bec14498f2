"""How dates, moments and states read on the desk's pages: the filters of its templates."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from server import clock
from server.registers.visibility import masked_phone
from server.review.doubts import doubts
from server.review.wording import without_ids

_MOBILE = re.compile(r"(?<![0-9])1[0-9]{10}(?![0-9])")
WORDS = Path(__file__).resolve().parent.parent / "words.json"

#: Review state -> the shape that stands before its word.
SHAPES = {
    "received": "",
    "edited": "part",
    "hasIssues": "warn",
    "approved": "ok",
    "rejected": "none",
}


def init_app(app: Flask) -> None:
    """Add the filters to the templates of the application."""
    app.jinja_env.filters |= {
        "day": day,
        "moment": moment,
        "clock_error": clock_error,
        "doubts": doubts_of,
        "due": due,
        "mask": mask,
        "word": word,
    }
    app.jinja_env.globals |= {"SHAPES": SHAPES}


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The one list of words that people see."""
    found: Mapping[str, Mapping[str, str]] = json.loads(WORDS.read_text("utf-8"))
    return found


def word(key: str, group: str) -> str:
    """One word of the list, or the key itself when the list lacks it."""
    return words().get(group, {}).get(key, key)


def mask(text: object) -> str:
    """A text with ID numbers and mobile numbers masked."""
    return _MOBILE.sub(lambda found: masked_phone(found[0]), without_ids(str(text or "")))


def day(value: object) -> str:
    """A date as 3月26日, with the year where it is not this year's; "—" for none."""
    found = _date(value)
    if found is None:
        return str(value) if value else "—"
    text = f"{found.month}月{found.day}日"
    return text if found.year == clock.today().year else f"{found.year}年{text}"


def moment(value: datetime | None) -> str:
    """A moment as 3月26日 21:40 on the wall clocks of China."""
    if value is None:
        return "—"
    local = clock.local(value)
    return f"{day(local.date())} {local:%H:%M}"


def clock_error(seconds: int) -> str:
    """How wrong a phone's clock was: positive is fast."""
    if abs(seconds) < 5:
        return "准"
    size = abs(seconds)
    if size < 120:
        amount = f"{size} 秒"
    elif size < 7200:
        amount = f"{size // 60} 分钟"
    elif size < 172800:
        amount = f"{size // 3600} 小时"
    else:
        amount = f"{size // 86400} 天"
    return f"{'快' if seconds > 0 else '慢'} {amount}"


def doubts_of(said: Any) -> tuple[str, ...]:
    """What makes the date of a submission, or of an author's word, doubtful."""
    if said is None or said.received_at is None or said.recorded_at is None:
        return ()
    return doubts(said.event_date, said.recorded_at, said.received_at, said.clock_error_s)


def due(value: object) -> dict[str, Any]:
    """How far off a due date is: a badge's shape and its words."""
    found = _date(value)
    if found is None:
        return {"shape": "none", "text": "不用走访", "days": None}
    left = (found - clock.today()).days
    if left < -7:
        return {"shape": "bad", "text": f"超 {-left} 天", "days": left}
    if left < 0:
        return {"shape": "warn", "text": f"超 {-left} 天", "days": left}
    text = {0: "今天", 1: "明天"}.get(left) or (f"{left} 天后" if left <= 30 else day(found))
    return {"shape": "", "text": text, "days": left}


def _date(value: object) -> date | None:
    if isinstance(value, datetime):
        return clock.local(value).date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None
