"""Read cells that hold numbers, years and days."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from server.roster.fields import Field
from server.roster.texts import NOTHING, Fault, Read, as_text, canonical, plain_number, shown, tidy
from server.roster.workbook import Value

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_YEAR = re.compile(r"(\d{4})(?:年度?|\.0+)?")
_DAY = re.compile(r"(\d{4})[年.\-/](\d{1,2})[月.\-/](\d{1,2})[日号]?(?:\s*00:00(?::00)?)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_EXCEL_EPOCH = date(1899, 12, 30)


def damaged(label: str, value: Value) -> Fault | None:
    """Long numbers that Excel has rounded to fifteen digits are gone for good."""
    rounded = isinstance(value, int | float) and (abs(value) >= 1e15 or value != int(value))
    spelt = isinstance(value, str) and _SCIENTIFIC.fullmatch(tidy(value))
    if not rounded and not spelt:
        return None
    return Fault(
        f"{label}已被 Excel 改成近似数（{tidy(as_text(value))}），后几位丢失",
        "请从原系统重新导出，或把单元格设为“文本”后重新录入",
    )


def read_decimal(field: Field, value: Value) -> Read | Fault:
    number = _number_of(field, value)
    if isinstance(number, Read | Fault):
        return number
    return _bounded(field, number)


def read_integer(field: Field, value: Value) -> Read | Fault:
    number = _number_of(field, value)
    if isinstance(number, Read | Fault):
        return number
    if number != number.to_integral_value():
        return Fault(f"{field.label}“{canonical(number)}”不是整数", "请填整数")
    return _bounded(field, number)


def _number_of(field: Field, value: Value) -> Decimal | Read | Fault:
    text = tidy(as_text(value)) if isinstance(value, str) else ""
    if isinstance(value, str) and text in NOTHING:
        return Read("")
    if isinstance(value, datetime | date | time | timedelta):
        return Fault(f"{field.label}被 Excel 当成了日期", "请把单元格格式改为“常规”后填数字")
    digits = text.replace(",", "") if isinstance(value, str) else repr(value)
    if isinstance(value, str) and not _NUMBER.fullmatch(digits):
        return Fault(
            f"{field.label}“{shown(text)}”不是数字", "请只填数字，不带“约”、单位和其他文字"
        )
    try:
        return Decimal(digits)
    except InvalidOperation:
        return Fault(f"{field.label}不是数字", "请只填数字")


def _bounded(field: Field, number: Decimal) -> Read | Fault:
    if not field.low <= number <= field.high:
        return Fault(
            f"{field.label}“{canonical(number)}”不合理",
            f"应在 {plain_number(field.low)} 到 {plain_number(field.high)} 之间，请核实",
        )
    return Read(canonical(round(number, 4)))


def read_year(field: Field, value: Value) -> Read | Fault:
    if isinstance(value, datetime | date):
        return _bounded(field, Decimal(value.year))
    text = re.sub(r"\s", "", tidy(as_text(value)))
    if text in NOTHING:
        return Read("")
    found = _YEAR.fullmatch(text)
    day = day_of(text)
    if not found and not day:
        return Fault(f"{field.label}“{shown(text)}”不是年份", "请填四位数的年份，如 2015")
    return _bounded(field, Decimal(found[1] if found else day.year if day else 0))


def read_date(field: Field, value: Value) -> Read | Fault:
    if isinstance(value, datetime):
        return Read(value.date().isoformat())
    if isinstance(value, date):
        return Read(value.isoformat())
    if isinstance(value, int | float) and 3654 <= value < 73051 and value == int(value):
        return Read((_EXCEL_EPOCH + timedelta(days=int(value))).isoformat())
    text = re.sub(r"\s*([年月日号./-])\s*", r"\1", tidy(as_text(value)))
    if text in NOTHING:
        return Read("")
    day = day_of(text)
    if day:
        return Read(day.isoformat())
    if _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text):
        return Fault(f"{field.label}“{shown(text)}”这个日期不存在", "请核实后改正")
    return Fault(f"{field.label}“{shown(text)}”不是完整的日期", "请填年月日，如 2015-03-08")


def day_of(text: str) -> date | None:
    found = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
