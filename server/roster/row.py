"""One line of a roster that speaks of a person, as far as it was understood."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Row:
    """One line that speaks of a person.

    values: field key → value as registers spell it; blank and left-out cells are absent.
    faults: why the row cannot be imported. remarks: what was left out or assumed, though it can.
    blamed: the fields with a fault of their own.
    doubtful: household facts that could not be read here, so that the household has none;
      `id_number` when the sex contradicts it.
    """

    number: int
    values: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    blamed: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)

    def get(self, key: str) -> str:
        """A value, blank when there is none."""
        return self.values.get(key, "")
