"""What a change of policy will do, said in words before it is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy.orm import Session

from server.accounts.queries import areas_on
from server.console.say import day as said_day
from server.followup.trying import would_mark
from server.intake.again import moved_by
from server.policy import queries
from server.policy.entering import Entry, holds
from server.policy.keys import Key, key_of
from server.policy.kinds import Kind
from server.policy.models import PolicyValue
from server.policy.values import for_phones

#: What `Key.moves` computes anew, as the rest of a sentence.
MOVED = {
    "visits": "户的下次走访日子要重新算",
    "cases": "户的监测步骤和期限要重新算",
    "problems": "户的问题期限要重新算",
    "everything": "户要重新算一遍，到期和提醒可能不同",
}


Say = Callable[[Kind, object], str]


def entering(session: Session, entry: Entry, today: date, say: Say) -> list[str]:
    """What keeping an entry will do."""
    spec = key_of(entry.key)
    if spec is None:
        return []
    begins = entry.valid_from
    before = holds(session, entry.key, entry.area, begins)
    lines = [f"{said_day(begins)}起：{say(spec.kind, before)} → {say(spec.kind, entry.value)}。"]
    if before == entry.value:
        lines = [f"{said_day(begins)}起本来就是“{say(spec.kind, before)}”，这次只是再记一笔。"]
    if later := _later(session, entry):
        lines.append(
            f"到 {said_day(later.valid_from)} 为止；那天起已经定了“{say(spec.kind, later.value)}”。"
        )
    lines.append(
        f"{said_day(begins - timedelta(1))}以前的记录照以前的算，打印出来也不变。"
        if begins >= today
        else f"日子在过去：{said_day(begins)}以后的都按新的算；已经交的记录不改。"
    )
    if spec.kind.name == "rule":
        lines.append(_marking(session, entry.value, max(begins, today)))
    return [*lines, *_moving(session, spec, begins, today), *_phones(spec)]


def _marking(session: Session, rule: object, day: date) -> str:
    villages = [one.code for one in areas_on(session, day) if one.level == "village"]
    homes, subjects = would_mark(session, villages, rule, day)
    return f"照现在登记的情况，会提醒 {homes:,} 户、{subjects:,} 处去核实；核实过的不再提醒。"


def withdrawing(session: Session, row: PolicyValue, today: date, say: Say) -> list[str]:
    """What withdrawing an entry will do."""
    spec = key_of(row.key)
    if spec is None:
        return []
    left = _without(session, row)
    lines = [f"{said_day(row.valid_from)}起改回：{say(spec.kind, left.value if left else None)}。"]
    if left is None:
        lines.append("以后就没有值了，要另外填一条。" if not row.area else "这个镇改照全县的。")
    return [*lines, *_moving(session, spec, row.valid_from, today), *_phones(spec)]


def _moving(session: Session, spec: Key, begins: date, today: date) -> list[str]:
    homes = len(moved_by(session, spec.key))
    if not homes:
        return []
    when = "马上" if begins <= today else f"{said_day(begins)}零点以后"
    return [f"{homes:,} {MOVED[spec.moves]}。{when}在后台算，这里看得到进度，不耽误用。"]


def _phones(spec: Key) -> list[str]:
    if not for_phones({spec.key: None}):
        return []
    return ["手机下次联网就收到；到了日子没联网也会自己换。补记以前的，按当时的。"]


def _later(session: Session, entry: Entry) -> PolicyValue | None:
    rows = [
        row
        for row in queries.entries(session, entry.key)
        if row.area == entry.area and not row.withdrawn_at and row.valid_from > entry.valid_from
    ]
    return min(rows, key=lambda row: (row.valid_from, -row.entry), default=None)


def _without(session: Session, row: PolicyValue) -> PolicyValue | None:
    """What holds from the day of an entry on once it is withdrawn."""
    left = [
        one
        for one in queries.entries(session, row.key)
        if one is not row
        and one.area == row.area
        and not one.withdrawn_at
        and one.valid_from <= row.valid_from
    ]
    return max(left, key=lambda one: (one.valid_from, one.entry), default=None)
