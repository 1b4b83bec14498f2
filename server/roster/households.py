"""Group rows into whole households: all of a household goes in, or none of it with the reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from server.roster.fields import FIELDS
from server.roster.identity import masked
from server.roster.row import Row

FACTS = tuple(meaning for meaning in FIELDS if meaning.level == "household")
_PERSONAL = tuple(meaning for meaning in FIELDS if meaning.level == "person")
HEAD = "02"
#: Not asked of somebody who does not work, as in the form: the roster's 0 months say nothing.
_ONLY_AT_WORK = frozenset({"work_months", "work_place"})


@dataclass(frozen=True, slots=True)
class Person:
    """One member as the file gives him; values: property → value, without blanks.

    id, known_as: whom an exported file names, of whom `values` says only what was changed.
    """

    row: int
    values: dict[str, str]
    id: str = ""
    known_as: str = ""

    @property
    def name(self) -> str:
        """The person's name."""
        return self.values.get("person_name", self.known_as)


@dataclass(frozen=True, slots=True)
class Household:
    """One household that can go in.

    head: the place of the head among its persons; names_head: whether the file says so anew.
    id: which household an exported file names, of which `values` says only what was changed.
    """

    household_no: str
    values: dict[str, str]
    persons: tuple[Person, ...]
    head: int
    rows: tuple[int, ...]
    id: str = ""
    names_head: bool = True

    @property
    def head_name(self) -> str:
        """The head's name, by which people speak of the household."""
        return self.persons[self.head].name


@dataclass(slots=True)
class Sorted:
    """What a file's rows came to: good households, and per row the reasons and the remarks."""

    households: list[Household] = field(default_factory=list)
    refused: dict[int, list[str]] = field(default_factory=dict)
    remarks: dict[int, list[str]] = field(default_factory=dict)


def group(rows: Sequence[Row]) -> Sorted:
    """Households by their number, in the order of their first row.

    A household with any refused row is refused whole, so that no half household comes in.
    """
    by_number: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.get("household_no"):
            by_number[row.get("household_no")].append(row)
    refuse_shared_numbers(rows)
    _refuse_left_alone(rows, by_number)
    result = Sorted()
    for row in rows:
        if row.remarks:
            result.remarks[row.number] = list(row.remarks)
        if row.faults:
            result.refused[row.number] = list(row.faults)
    for number, members in by_number.items():
        _settle(number, members, result)
    return result


def refuse_shared_numbers(rows: Iterable[Row]) -> None:
    """One identity number belongs to one person: where two rows have it, neither is believed."""
    holders: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.get("id_number"):
            holders[row.get("id_number")].append(row)
    for number, sharing in holders.items():
        if len(sharing) < 2 or _same_person_twice(sharing):
            continue
        for row in sharing:
            others = "、".join(str(other.number) for other in sharing if other is not row)
            where = (
                "" if len({other.get("household_no") for other in sharing}) == 1 else "（在另一户）"
            )
            row.faults.append(
                f"证号 {masked(number)} 与第 {others} 行{where}重复。"
                f"{_likely_wrong(sharing)}请核对身份证后改正。"
            )


def _likely_wrong(sharing: Sequence[Row]) -> str:
    """The row whose sex contradicts the shared number most likely has somebody else's."""
    doubtful = [row.number for row in sharing if "id_number" in row.doubtful]
    return f"第 {doubtful[0]} 行的性别与证号不符，多半是这一行录错。" if len(doubtful) == 1 else ""


def _same_person_twice(sharing: Sequence[Row]) -> bool:
    """Whether the rows say the very same, so that one of them suffices."""
    return all(row.values == sharing[0].values and not row.faults for row in sharing)


