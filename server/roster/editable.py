"""The roster that is corrected in Excel and imported again: a row a person, and what it came from.

Numbers of people are not in it, except the telephone: whoever corrects an identity number types it
anew, and the office settles which holds.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from sqlalchemy.orm import Session

from server.config import current
from server.forms.dictionary import Dictionary, Register
from server.registers import values
from server.registers.models import Entity
from server.registers.visibility import masked_id, sight
from server.roster import queries
from server.roster.base import SHEET, Base, sealed, shown_of
from server.roster.cells import Lists, text_of
from server.roster.fields import BY_KEY, MARK, Field
from server.roster.households import HEAD
from server.roster.preview import REGISTERS, importable, lists_of
from server.roster.report import safe_cell

#: Classes of numbers that lie in no file.
_NEVER = frozenset({"id_number", "account"})
_FIRST = ("household_no", "person_name", "id_number", "relation")
_NOT_EDITED = frozenset({"village_code"})
_UNIT_OF_HOME = ("village_code", "head")
_WIDTHS = {"household_no": 20, "person_name": 10, "id_number": 22, MARK: 38}


def editable(
    session: Session,
    households: Sequence[str],
    dictionary: Dictionary,
    view: str,
    villages: Mapping[str, str],
    as_of: date,
) -> bytes:
    """The .xlsx of some households, in their order.

    view: whose sight bounds it. villages: code → name.
    """
    fields = _fields(dictionary, view)
    lists = lists_of(dictionary)
    listed = _listed(session, households)
    base = Base(
        as_of,
        {
            one.id: shown_of(one.live, *_units(dictionary, one.register, fields))
            for one in {entity.id: entity for pair in listed for entity in pair}.values()
        },
        {person.id: home.id for home, person in listed},
    )
    head = ["行政村", *(field.label for field in fields), BY_KEY[MARK].label]
    rows = (
        [
            villages.get(home.area, home.area),
            *_cells(fields, home, person, lists),
            person.id,
        ]
        for home, person in listed
    )
    return _workbook(
        head, [10, *(_WIDTHS.get(f.key, 14) for f in fields), _WIDTHS[MARK]], rows, base
    )


def lines_say(
    session: Session, households: Sequence[str], dictionary: Dictionary, view: str
) -> tuple[list[tuple[str, str]], list[str]]:
    """The person and the household of every line, and what the columns say of them.

    In the words of `household_file/printed/exported.py`.
    """
    begins = {"household": "households.", "person": ""}
    says = [f"{begins[field.level]}{field.target}" for field in _fields(dictionary, view)]
    listed = _listed(session, households)
    return [(person.id, home.id) for home, person in listed], ["households.village_code", *says]


def _listed(session: Session, households: Sequence[str]) -> list[tuple[Entity, Entity]]:
    homes = {one.id: one for one in queries.known_entities(session, households)}
    members: dict[str, list[Entity]] = {}
    for person in queries.members(session, homes):
        if values.text(person.live, "member_status") != "removed":
            members.setdefault(person.household_id or "", []).append(person)
    return [(homes[one], person) for one in households for person in _ordered(members, homes, one)]


def _cells(fields: Sequence[Field], home: Entity, person: Entity, lists: Lists) -> Iterator[str]:
    said = {"household": values.properties(home.live), "person": values.properties(person.live)}
    for field in fields:
        value = said[field.level].get(field.target, "")
        yield masked_id(value) if field.key == "id_number" else text_of(field, value, lists)


def _ordered(
    members: Mapping[str, list[Entity]], homes: Mapping[str, Entity], household: str
) -> list[Entity]:
    if household not in homes:
        return []
    head = values.text(homes[household].live, "head")
    return sorted(
        members.get(household, ()),
        key=lambda one: (
            one.id != head,
            values.text(one.live, "relation") != HEAD,
            values.text(one.live, "birth_date"),
            one.id,
        ),
    )


def _fields(dictionary: Dictionary, view: str) -> list[Field]:
    """The columns: what can be imported and this view sees in full."""
    found = [
        field
        for field in importable(dictionary)
        if field.level != "none"
        and field.key not in _NOT_EDITED
        and (field.key in _FIRST or _open(dictionary, field, view))
    ]
    order = {key: place for place, key in enumerate(_FIRST)}
    return sorted(
        found, key=lambda field: (order.get(field.key, len(order)), field.level != "person")
    )


def _open(dictionary: Dictionary, field: Field, view: str) -> bool:
    register = dictionary.registers[REGISTERS[field.level]]
    return _whole(register, register.properties[field.target].unit, view)


def _whole(register: Register, unit: str, view: str) -> bool:
    return all(
        prop.class_ not in _NEVER and sight(view, prop) == "full" for prop in register.units[unit]
    )


def _units(dictionary: Dictionary, name: str, fields: Sequence[Field]) -> tuple[set[str], set[str]]:
    """The units that the columns of a register show, and the multiple choices among them."""
    register = dictionary.registers[name]
    named = [f.target for f in fields if REGISTERS[f.level] == name and f.key != "id_number"]
    named += _UNIT_OF_HOME if name == "households" else ()
    shown = [register.properties[one] for one in named if one in register.properties]
    return {prop.unit for prop in shown}, {p.name for p in shown if p.rule == "set"}


def _workbook(
    head: Sequence[str], widths: Sequence[int], rows: Iterator[Sequence[str]], base: Base
) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("农户信息")
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "D2"
    sheet.append([safe_cell(sheet, text, bold=True) for text in head])
    for row in rows:
        sheet.append([safe_cell(sheet, text) if text else None for text in row])
    kept = book.create_sheet(SHEET)
    kept.sheet_state = "hidden"
    for text in sealed(base, current().secret_key):
        kept.append([text])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
