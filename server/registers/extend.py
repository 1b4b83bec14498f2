"""Adding the newest words to an entity's state without reading everything that was ever written.

Nearly every visit was shown what the register says now, and speaks of the same day or a later
one. Then nobody can have seen it yet, it replaces what it was shown, and nothing else changes.
Whatever is not as plain as that is left to `apply`, which computes the entity from all writes;
both must say the same (tests/intake/test_at_once.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

from server.forms.dictionary import Dictionary
from server.merge import Statement, is_write
from server.registers.models import Entity
from server.registers.reading import CREATED, json_value, rule_of, statement_of

Row = Mapping[str, object]
#: Properties from which more follows than the unit's own value: where the entity belongs, and
#: what it is like.
PLACING = frozenset(
    {"village_code", "household", "id_number", "person_name", "birth_date", "household_no"}
)


class Extension:
    """The live state of one entity, to be added to.

    dates: event dates of the submissions that the state comes from, as far as they are known.
    changed: the units that got another value or head. altered: those that got another value.
    """

    def __init__(self, entity: Entity, dates: Mapping[str, date], dictionary: Dictionary) -> None:
        self.changed: set[str] = set()
        self.altered: set[str] = set()
        self._entity = entity
        self._dates = dict(dates)
        self._dictionary = dictionary
        live = cast("dict[str, Any]", entity.live)
        names = live.get("heads") or []
        self._awaits = live.get("awaits") or ()
        self._units: dict[str, tuple[object, list[str]]] = {
            unit: (value, [names[index] for index in indexes])
            for unit, (value, indexes) in (live.get("units") or {}).items()
        }
        self._disputed = {
            unit: [{**side, "head": names[side["head"]]} for side in sides]
            for unit, sides in (live.get("disputed") or {}).items()
        }

    def add(self, rows: Iterable[Row]) -> bool:
        """Add one new submission's writes; False when the entity must be computed in full.

        rows: as `intake.writes` makes them, of a submission that awaits its review, corrects
        nothing and was corrected by nothing.
        """
        return all(self._add(row) for row in rows)

    def state(self) -> dict[str, object]:
        """The live state as it is kept (see models.Entity)."""
        heads: dict[str, int] = {}
        units: dict[str, object] = {}
        disputed: dict[str, object] = {}
        for unit, (value, names) in sorted(self._units.items()):
            units[unit] = [value, [heads.setdefault(name, len(heads)) for name in names]]
            if unit in self._disputed:
                sides = self._disputed[unit]
                disputed[unit] = [{**side, "head": heads[str(side["head"])]} for side in sides]
        return {**self._entity.live, "heads": list(heads), "units": units, "disputed": disputed}

    def _add(self, row: Row) -> bool:
        unit = str(row["unit"])
        if unit == CREATED or row["instance_id"] in self._awaits:
            return False
        rule = rule_of(self._dictionary, self._entity.register, unit)
        said = statement_of(SimpleNamespace(**row))
        _, heads = self._units.get(unit, (None, []))
        seen = said.shown.heads if said.shown else frozenset()
        if not seen.issubset(heads):
            return False
        if not is_write(said, choice=rule.kind == "set"):
            return True
        if rule.applies == "approved":
            return True
        if rule.kind == "set" or self._places(unit) or not seen.issuperset(heads):
            return False
        return len(heads) < 2 and self._replace(said, heads, latest=rule.kind == "latest")

    def _replace(self, said: Statement, heads: list[str], *, latest: bool) -> bool:
        day = date.fromisoformat(said.event_date)
        before = self._dates.get(heads[0]) if heads else day
        if latest and (before is None or before > day):
            return False
        value, (earlier, _) = json_value(said.value), self._units.get(said.unit, (None, []))
        if value != earlier:
            self.altered.add(said.unit)
        self._units[said.unit] = (value, [said.submission])
        self._dates[said.submission] = day
        self.changed.add(said.unit)
        return True

    def _places(self, unit: str) -> bool:
        register = self._dictionary.registers[self._entity.register]
        return any(prop.name in PLACING for prop in register.units.get(unit, ()))