def _refuse_left_alone(rows: Sequence[Row], by_number: dict[str, list[Row]]) -> None:
    """A row without household number below a household most likely belongs to it: refuse both."""
    before: Row | None = None
    for row in rows:
        if row.get("household_no") or "household_no" in row.blamed:
            before = row
            continue
        if before is None or row.get("relation") == HEAD:
            continue
        if before.get("village_code") != row.get("village_code"):
            continue
        number = before.get("household_no")
        for member in by_number.get(number, [])[:1]:
            member.faults.append(
                f"第 {row.number} 行没有户编号，看位置像是这一户（户编号 {number}）的人，"
                "怕漏人先不导入。请把那一行的户编号补上。"
            )


def _settle(number: str, members: list[Row], result: Sorted) -> None:
    members = _without_repeats(members, result)
    _check_household(members)
    own = {row.number: list(row.faults) for row in members if row.faults}
    if own:
        refuse_whole(members, own, result)
        return
    values = _facts(members, result)
    _remark_size(members, result)
    persons = tuple(
        Person(
            row.number,
            personal(row),
        )
        for row in members
    )
    head = next(place for place, row in enumerate(members) if row.get("relation") == HEAD)
    result.households.append(
        Household(number, values, persons, head, tuple(row.number for row in members))
    )


def personal(row: Row) -> dict[str, str]:
    """A member's values without blanks; who does not work has no months and no place of work."""
    said = {meaning.target: row.get(meaning.key) for meaning in _PERSONAL if row.get(meaning.key)}
    if said.get("work") == "none":
        said = {name: value for name, value in said.items() if name not in _ONLY_AT_WORK}
    return said


def _without_repeats(members: list[Row], result: Sorted) -> list[Row]:
    kept: list[Row] = []
    for row in members:
        twin = next((other for other in kept if other.values == row.values), None)
        if twin is None or row.faults:
            kept.append(row)
        else:
            result.remarks.setdefault(row.number, []).append(
                f"与第 {twin.number} 行完全相同，只导入一次。"
            )
    return kept


def _check_household(members: list[Row]) -> None:
    """Faults that only show when the rows of a household stand together."""
    heads = [row for row in members if row.get("relation") == HEAD]
    if not heads and not any(row.faults for row in members):
        members[0].faults.append("这一户没有户主。请把户主那一行的“与户主关系”填“户主”。")
    if len(heads) > 1:
        listed = "、".join(str(row.number) for row in heads)
        for row in heads:
            row.faults.append(f"这一户有 {len(heads)} 个户主（第 {listed} 行）。请只留一个。")
    villages = {row.get("village_code") for row in members if row.get("village_code")}
    if len(villages) > 1 and not any(row.faults for row in members):
        for row in members:
            row.faults.append("同一户编号的几行村代码不同。请核实是哪个村的户。")


def refuse_whole(members: list[Row], own: dict[int, list[str]], result: Sorted) -> None:
    listed = "、".join(str(number) for number in own)
    for row in members:
        if row.number in own:
            result.refused[row.number] = own[row.number]
        else:
            result.refused[row.number] = [
                f"同一户第 {listed} 行有问题，整户暂不导入，以免只进半户。改好那一行后重新导入。"
            ]


def _facts(members: list[Row], result: Sorted) -> dict[str, str]:
    """The household's own values: what its rows agree on; the rest is left out and remarked."""
    values: dict[str, str] = {}
    for meaning in FACTS:
        found = Counter(row.get(meaning.key) for row in members if row.get(meaning.key))
        if any(meaning.key in row.doubtful for row in members):
            continue
        if len(found) > 1:
            listed = "、".join(f"第 {row.number} 行" for row in members if row.get(meaning.key))
            result.remarks.setdefault(members[0].number, []).append(
                f"同一户的{meaning.label}各行不同（{listed}），这一项先不导入。请改成一致。"
            )
        elif found:
            values[meaning.target] = next(iter(found))
    return values


def _remark_size(members: list[Row], result: Sorted) -> None:
    for row in members:
        said = row.get("family_size")
        if said and said != str(len(members)):
            result.remarks.setdefault(row.number, []).append(
                f"人数填 {said}，表里这一户是 {len(members)} 人。按实际行数导入，请核实有没有漏人。"
            )
