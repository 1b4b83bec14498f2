"""危房改造台账: the houses of a village or a town, a row each, and how they are set by pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from server.followup.house_ledger import Row, head_numbers, ledger
from server.forms.dictionary import Dictionary
from server.household_file import words
from server.household_file.sheets.facts import Sheet
from server.household_file.sheets.lines import lines_of
from server.household_file.sheets.places import Place
from server.household_file.sheets.spoken import word

UNITS = {"yuan": "元", "wan": "万元"}
PAPERS = {"a4": "A4", "a3": "A3"}


@dataclass(frozen=True)
class Column:
    """A column of the ledger; width: in mm on A4. amount: its numbers are summed up."""

    title: str
    width: float
    amount: bool = False
    left: bool = False


COLUMNS = (
    Column("序号", 7),
    Column("镇", 11),
    Column("村", 11),
    Column("户主", 12.5),
    Column("证号", 18),
    Column("农户\n类型", 14),
    Column("人口", 7),
    Column("结构", 10),
    Column("面积\nm²", 9),
    Column("等级", 7),
    Column("鉴定日期\n和编号", 17.5),
    Column("改造\n方式", 9),
    Column("计划\n年度", 9),
    Column("开工", 10),
    Column("竣工", 10),
    Column("验收\n日期\n结果", 10),
    Column("改造后\n面积", 10.8),
    Column("补助\n标准", 15),
    Column("补助\n金额", 17, amount=True),
    Column("拨付\n日期", 10),
    Column("现居住地", 13, left=True),
    Column("旧房\n处置", 9),
    Column("进展", 9),
)
DEMOLISHED = {"yes": "已拆除", "no": "未拆除", "na": "不用拆"}


@dataclass(frozen=True)
class Cell:
    """What stands in one place, line by line. `|`: where a line may end in a narrow column."""

    text: str = ""
    reviewed: bool = True


@dataclass(frozen=True)
class Line:
    """One house; amount: of its subsidy in yuan, blank where nobody said it."""

    cells: tuple[Cell, ...]
    people: int
    amount: str


@dataclass(frozen=True)
class Sum:
    """What some houses come to."""

    houses: int
    people: int
    amount: str


@dataclass(frozen=True)
class Page:
    """The rows of one page, and how many stand free below them; whole: the sum of all pages."""

    lines: tuple[Line, ...]
    blank: int
    sum: Sum
    whole: Sum | None


@dataclass(frozen=True)
class Ledger:
    """The whole ledger. year: of the plan, blank for all. unit: of money. office: who keeps it."""

    place: str
    office: str
    year: str
    unit: str
    paper: str
    lines: tuple[Line, ...]

    @property
    def columns(self) -> tuple[tuple[Column, float], ...]:
        """The columns with their share of the width, in percent."""
        return tuple((one, 100 * one.width / WIDTH) for one in COLUMNS)

    @property
    def pages(self) -> tuple[Page, ...]:
        """The rows by pages, so that each page has its sums; no row is ever split."""
        return paged(self.lines, SIZES[self.paper], self.unit)

    @property
    def unit_word(self) -> str:
        """元 or 万元."""
        return UNITS[self.unit]


WIDTH = sum(one.width for one in COLUMNS)


@dataclass(frozen=True)
class Size:
    """A sheet, in mm: its columns together, what is left for rows on the first page and on later
    ones, what the end takes (sum, signatures), a row with one line, a further line, an em.
    """

    width: float
    first: float
    later: float
    end: float
    row: float
    line: float
    em: float


SIZES: Mapping[str, Size] = {
    "a4": Size(width=252, first=118, later=130, end=27, row=8, line=3.9, em=3.18),
    "a3": Size(width=375, first=199, later=211, end=28, row=9, line=4.75, em=3.89),
}
#: So many rows at least stand free at the end, for hands.
FREE = 2
#: Left and right of the words of a cell, and its lines, in mm.
PADDING = 1.2


def paged(lines: Sequence[Line], size: Size, unit: str) -> tuple[Page, ...]:
    """The rows by pages; the last page ends with the sum, free rows and places to sign."""
    groups: list[list[Line]] = [[]]
    room = size.first
    for line in lines:
        height = height_of(line, size)
        if height > room and groups[-1]:
            groups.append([])
            room = size.later
        groups[-1].append(line)
        room -= height
    if room < size.end + FREE * size.row:
        groups.append([])
        room = size.later
    free = max(0, int((room - size.end) // size.row))
    whole = summed(lines, unit)
    return tuple(
        Page(tuple(group), free if last else 0, summed(group, unit), whole if last else None)
        for last, group in ((n == len(groups), group) for n, group in enumerate(groups, 1))
    )


def height_of(line: Line, size: Size) -> float:
    """How high a row is, at most."""
    wide = size.width / WIDTH
    most = max(
        lines_of(
            cell.text + ("" if cell.reviewed else "　　"), (one.width * wide - PADDING) / size.em
        )
        for one, cell in zip(COLUMNS, line.cells, strict=True)
    )
    return max(size.row, most * size.line + 1)


def summed(lines: Iterable[Line], unit: str) -> Sum:
    """What some houses come to."""
    lines = list(lines)
    amounts = [Decimal(line.amount) for line in lines if line.amount]
    return Sum(
        len(lines),
        sum(line.people for line in lines),
        money(str(sum(amounts)), unit) if amounts else "",
    )


def money(amount: str, unit: str) -> str:
    """An amount of yuan as the ledger says it; what is no number as it is."""
    if not is_number(amount):
        return amount
    if unit == "yuan":
        return words.money(amount)
    ten_thousands = (Decimal(amount) / 10000).normalize()
    places = max(2, -int(ten_thousands.as_tuple().exponent))
    return f"{ten_thousands:.{places}f}"


def is_number(amount: str) -> bool:
    """Whether somebody's amount can be summed up."""
    try:
        return Decimal(amount).is_finite()
    except InvalidOperation:
        return False


