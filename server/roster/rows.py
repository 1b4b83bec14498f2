"""From the lines below a header to rows of understood cells, each with its faults and remarks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from server.roster.cells import Lists, read_cell
from server.roster.columns import Table, folded
from server.roster.fields import BY_KEY
from server.roster.identity import birth_of, sex_of
from server.roster.texts import Fault, as_text, tidy
from server.roster.workbook import Line

_FILLER = re.compile(
    r"(?:合计|总计|小计|共计|累计|填表|制表|填报|审核|负责人|经办|联系人|说明|备注|注[::]|单位|日期|第\d+页)"
)


@dataclass(slots=True)
class Row:
    """One line that speaks of a person.

    values: field key → value as registers spell it; blank and left-out cells are absent.
    faults: why the row cannot be imported. remarks: what was left out or assumed, though it can.
    doubtful: household facts that could not be read here, so that the household has none;
      `id_number` when the sex contradicts it.
    """

    number: int
    values: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)

    def get(self, key: str) -> str:
        """A value, blank when there is none."""
        return self.values.get(key, "")


@dataclass(frozen=True, slots=True)
class Passed:
    """A line that is no person: blank, a sum, a signature line, a repeated header."""

    number: int
    why: str


def read_rows(
    table: Table, lists: Lists, villages: Mapping[str, str]
) -> tuple[list[Row], list[Passed]]:
    """Every line of the table, as a row or as passed over.

    villages: code → name of the villages that exist here and that the importer may fill.
    """
    rows: list[Row] = []
    passed: list[Passed] = []
    names = _by_name(villages)
    for line in table.lines:
        why = _why_passed(line, table)
        if why:
            passed.append(Passed(line.number, why))
            continue
        row = _row(line, table, lists)
        _place(row, villages, names)
        _agree_with_number(row)
        rows.append(row)
    return rows, passed


def _why_passed(line: Line, table: Table) -> str:
    """Why a line is not a person, or blank."""
    if line.blank:
        return "空行"
    texts = [tidy(as_text(cell)) for cell in line.cells]
    if _repeats_header(texts, table):
        return "表头重复"
    keys = {"household_no", "id_number", "person_name", "relation"}
    said = {
        column.key: texts[column.index]
        for column in table.columns
        if column.key in keys and column.index < len(texts) and texts[column.index]
    }
    first = next((text for text in texts if text), "")
    if _FILLER.match(folded(first)) and not said.keys() & {"id_number", "relation"}:
        return f"“{first[:12]}”行，不是人员"
    if _counts_columns(texts):
        return "列号行"
    return "" if said else "没有户编号、姓名和证号，不是人员"


def _repeats_header(texts: Sequence[str], table: Table) -> bool:
    same = sum(
        1
        for column in table.columns
        if column.index < len(texts)
        and column.label
        and folded(texts[column.index]) == folded(column.label)
    )
    return same >= 3


def _counts_columns(texts: Sequence[str]) -> bool:
    """A line under the header that only numbers the columns: 1, 2, 3 …"""
    digits = [int(text) for text in texts if text.isdecimal() and len(text) < 4]
    return (
        len(digits) >= 4
        and len(digits) == len([text for text in texts if text])
        and all(after == before + 1 for before, after in pairwise(digits))
    )


def _row(line: Line, table: Table, lists: Lists) -> Row:
    row = Row(line.number)
    for column in table.columns:
        meaning = BY_KEY.get(column.key)
        if meaning is None:
            continue
        value = line.cells[column.index] if column.index < len(line.cells) else None
        if meaning.kind == "check":
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                row.values[meaning.key] = tidy(as_text(value))
            continue
        read = read_cell(meaning, value, lists)
        if isinstance(read, Fault):
            _refuse(row, meaning.key, meaning.level == "household", meaning.required, read)
        elif read.value:
            row.values[meaning.key] = read.value
    _without_number(row)
    for key in ("person_name", "relation", "household_no"):
        if not row.get(key) and not any(BY_KEY[key].label in fault for fault in row.faults):
            row.faults.append(_BLANK[key])
    return row


_BLANK = {
    "person_name": "没有姓名。请补填姓名。",
    "relation": "没有填与户主关系。请补填，户主填“户主”。",
    "household_no": "没有户编号，不知道是哪一户。请补填户编号。",
}
_DAMAGING = ("village_code", "village_name")


def _refuse(row: Row, key: str, of_household: bool, required: bool, fault: Fault) -> None:
    """A fault in a needed cell refuses the row; in another the cell is left out."""
    if required or key in _DAMAGING:
        row.faults.append(fault.text)
        return
    row.remarks.append(f"{fault.text}这一格先不导入。")
    if of_household:
        row.doubtful.add(key)


def _without_number(row: Row) -> None:
    """A person without an identity number needs a birth date to be told apart."""
    if row.get("id_number") or any("证号" in fault or "证件号码" in fault for fault in row.faults):
        return
    if row.get("birth_date"):
        row.remarks.append("没有证件号码，先按姓名和出生日期导入，办好证后请补填。")
        return
    row.faults.append(
        "没有证件号码，无法确认是谁。请补填证件号码；确实没有证的（如新生儿），加一列“出生日期”并填上。"
    )


def _by_name(villages: Mapping[str, str]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for code, name in villages.items():
        for spelling in {name, _short(name)}:
            names.setdefault(spelling, []).append(code)
    return names


def _short(name: str) -> str:
    """三里村, 三里村委会 and 三里 are one village."""
    return re.sub(r"(?:村民委员会|村委会|居委会|村|社区)$", "", name) or name


def _place(row: Row, villages: Mapping[str, str], names: Mapping[str, list[str]]) -> None:
    """Settle the row's village code from code, name and household number."""
    code, name = row.get("village_code"), row.values.pop("village_name", "")
    if any("村代码" in fault for fault in row.faults):
        return
    if not code:
        code = _code_by_name(row, name, names)
    if not code:
        return
    if code not in villages:
        row.faults.append(_unknown(code, name, names))
        return
    row.values["village_code"] = code
    known = villages[code]
    if name and _short(name) != _short(known):
        row.faults.append(f"村代码 {code} 是“{known}”，行政村却填“{name}”。请核实后改成一致。")
        return
    _compare_with_number(row, code, villages)


