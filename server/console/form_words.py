"""What publishing and withdrawing a form does, in words, and where a refusal points to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from server.console.say import day
from server.forms.models import FormVersion, Mode

REASON = re.compile(
    r"(?:(?P<sheet>survey|choices|entities|settings) 表[：，]?)?"
    r"(?:第 (?P<row>\d+) 行[：，、]?)?\s*(?P<text>.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a form is refused. sheet and row: where in the workbook, as far as it is known."""

    sheet: str
    row: str
    text: str


def pointed(reason: str) -> Reason:
    """A reason taken apart into place and words."""
    found = REASON.fullmatch(reason)
    if found is None:
        return Reason("", "", reason)
    row = found["row"] or ""
    return Reason(found["sheet"] or ("survey" if row else ""), row, found["text"] or reason)


@dataclass(frozen=True, slots=True)
class Situation:
    """A form on the day on which somebody decides about it.

    current: what is filled in now; coming: what is to begin later; done, drafts: of `current`.
    """

    title: str
    current: FormVersion | None
    coming: Sequence[FormVersion]
    done: int
    drafts: int


def publishing(
    now: Situation, version: str, valid_from: date, today: date, mode: Mode, new: Sequence[str]
) -> list[str]:
    """What happens when a version is published.

    new: what is asked that the version in force does not ask, by its words.
    """
    when = "今天起" if valid_from <= today else f"{day(valid_from)}起"
    told = [f"{when}，手机联网后，新填的“{now.title}”用 {version} 版。"]
    if now.current is None:
        told.append("这是一张新表，以前没有填过。")
    else:
        if valid_from > today:
            told.append(f"在那以前，照旧用 {now.current.version} 版。")
        told += _what_stays(now)
        told.append(_asked_again(now, mode, new))
    told += [
        f"注意：{later.version} 版已经定好 {day(later.valid_from)}起用，到那天会换成它。"
        for later in now.coming
        if later.valid_from > valid_from
    ]
    return [*told, "发布后内容不能再改；发现不对，可以撤回，再传一版新的。"]


def _what_stays(now: Situation) -> list[str]:
    drafts = f"手机上 {now.drafts} 份填了一半的" if now.drafts else "填了一半的草稿"
    return [
        f"{drafts}，按原来的版本填完，照常上传。",
        f"已经交上来的 {now.done:,} 份不变。" if now.done else "还没有人用原来的版本交过。",
    ]


def _asked_again(now: Situation, mode: Mode, new: Sequence[str]) -> str:
    if mode == "supplement" and new:
        return (
            f"以前填过的户，下次补问新加的 {len(new)} 题：{'、'.join(new)}。"
            "手机的“今日”和农户页会列出要补问的户，有人补上了，别的手机就不再列。"
        )
    return "以前填过的户不补问，下次填这张表时才问新加的题。" if new else "没有新加的题要问。"


def withdrawing(now: Situation, row: FormVersion, left: FormVersion | None) -> list[str]:
    """What happens when a version is withdrawn; left: what is filled in then."""
    told = []
    if now.current is not row:
        told.append("这一版现在没有在用，撤回以后也不会再用。")
    elif left:
        told.append(f"手机联网后不再用这一版新填，改回 {left.version} 版。")
    else:
        told.append(f"没有更早的版本：手机联网后，暂时不能新填“{row.title}”。")
    drafts = f"手机上 {now.drafts} 份填了一半的" if now.drafts else "填了一半的草稿"
    return [
        *told,
        f"{drafts}照这一版填完，照常上传。",
        f"已经交上来的 {now.done:,} 份不变。" if now.done else "还没有人用这一版交过。",
        "以后可以恢复。",
    ]