def gather(
    session: Session,
    place: Place,
    day: date,
    dictionary: Dictionary,
    options: Mapping[str, str],
) -> Sheet:
    """The ledger of a village or of all villages of a town, as it stands.

    options: year (of the plan; blank for all), unit (UNITS), paper (PAPERS).
    """
    year, unit, paper = options["year"], options["unit"], options["paper"]
    rows = [
        row
        for row in ledger(session, place.villages)
        if row.grade in LISTED and (not year or row.renovation.get("plan_year") == year)
    ]
    rows.sort(key=lambda row: (row.home.area, row.home.household_no, row.id))
    heads = head_numbers(session, [row.home.household_id for row in rows])
    lines = tuple(
        _line(number, row, place, heads, dictionary, unit) for number, row in enumerate(rows, 1)
    )
    said = f"{year}年度" if year else ""
    return Sheet(
        kind="house_ledger",
        key="-".join([place.code, year or "all", unit, paper]),
        title=f"{place.name}{said}危房改造台账",
        author=place.office,
        as_of=day.isoformat(),
        villages=place.villages,
        content=Ledger(place.name, place.office, year, unit, paper, lines),
        options=dict(options),
        names=tuple(sorted({row.home.head_name for row in rows})),
        used=tuple(sorted({one for row in rows for one in row.used})),
    )


#: Grades that a house of the ledger was given; one that waits for its assessment is on no paper.
LISTED = frozenset({"A", "B", "C", "D"})


def years(rows: Iterable[Row]) -> list[str]:
    """The years for which renovations were planned, the newest first."""
    found = {row.renovation.get("plan_year", "") for row in rows if row.grade in LISTED}
    return sorted(filter(None, found), reverse=True)


def _line(
    number: int,
    row: Row,
    place: Place,
    heads: Mapping[str, str],
    dictionary: Dictionary,
    unit: str,
) -> Line:
    def of(register: str, *names: str) -> Cell:
        facts = row.house if register == "houses" else row.renovation
        told = [(name, facts[name]) for name in names if facts.get(name)]
        said = [_said(dictionary, register, name, value, unit) for name, value in told]
        known = all((register, name) not in row.unreviewed for name, _ in told)
        return Cell("\n".join(said), known)

    amount = row.renovation.get("subsidy_amount", "")
    cells = (
        Cell(str(number)),
        Cell(place.town_of(row.home.area)),
        Cell(place.village_of(row.home.area)),
        Cell(row.home.head_name or "没登记"),
        Cell(_split(heads.get(row.home.household_id, ""))),
        of("renovations", "target_type"),
        Cell(str(row.home.family_size)),
        of("houses", "structure"),
        of("houses", "area"),
        of("houses", "house_grade"),
        of("houses", "assessed_on", "assess_no"),
        of("renovations", "method"),
        of("renovations", "plan_year"),
        of("renovations", "start_date"),
        of("renovations", "finish_date"),
        of("renovations", "acceptance_date", "acceptance_result"),
        of("renovations", "new_area"),
        of("renovations", "subsidy_standard"),
        of("renovations", "subsidy_amount"),
        of("renovations", "subsidy_paid_date"),
        of("houses", "evacuated_to"),
        of("renovations", "old_house_demolished"),
        Cell(_in_two(_step(row))),
    )
    return Line(cells, row.home.family_size, amount if is_number(amount) else "")


def _said(dictionary: Dictionary, register: str, name: str, value: str, unit: str) -> str:
    prop = dictionary.property(register, name)
    if name == "old_house_demolished":
        return DEMOLISHED.get(value, value)
    if name in MONEY:
        return money(value, unit)
    if prop is not None and prop.list:
        label = dictionary.label(prop.list, value)
        return _in_two(label)
    return _split(words.short_date(value)) if prop is not None and prop.type == "date" else value


MONEY = frozenset({"subsidy_standard", "subsidy_amount"})


def _step(row: Row) -> str:
    return word(row.step, "renovation_state") if row.step else word(row.state, "house_state")


def _in_two(text: str) -> str:
    """Four characters two by two, as a narrow column has room for them."""
    return f"{text[:2]}\n{text[2:]}" if len(text) == 4 else text


def _split(text: str) -> str:
    """A date or a masked number with the place where a narrow column may break it."""
    if len(text) == len("2026.02.18") and text[4] == ".":
        return f"{text[:5]}|{text[5:]}"
    return f"{text[:10]}|{text[10:]}" if len(text) == len("379999********1016") else text
