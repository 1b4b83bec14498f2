"""From the lines below a header to rows of understood cells, each with its faults and remarks."""

from __future__ import annotations

from collections.abc import Mapping

from server.roster.cells import Lists, read_cell
from server.roster.columns import Table
from server.roster.fields import BY_KEY
from server.roster.identity import birth_of, sex_of
from server.roster.passed import Passed, why_passed
from server.roster.row import Row
from server.roster.texts import Fault, as_text, tidy
from server.roster.villages import Villages
from server.roster.workbook import Line


def read_rows(
    table: Table, lists: Lists, villages: Mapping[str, str]
) -> tuple[list[Row], list[Passed]]:
    """Every line of the table, as a row or as passed over.

    villages: code → name of the villages that exist here and that the importer may fill.
    """
    rows: list[Row] = []
    passed: list[Passed] = []
    places = Villages(villages)
    for line in table.lines:
        why = why_passed(line, table)
        if why:
            passed.append(Passed(line.number, why))
            continue
        row = read_row(line, table, lists)
        places.settle(row)
        agree_with_number(row)
        rows.append(row)
    return rows, passed


def read_row(line: Line, table: Table, lists: Lists) -> Row:
    """What a line says of a person, cell by cell."""
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
    for key, fault in _BLANK.items():
        if not row.get(key) and key not in row.blamed:
            row.faults.append(fault)
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
        row.blamed.add(key)
        return
    row.remarks.append(f"{fault.text}这一格先不导入。")
    if of_household:
        row.doubtful.add(key)


def _without_number(row: Row) -> None:
    """A person without an identity number needs a birth date to be told apart."""
    if row.get("id_number") or "id_number" in row.blamed:
        return
    if row.get("birth_date"):
        row.remarks.append("没有证件号码，先按姓名和出生日期导入，办好证后请补填。")
        return
    row.faults.append(
        "没有证件号码，无法确认是谁。请补填证件号码；确实没有证的（如新生儿），加一列“出生日期”并填上。"
    )


def agree_with_number(row: Row) -> None:
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
