"""Recognise the header of a sheet and what each column means, by words and by values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from server.roster.choices import code_of
from server.roster.fields import BY_KEY, NEEDED, Field
from server.roster.header import by_words, folded, header_of, words_of
from server.roster.identity import checksum_holds, shaped
from server.roster.texts import as_text, tidy
from server.roster.workbook import Formula, Line, Sheet

_SAMPLE = 60


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table.

    index: from 0. label: the header's words, joined where it has two lines.
    key: the field's key, or "" when the column is not imported. by: how that was decided.
    """

    index: int
    label: str
    key: str
    by: str
    example: str


@dataclass(frozen=True, slots=True)
class Table:
    """Where the roster stands in its sheet: header lines, columns, and the lines below."""

    sheet: str
    header_top: int
    header_bottom: int
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    preamble: tuple[Line, ...]
    hidden_rows: int = 0
    other_sheets: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The header's words, in order."""
        return tuple(column.label for column in self.columns)

    @property
    def mapping(self) -> dict[str, str]:
        """Header words → field key, as it is remembered and corrected."""
        return {column.label: column.key for column in self.columns if column.label}

    def column_of(self, key: str) -> Column | None:
        """The column that a field is read from."""
        return next((column for column in self.columns if column.key == key), None)

    @property
    def missing(self) -> tuple[str, ...]:
        """Labels of the columns without which nothing can be imported."""
        keys = {column.key for column in self.columns}
        absent = [BY_KEY[key].label for key in NEEDED if key not in keys]
        if not keys & {"village_code", "village_name"}:
            absent.append("村代码或行政村")
        return tuple(absent)


def signature(labels: Sequence[str]) -> str:
    """A name for a header's words, by which a corrected mapping is remembered."""
    joined = "\x1f".join(folded(label) for label in labels)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def find_table(
    sheets: Sequence[Sheet], fields: Sequence[Field], remembered: Mapping[str, Mapping[str, str]]
) -> Table | None:
    """The sheet and header that look most like a roster; None when no sheet has one.

    remembered: header signature → mapping that a person corrected before.
    """
    words = words_of(fields)
    best: tuple[tuple[int, int, int], Table] | None = None
    for order, sheet in enumerate(sheets):
        table = _table_of(sheet, fields, words)
        if table is None:
            continue
        score = (0 if sheet.hidden else 1, _weight(table), -order)
        if best is None or score > best[0]:
            best = (score, table)
    if best is None:
        return None
    table = best[1]
    others = tuple(sheet.name for sheet in sheets if sheet.name != table.sheet)
    table = replace(table, other_sheets=others)
    known = remembered.get(signature(table.labels))
    return corrected(table, known, fields) if known else table


def corrected(table: Table, mapping: Mapping[str, str], fields: Sequence[Field]) -> Table:
    """The table with columns mapped as a person says.

    mapping: header words → field key, "" for not imported.
    """
    keys = {field.key for field in fields}
    taken: set[str] = set()
    columns = []
    for column in table.columns:
        key = mapping.get(column.label, column.key)
        key = key if key in keys and key not in taken else ""
        taken.add(key)
        columns.append(
            replace(column, key=key, by="人工" if column.label in mapping else column.by)
        )
    return replace(table, columns=tuple(columns))


def _weight(table: Table) -> int:
    needed = sum(1 for key in NEEDED if table.column_of(key))
    recognised = sum(1 for column in table.columns if column.key)
    filled = min(sum(1 for line in table.lines if not line.blank), 9_999)
    return needed * 1_000_000 + recognised * 10_000 + filled


def _table_of(sheet: Sheet, fields: Sequence[Field], words: Mapping[str, str]) -> Table | None:
    found = header_of(sheet, words)
    if found is None:
        return None
    top, bottom, labels = found
    lines = tuple(line for line in sheet.lines if line.number > bottom)
    recognised = by_words(labels, words)
    columns = _by_values(recognised, labels, lines, fields)
    return Table(
        sheet=sheet.name,
        header_top=top,
        header_bottom=bottom,
        columns=columns,
        lines=lines,
        preamble=tuple(line for line in sheet.lines if line.number < top),
        hidden_rows=sheet.hidden_rows,
    )


def _by_values(
    recognised: Mapping[int, str],
    labels: Sequence[str],
    lines: Sequence[Line],
    fields: Sequence[Field],
) -> tuple[Column, ...]:
    """Columns by their words; where a needed column has no known word, by what stands in it."""
    keys = {index: (key, "表头") for index, key in recognised.items()}
    filled = [line for line in lines if not line.blank][:_SAMPLE]
    offered = {field.key for field in fields}
    keys |= _promoted(keys)
    for key in _EVIDENCE:
        if key not in offered or any(taken == key for taken, _ in keys.values()):
            continue
        index = _most_like(key, filled, set(keys), len(labels))
        if index is not None:
            keys[index] = (key, "内容")
    return tuple(
        Column(index, label, *keys.get(index, ("", "")), example=_example(index, filled))
        for index, label in enumerate(labels)
        if label or index in keys
    )


def _promoted(keys: Mapping[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
    """A list with heads only names them 户主姓名 and 户主证件号码: there they are the persons."""
    taken = {key for key, _ in keys.values()}
    moves = {"head_name": "person_name", "head_id": "id_number"}
    if taken & set(moves.values()):
        return {}
    return {index: (moves[key], "表头") for index, (key, _) in keys.items() if key in moves}


def _most_like(key: str, lines: Sequence[Line], taken: set[int], width: int) -> int | None:
    best, share = None, 0.6
    for index in range(width):
        if index in taken:
            continue
        values = [line.cells[index] for line in lines if index < len(line.cells)]
        texts = [tidy(as_text(value)) for value in values if value is not None]
        texts = [text for text in texts if text]
        if len(texts) < 2:
            continue
        hits = sum(1 for text in texts if _EVIDENCE[key](text)) / len(texts)
        if hits > share:
            best, share = index, hits
    return best


def _is_relation(text: str) -> bool:
    return text in {"户主", "配偶"} or code_of("relation", (), text) is not None


_EVIDENCE = {
    "id_number": lambda text: shaped(text.upper()) and checksum_holds(text.upper()),
    "household_no": lambda text: len(text) == 17 and text.isdigit(),
    "village_code": lambda text: len(text) == 12 and text.isdigit(),
    "relation": _is_relation,
}


def _example(index: int, lines: Sequence[Line]) -> str:
    for line in lines:
        value = line.cells[index] if index < len(line.cells) else None
        if value is None or isinstance(value, Formula):
            continue
        text = tidy(as_text(value))
        if text:
            return f"{text[:3]}********{text[-4:]}" if shaped(text.upper()) else text[:30]
    return ""