def _code_by_name(row: Row, name: str, names: Mapping[str, list[str]]) -> str:
    number = row.get("household_no")
    codes = names.get(name) or names.get(_short(name)) or []
    if not name:
        row.faults.append("没有村代码，也没有村名。请补填。")
        return ""
    if not codes:
        row.faults.append(_unknown("", name, names))
        return ""
    if len(codes) == 1:
        return codes[0]
    fitting = [code for code in codes if number.startswith(code)]
    if len(fitting) == 1:
        return fitting[0]
    row.faults.append(f"有 {len(codes)} 个村叫“{name}”。请加一列“村代码”填明是哪一个。")
    return ""


def _unknown(code: str, name: str, names: Mapping[str, list[str]]) -> str:
    what = (
        f"“{name}”（村代码 {code}）" if name and code else f"“{name}”" if name else f"村代码 {code}"
    )
    known = names.get(name) or names.get(_short(name)) if name else None
    if known:
        return f"没有{what}：“{name}”的村代码是 {known[0]}。请核实村代码。"
    return f"没有{what}这个村，或者不归您管。请核实村名和村代码。"


def _compare_with_number(row: Row, code: str, villages: Mapping[str, str]) -> None:
    """The household number begins with its village's code, unless villages were joined since."""
    number = row.get("household_no")
    if not number or number.startswith(code):
        return
    other = villages.get(number[:12])
    if len(number) == 17 and other:
        row.faults.append(
            f"户编号 {number} 是“{other}”的编号，村代码却是“{villages[code]}”。请核实是哪个村的户。"
        )
    elif len(number) != 17:
        row.remarks.append(f"户编号 {number} 是 {len(number)} 位，一般是 17 位，请核实。")
    else:
        row.remarks.append(f"户编号 {number} 前 12 位不是村代码 {code}，按村代码导入，请核实。")


def _agree_with_number(row: Row) -> None:
    """Sex and birth date follow from the identity number; what contradicts it is remarked."""
    number = row.get("id_number")
    if not number:
        return
    sex, birth = sex_of(number), birth_of(number)
    if row.get("sex") not in ("", sex):
        words = {"male": "男", "female": "女"}
        row.doubtful.add("id_number")
        row.remarks.append(
            f"性别填“{words[row.get('sex')]}”，证号显示是“{words[sex]}”：按证号导入，请核实证号是不是本人的。"
        )
    if birth and row.get("birth_date") not in ("", birth.isoformat()):
        row.remarks.append(f"出生日期与证号（{birth.isoformat()}）不同：按证号导入，请核实。")
    row.values["sex"] = sex
    if birth:
        row.values["birth_date"] = birth.isoformat()
