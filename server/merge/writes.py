"""Which answers write a unit, and which merely leave it as it was shown (rule 1)."""

from collections.abc import Sequence

from server.merge.statements import Statement
from server.merge.values import UNTICKED, Value, comparable, is_blank


def is_write(statement: Statement, *, choice: bool = False) -> bool:
    """Whether a submission that corrects nothing writes the unit.

    choice: the unit is one choice of a `set`. There a confirmation writes nothing, or two people
      who each tick another choice would contradict each other on both; and a choice left unticked
      that nobody showed ticked is the set's blank.
    """
    return record_writes([statement], choice=choice)


def record_writes(versions: Sequence[Statement], *, choice: bool = False) -> bool:
    """Whether a record writes the unit with the last of its versions.

    versions: from the original to the version that counts. It is held against what the original
      was shown. An answer changed by a correction was given by hand, even when it returns to what
      was shown; an answer that the correction left alone stays confirmed if it had been.
    """
    last, shown = versions[-1], versions[0].shown
    if last.settles:
        return True
    if _says_nothing(last.value, choice) and (shown is None or _says_nothing(shown.value, choice)):
        return False
    if is_blank(last.value):
        return False
    if shown is None or comparable(last.value) != comparable(shown.value):
        return True
    return _given_by_hand(versions, choice)


def _says_nothing(value: Value, choice: bool) -> bool:
    return is_blank(value) or (choice and value == UNTICKED)


def _given_by_hand(versions: Sequence[Statement], choice: bool) -> bool:
    value = comparable(versions[-1].value)
    if choice:
        return any(v.settles and comparable(v.value) == value for v in versions)
    return any(
        v.confirmed or v.settles or (not is_blank(v.value) and comparable(v.value) != value)
        for v in versions
    )
