"""Read one cell as its column means it: the register's spelling, or why not and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from server.roster.choices import Choices, code_of, parts
from server.roster.fields import Field
from server.roster.identity import birth_of, checksum_holds, masked, shaped
from server.roster.numeric import (
    damaged,
    read_date,
    read_decimal,
    read_integer,
    read_year,
)
from server.roster.texts import NOTHING, Fault, Read, as_text, shown, tidy, unmarked
from server.roster.workbook import Broken, Formula, Value

Lists = Mapping[str, Choices]

_NAME = re.compile(r"[^\W\d_]+(?:·[^\W\d_]+)*")
_PHONE = re.compile(r"[0-9-]{7,13}")


def read_cell(field: Field, value: Value, lists: Lists) -> Read | Fault:
    """The cell as its column's kind of value.

    lists: choice lists of the data dictionary by name: (code, label) pairs.
    """
    if isinstance(value, Formula):
        return Fault(
            f"{field.label}是公式，系统不计算公式",
            "请在 Excel 里复制这一列，用“选择性粘贴→数值”换成文字后再导入",
        )
    if isinstance(value, Broken):
        return Fault(f"{field.label}是 Excel 的错误值 {value.text}", "请改成正确的内容")
    if isinstance(value, bool):
        value = "是" if value else "否"
    if value is None or (isinstance(value, str) and not tidy(value)):
        return Read("")
    return _READERS[field.kind](field, value, lists)


def text_of(field: Field, value: str, lists: Lists) -> str:
    """A value as its cell shows it."""
    if not field.options:
        return value
    labels = dict(lists.get(field.options, ()))
    return "、".join(labels.get(code, code) for code in value.split())


def _name(field: Field, value: Value, lists: Lists) -> Read | Fault:
    if not isinstance(value, str):
        return Fault(f"{field.label}“{as_text(value)}”不是姓名", "请填姓名")
    # Never normalised: NFC would replace rare characters of names by their common forms.
    name = re.sub(r"[.・•‧．﹒]", "·", re.sub(r"\s", "", unmarked(value)))
    if name in NOTHING:
        return Read("")
    if any("\ue000" <= sign <= "\uf8ff" for sign in name):
        return Fault(
            f"{field.label}里有旧系统自造的字，别的电脑显示不出来", "请用标准字库的字重新录入"
        )
    if not _NAME.fullmatch(name) or not 2 <= len(name) <= 20:
        return Fault(
            f"{field.label}“{shown(value)}”不像姓名", "请填 2 到 20 个字的姓名，不带称呼和符号"
        )
    return Read(name)


def _text(field: Field, value: Value, lists: Lists) -> Read | Fault:
    text = tidy(as_text(value))
    if text in NOTHING:
        return Read("")
    if len(text) > 200:
        return Fault(f"{field.label}太长（{len(text)} 字）", "请缩短到 200 字以内")
    return Read(text)


def _village_name(field: Field, value: Value, lists: Lists) -> Read | Fault:
    return Read(re.sub(r"\s", "", tidy(as_text(value))))


def _code(field: Field, value: Value, lists: Lists) -> Read | Fault:
    damage = damaged(field.label, value)
    if damage:
        return damage
    text = re.sub(r"[\s-]", "", tidy(as_text(value)))
    if text in NOTHING:
        return Read("")
    if not text.isascii() or not text.isdigit():
        return Fault(f"{field.label}“{shown(text)}”里有不是数字的字", f"请填数字的{field.label}")
    return Read(text)


def _id_number(field: Field, value: Value, lists: Lists) -> Read | Fault:
    damage = damaged("证号", value)
    if damage:
        return damage
    number = re.sub(r"[\s-]", "", tidy(as_text(value))).upper()
    if number in NOTHING:
        return Read("")
    fault = _id_fault(number)
    return fault or Read(number)


def _id_fault(number: str) -> Fault | None:
    if len(number) == 15 and number.isdigit():
        return Fault("证号是 15 位的旧号", "请换成 18 位公民身份号码")
    if len(number) != 18:
        return Fault(
            f"证号“{masked(shown(number))}”是 {len(number)} 位，应为 18 位", "请核对身份证后改正"
        )
    if not shaped(number):
        return Fault(
            "证号里有不该有的字符（前 17 位应为数字，末位为数字或 X）", "请核对身份证后改正"
        )
    birth = birth_of(number)
    if birth is None or birth.year < 1890:
        return Fault(f"证号里的出生日期 {number[6:14]} 不存在", "请核对身份证后改正")
    if not checksum_holds(number):
        return Fault("证号校验位不对，可能录错一位", "请核对身份证后改正")
    return None


def _phone(field: Field, value: Value, lists: Lists) -> Read | Fault:
    text = re.sub(r"\s", "", tidy(as_text(value))).replace("—", "-").removeprefix("+86")
    if text in NOTHING or text == "0":
        return Read("")
    if not _PHONE.fullmatch(text):
        return Fault(
            f"{field.label}“{shown(text)}”不是一个电话号码", "请只填一个号码（7 到 13 位数字）"
        )
    return Read(text)


def _one(field: Field, value: Value, lists: Lists) -> Read | Fault:
    text = tidy(as_text(value))
    choices = lists.get(field.options, ())
    code = code_of(field.options, choices, text)
    if code is not None:
        return Read(code)
    if text in NOTHING:
        return Read("")
    several = [part for part in parts(text) if code_of(field.options, choices, part) is not None]
    if len(several) > 1:
        return Fault(
            f"{field.label}“{shown(text)}”写了 {len(several)} 项",
            "这里只能填一项，请留最主要的一项",
        )
    return _unknown(field, text, choices)


def _many(field: Field, value: Value, lists: Lists) -> Read | Fault:
    text = tidy(as_text(value))
    choices = lists.get(field.options, ())
    whole = code_of(field.options, choices, text)
    if whole is not None:
        return Read(whole)
    if text in NOTHING:
        return Read("")
    codes: list[str] = []
    for part in parts(text):
        code = code_of(field.options, choices, part)
        if code is None:
            return _unknown(field, part, choices)
        codes.append(code)
    order = {code: place for place, (code, _) in enumerate(choices)}
    return Read(" ".join(sorted(set(codes), key=lambda code: (order.get(code, 0), code))))


def _unknown(field: Field, text: str, choices: Choices) -> Fault:
    labels = [label for _, label in choices]
    few = "、".join(labels[:12]) + (" 等" if len(labels) > 12 else "")
    cure = _CURES.get(field.key) or (f"请改成：{few}" if labels else "请核实后改正")
    return Fault(f"{field.label}“{shown(text)}”不在选项里", cure)


_CURES = {
    "relation": "请改成户主、配偶、之子、之女、之儿媳、之父等；"
    "列表里没有的亲戚填“其他亲属”，不是亲属填“非亲属”",
    "ethnicity": "请填民族全称，如“汉族”",
}


def _check(field: Field, value: Value, lists: Lists) -> Read | Fault:
    return Read(tidy(as_text(value)))


_READERS: Mapping[str, Callable[[Field, Value, Lists], Read | Fault]] = {
    "name": _name,
    "text": _text,
    "village_name": _village_name,
    "code": _code,
    "id_number": _id_number,
    "phone": _phone,
    "integer": lambda field, value, _: read_integer(field, value),
    "decimal": lambda field, value, _: read_decimal(field, value),
    "year": lambda field, value, _: read_year(field, value),
    "date": lambda field, value, _: read_date(field, value),
    "one": _one,
    "many": _many,
    "check": _check,
}
