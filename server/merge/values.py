"""What one answer to a unit is, when it is blank, and when two answers say the same."""

Value = str | tuple[tuple[str, str], ...]
"""One property's value, or the sorted (property, value) pairs of a unit of several."""

UNTICKED = "0"
TICKED = "1"


def is_blank(value: Value) -> bool:
    """Whether the answer says nothing at all; a unit with one answered property is not blank."""
    return not value if isinstance(value, str) else not any(text for _, text in value)


def comparable(value: Value) -> Value:
    """The form of a value in which two that say the same are equal.

    Blanks within a unit are left out: a property that the dictionary gave to the unit later is not
    a different answer.
    """
    if isinstance(value, str):
        return value
    return tuple(sorted(pair for pair in value if pair[1])) or ""
