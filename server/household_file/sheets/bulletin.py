"""通报: the month's bulletin as a letter of the office (GB/T 9704), drafted from its numbers.

The words are the clerk's: what is drafted here is only a beginning. The table is always ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from server.followup.month import Figures, Month
from server.household_file import words
from server.household_file.sheets.facts import Sheet
from server.household_file.sheets.places import TOWN, Place
from server.policy.values import named

#: How a paragraph begins -> its level: 一、 黑体, （一） 楷体.
_LEVELS = (
    (1, re.compile("[一二三四五六七八九十]{1,3}、")),
    (2, re.compile("（[一二三四五六七八九十]{1,3}）")),
)
#: A heading stands alone in its line; longer ones, or those that end a sentence, are text.
HEADING = 26
#: The mark of the office is as large as the line lets it be, in points.
LARGEST, LINE = 46, 436


@dataclass(frozen=True)
class Words:
    """What the clerk may write as he likes. text: a paragraph a line."""

    mark: str
    docno: str
    title: str
    to: str
    text: str
    issuer: str
    on: str
    copy_to: str
    printed_by: str


@dataclass(frozen=True)
class Bulletin:
    """The whole letter. red: whether its head is printed. apart: its 版记 has a page of its own."""

    red: bool
    mark: str
    docno: str
    title: str
    to: str
    paragraphs: tuple[str, ...]
    issuer: str
    on: str
    copy_to: str
    printed_by: str
    table_title: str
    columns: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    about: str
    apart: bool = False

    @property
    def set(self) -> tuple[tuple[str, int], ...]:
        """Each paragraph with its level; 0 for text."""
        return tuple((one, level_of(one)) for one in self.paragraphs)

    @property
    def mark_size(self) -> int:
        """How large the mark of the office is, in points."""
        return min(LARGEST, LINE // max(len(self.mark), 1))


def level_of(paragraph: str) -> int:
    """Which heading a paragraph is; 0 where it is text."""
    if len(paragraph) > HEADING or paragraph.endswith("。"):
        return 0
    return next((level for level, begins in _LEVELS if begins.match(paragraph)), 0)


@dataclass(frozen=True)
class _Column:
    title: str
    width: float
    of: str


COLUMNS = (
    _Column("户数", 11, "households"),
    _Column("应访|户数", 9, "due"),
    _Column("已访|户数", 9, "made"),
    _Column("应访|尽访|率%", 10, "rate"),
    _Column("走访|次数", 9, "visits"),
    _Column("冻结|后补|到", 8, "late"),
    _Column("新发|现问|题", 8, "problems_found"),
    _Column("已|解决", 8, "problems_solved"),
    _Column("未|解决", 8, "problems_open"),
    _Column("其中|超期", 8, "problems_late"),
    _Column("监测|对象|户数", 9, "monitored"),
    _Column("本月|纳入", 8, "admitted"),
    _Column("本月|消除", 8, "cleared"),
    _Column("在册|危房", 8, "dangerous"),
    _Column("其中|住着|人", 8, "lived_in"),
    _Column("八个|一应|做人", 8, "ill"),
    _Column("八个|一做|齐人", 8, "ill_full"),
)
VILLAGE_WIDTH = 17
RANK = ("名次", 7)


def draft(place: Place, month: Month, figures: Mapping[str, Figures], today: date) -> str:
    """The text that the clerk begins with.

    What is nought has no sentence, and a subject without any has no section.
    """
    whole = sum(figures.values(), Figures())
    name = f"{month.first.year}年{month.first.month}月"
    opening = f"现将{name}{place.name}防止返贫监测和帮扶工作情况通报如下，数据截至{long(today)}。"
    sections = [
        ("走访情况", _visits(place, whole, figures)),
        ("问题办理情况", _problems(whole)),
        ("监测对象情况", _cases(whole)),
        ("住房安全情况", _houses(whole)),
        ("健康帮扶情况", _health(whole)),
        ("下步要求", _asked(whole)),
    ]
    told = [(title, said) for title, said in sections if said]
    lines = [opening]
    for number, (title, said) in zip(NUMBERS, told, strict=False):
        lines += [f"{number}、{title}", *said]
    return "\n".join(lines)


NUMBERS = "一二三四五六七八九"


def _visits(place: Place, whole: Figures, figures: Mapping[str, Figures]) -> list[str]:
    said = []
    if not whole.due:
        said.append("本月没有到期应访的户。")
    else:
        said.append(f"本月应访{whole.due}户，已访{whole.made}户，应访尽访率{rate(whole)}%。")
    if whole.visits:
        parts = (
            ("见到本人或家人", whole.met),
            ("电话联系", whole.called),
            ("没有见到人", whole.unmet),
        )
        how = "，".join(f"{name}{count}次" for name, count in parts if count)
        said.append(f"共走访{whole.visits}次，其中{how}。")
    if whole.late:
        said.append(f"另有冻结后补到{whole.late}次，记在本月，不在上列数字以内。")
    if whole.late_before:
        said.append(f"上月走访冻结后补到{whole.late_before}次，记在上月。")
    left = [
        f"{place.village_of(village)}{one.due - one.made}户"
        for village, one in sorted(figures.items())
        if one.due > one.made
    ]
    if left:
        said.append(f"还没有访到的：{'、'.join(left)}。")
    elif whole.due:
        said.append("应访的户都已访到。")
    return ["".join(said)]


def _problems(whole: Figures) -> list[str]:
    if not (whole.problems_found or whole.problems_solved or whole.problems_open):
        return []
    parts = (("新发现问题和诉求", whole.problems_found), ("解决", whole.problems_solved))
    told = "，".join(f"{name}{count}件" for name, count in parts if count)
    said = f"本月{told}。" if told else ""
    if whole.problems_open:
        late = f"，其中超期{whole.problems_late}件" if whole.problems_late else ""
        said += f"目前还有{whole.problems_open}件问题和诉求没有解决{late}。"
    return [said]


def _cases(whole: Figures) -> list[str]:
    if not (whole.clues or whole.admitted or whole.cleared or whole.monitored):
        return []
    parts = [
        (whole.clues, f"发现风险线索{whole.clues}条"),
        (whole.admitted, f"新纳入监测对象{whole.admitted}户"),
        (whole.cleared, f"消除风险{whole.cleared}户"),
    ]
    told = "，".join(text for count, text in parts if count)
    moved = f"本月{told}。" if told else "本月没有纳入和消除。"
    return [f"{moved}目前在册监测对象{whole.monitored}户。"]


def _houses(whole: Figures) -> list[str]:
    if not (whole.dangerous or whole.started or whole.finished or whole.accepted):
        return []
    inside = f"，其中住着人的{whole.lived_in}座" if whole.lived_in else ""
    said = f"目前在册危房{whole.dangerous}座{inside}。" if whole.dangerous else "目前没有在册危房。"
    parts = (("开工", whole.started), ("竣工", whole.finished), ("验收合格", whole.accepted))
    told = "，".join(f"{name}{count}座" for name, count in parts if count)
    return [said + (f"本月{told}。" if told else "")]


def _health(whole: Figures) -> list[str]:
    if not whole.ill:
        return []
    done = f"，项目落实率{percent(whole.items, whole.possible)}%" if whole.possible else ""
    return [f"应做健康“八个一”{whole.ill}人，八项做齐{whole.ill_full}人{done}。"]


def _asked(whole: Figures) -> list[str]:
    asked = []
    if whole.due > whole.made:
        asked.append("抓紧走访还没有访到的户")
    if whole.problems_late:
        asked.append("尽快办结超期的问题和诉求")
    if whole.lived_in:
        asked.append("让住在危房里的人先搬出来")
    return [f"请各村对照附件，{'；'.join(asked)}。"] if asked else []


def usual(
    place: Place,
    month: Month,
    figures: Mapping[str, Figures],
    today: date,
    policy: Mapping[str, object],
) -> Words:
    """What the letter says before the clerk has written anything."""
    name = f"{month.first.year}年{month.first.month}月"
    mark = policy.get(named("bulletin.mark", place.code[:TOWN])) or policy.get("bulletin.mark")
    one = len(place.villages) == 1 and place.code == place.villages[0]
    return Words(
        mark=str(mark or f"{place.office}文件"),
        docno=f"　　〔{today.year}〕　　号",
        title=f"关于{name}防止返贫监测和帮扶\n工作情况的通报",
        to=f"{words.committee(place.name)}：" if one else "各村（居）民委员会：",
        text=draft(place, month, figures, today),
        issuer=place.office,
        on=long(today),
        copy_to="",
        printed_by=place.office,
    )


def sheet_of(
    place: Place,
    month: Month,
    figures: Mapping[str, Figures],
    said: Words,
    today: date,
    policy: Mapping[str, object],
) -> Sheet:
    """The bulletin as a sheet: the clerk's words and our table."""
    ranked = policy.get("bulletin.ranking") is True and len(figures) > 1
    order = sorted(figures, key=lambda one: (-_share(figures[one]) if ranked else 0, one))
    head = [("村", VILLAGE_WIDTH), *((one.title, one.width) for one in COLUMNS)]
    rows = [(place.village_of(one), *cells(figures[one])) for one in order]
    total: tuple[str, ...] = ("合计", *cells(sum(figures.values(), Figures())))
    if ranked:
        head = [RANK, *head]
        rows = [(str(_rank(one, figures)), *row) for one, row in zip(order, rows, strict=True)]
        total = ("", *total)
    whole = sum(width for _, width in head)
    name = f"{month.first.year}年{month.first.month}月"
    content = Bulletin(
        red=policy.get("bulletin.red_head") is True,
        mark=said.mark,
        docno=said.docno,
        title=said.title,
        to=said.to,
        paragraphs=tuple(filter(None, map(str.strip, said.text.splitlines()))),
        issuer=said.issuer,
        on=said.on,
        copy_to=said.copy_to,
        printed_by=said.printed_by,
        table_title=f"{name}各村工作情况表",
        columns=tuple(title for title, _ in head),
        widths=tuple(round(100 * width / whole, 3) for _, width in head),
        rows=tuple(rows),
        total=total if len(rows) > 1 else (),
        about=(
            f"注：走访按走访日期计入当月；{long(month.frozen)}以后才传上来的另列“冻结后补到”。"
            f"未解决、监测对象、在册危房和“八个一”为{long(today)}的数。"
        ),
    )
    return Sheet(
        kind="bulletin",
        key=f"{place.code}-{month.first:%Y%m}",
        title=f"{place.name}{name}工作情况通报",
        author=said.issuer,
        as_of=today.isoformat(),
        villages=place.villages,
        content=content,
        options={"month": f"{month.first:%Y-%m}"},
    )


