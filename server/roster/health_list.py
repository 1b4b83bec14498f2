"""The health centre's list: who had which of the eight ones done, when and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from server.problems import RosterUnreadable
from server.roster.header import by_words, folded, header_of
from server.roster.numeric import day_of
from server.roster.texts import as_text, tidy
from server.roster.workbook import Line, Value, read_workbook

#: Column -> the words that head it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "患者姓名", "患者", "体检人", "居民姓名"),
    "tail": ("身份证号后四位", "证号后四位", "身份证后四位", "身份证号", "身份证号码", "证件号码"),
    "item": ("项目", "服务项目", "八个一项目", "内容"),
    "on": ("日期", "完成日期", "体检日期", "落实日期", "时间", "服务日期"),
    "org": ("机构", "服务机构", "体检机构", "单位", "医院", "医疗机构"),
    "note": ("备注", "说明", "编号", "结果", "结论"),
}
#: Item -> words by which lists call it; the first that occurs in the cell counts.
ITEM_WORDS: Mapping[str, tuple[str, ...]] = {
    "hb1": ("定点医院",),
    "hb2": ("家庭医生", "签约"),
    "hb3": ("承诺书",),
    "hb4": ("健康卡",),
    "hb6": ("查体", "体检"),
    "hb5": ("健康档案", "建档"),
    "hb7": ("会诊",),
    "hb8": ("明白纸",),
}
NO_ITEM = "没有写是哪一项；换文件重传时选上，或者在表里加“项目”一列"
_ID = re.compile(r"\d{17}[0-9X]")
_TAIL = re.compile(r"\d{3}[0-9X]")
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row as it was read; fault says what is wrong with it, blank where nothing is.

    tail: the ID number or its last four. item: code. on: None where it could not be read.
    """

    number: int
    name: str
    tail: str
    item: str
    on: date | None
    org: str
    note: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a row may mean."""

    person_id: str
    name: str
    id_number: str


@dataclass(frozen=True, slots=True)
class Matched:
    """A row with the person it means; where it means nobody, fault says why."""

    row: ListRow
    person_id: str = ""
    fault: str = ""


def read_list(content: bytes, item: str = "", on: date | None = None) -> list[ListRow]:
    """The rows of a list. item, on: what holds where the list has no such column or cell.

    Raises RosterUnreadable with what to do about it.
    """
    words = {folded(word): key for key, some in COLUMNS.items() for word in some}
    for sheet in read_workbook(content):
        found = header_of(sheet, words)
        if found is None:
            continue
        _, bottom, labels = found
        columns = {key: place for place, key in by_words(labels, words).items() if key}
        if {"name", "tail"} <= columns.keys():
            lines = [line for line in sheet.lines if line.number > bottom and not line.blank]
            return [_row(line, columns, item, on) for line in lines]
    raise RosterUnreadable(
        "没有找到表头。第一行要有“姓名”“身份证号后四位”（或身份证号）“项目”“日期”“机构”。"
    )


def match(rows: Iterable[ListRow], people: Iterable[Candidate]) -> list[Matched]:
    """Whom each row means: the same name and ID number, or its last four."""
    by_name: dict[str, list[Candidate]] = {}
    for one in people:
        by_name.setdefault(one.name, []).append(one)
    return [_match(row, by_name.get(row.name, [])) for row in rows]


def _match(row: ListRow, named: list[Candidate]) -> Matched:
    if row.fault:
        return Matched(row, fault=row.fault)
    same = [one for one in named if one.id_number and one.id_number.endswith(row.tail)]
    if len(same) == 1:
        return Matched(row, same[0].person_id)
    if len(same) > 1:
        return Matched(row, fault="同名、尾号也相同的不止一人，请写身份证全号")
    if named:
        return Matched(row, fault="名字对得上，证号对不上，请核对")
    return Matched(row, fault="您管的村里，做“八个一”的人里没有他")


def once(found: Iterable[Matched]) -> list[Matched]:
    """The same rows; of those that say one item of one person, the latest day counts."""
    rows = list(found)
    kept: dict[tuple[str, str], Matched] = {}
    for one in rows:
        if not one.fault:
            before = kept.setdefault((one.person_id, one.row.item), one)
            if (one.row.on or date.min) > (before.row.on or date.min):
                kept[one.person_id, one.row.item] = one
    return [_unless_repeated(one, kept.get((one.person_id, one.row.item))) for one in rows]


def _unless_repeated(one: Matched, kept: Matched | None) -> Matched:
    if one.fault or kept is None or one is kept:
        return one
    return Matched(one.row, fault=f"和第 {kept.row.number} 行是同一个人、同一项，只记那一行")


def _row(line: Line, columns: Mapping[str, int], item: str, on: date | None) -> ListRow:
    def cell(key: str) -> Value:
        place = columns.get(key)
        return line.cells[place] if place is not None and place < len(line.cells) else None

    def text(key: str) -> str:
        return tidy(as_text(cell(key)))

    tail = re.sub(r"[\s-]", "", text("tail")).upper()
    if tail.isdigit() and len(tail) < 4:  # Excel made a number of 0123
        tail = tail.zfill(4)
    found = ListRow(
        number=line.number,
        name=re.sub(r"\s", "", text("name")),
        tail=tail,
        item=_item(text("item")) or item,
        on=_day(cell("on")) if text("on") else on,
        org=text("org")[:50],
        note=text("note")[:100],
    )
    return replace(found, fault=_fault(found, text("item"), text("on")))


def _fault(row: ListRow, item: str, on: str) -> str:
    if not row.name:
        return "没有姓名"
    if not (_ID.fullmatch(row.tail) or _TAIL.fullmatch(row.tail)):
        return "身份证号要写全号，或者后四位"
    if not row.item:
        return f"项目“{item}”看不懂，请写如“健康查体”" if item else NO_ITEM
    if row.on is None:
        return f"日期“{on}”看不懂，请写如 2026-03-08" if on else "没有写日期"
    return ""


def _item(text: str) -> str:
    """The item that a cell means: its number, or its words."""
    number = re.fullmatch(r"(?:第\s*)?([1-8])(?:\s*项)?", text)
    if number:
        return f"hb{number[1]}"
    return next(
        (code for code, words in ITEM_WORDS.items() if any(word in text for word in words)), ""
    )


def _day(value: Value) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and 3654 <= value < 73051 and value == int(value):
        return _EPOCH + timedelta(days=int(value))
    return day_of(re.sub(r"\s*([年月日号./-])\s*", r"\1", tidy(as_text(value))))