def set_apart(sheet: Sheet) -> Sheet:
    """The same letter whose 版记 has the last page to itself."""
    return replace(sheet, content=replace(sheet.content, apart=True))


def cells(one: Figures) -> tuple[str, ...]:
    """The numbers of a village as its row says them."""
    return tuple(rate(one) if it.of == "rate" else str(getattr(one, it.of)) for it in COLUMNS)


def rate(one: Figures) -> str:
    """应访尽访率; a dash where nobody had to be visited."""
    return percent(one.made, one.due) if one.due else "—"


def percent(part: int, whole: int) -> str:
    """A share with one decimal, never rounded up to all."""
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def _share(one: Figures) -> float:
    return one.made / one.due if one.due else 1.0


def _rank(village: str, figures: Mapping[str, Figures]) -> int:
    return 1 + sum(_share(one) > _share(figures[village]) for one in figures.values())


def long(day: date) -> str:
    """A day as 2026年11月22日."""
    return words.long_date(day.isoformat())


def changed(before: str, now: str) -> Sequence[tuple[str, str]]:
    """The sentences of a draft that numbers made since have changed: (as drafted, as it is now)."""
    was, is_now = _sentences(before), _sentences(now)
    return [(one, other) for one, other in zip(was, is_now, strict=False) if one != other]


def _sentences(text: str) -> list[str]:
    return [one for line in text.splitlines() for one in re.findall("[^。]+。?", line)]
