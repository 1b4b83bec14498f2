"""公示: what hangs on a village's wall, of which only what is named here may be read by everybody.

Nothing reaches the sheet but by `_entry`, and there every text is either taken from a list of ours
or held to what a name or a group may look like. A county chooses among the columns; there is none
for a number, a telephone, an account, an illness or a reason that tells of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from server.followup.house_ledger import ledger
from server.forms.dictionary import Dictionary
from server.household_file import words
from server.household_file.sheets.facts import Sheet
from server.household_file.sheets.places import TOWN, Place, government
from server.policy.keys import PUBLIC_COLUMNS
from server.policy.values import named
from server.problems import RequestInvalid
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity, HouseholdRow

PAPERS = {"a4": "A4", "a3": "A3"}


@dataclass(frozen=True)
class Notice:
    """A kind of notice. days: the policy that says how long it hangs, and what it is without it.

    title, body, reason: what it says; {village}, {homes} and {people} stand for what they are.
    """

    name: str
    word: str
    days: tuple[str, int]
    title: str
    body: str
    reason: str


NOTICES: Mapping[str, Notice] = {
    one.name: one
    for one in (
        Notice(
            "admit",
            "纳入监测公示",
            ("case.notice_days", 5),
            "关于拟纳入防止返贫监测对象的公示",
            "经农户申请、入户核实和村民评议，{village}拟将下列{homes}户{people}人纳入"
            "防止返贫监测对象，现予公示。",
            "拟纳入监测",
        ),
        Notice(
            "clear",
            "风险消除公示",
            ("exit.notice_days", 7),
            "关于监测对象拟消除风险的公示",
            "经入户核查和村民评议，{village}下列{homes}户{people}人监测对象的风险已经消除，"
            "拟按程序标注风险消除，现予公示。",
            "拟标注风险消除",
        ),
        Notice(
            "exit",
            "脱贫退出公示",
            ("exit.notice_days", 7),
            "关于拟脱贫退出农户的公示",
            "经入户核查、民主评议，{village}下列{homes}户{people}人达到退出标准，"
            "拟按程序退出，现予公示。",
            "拟脱贫退出",
        ),
        Notice(
            "house",
            "危房改造对象公示",
            ("public.house_days", 7),
            "关于拟列入农村危房改造对象的公示",
            "经农户申请、房屋安全鉴定和村民评议，{village}拟将下列{homes}户{people}人列入"
            "农村危房改造对象，现予公示。",
            "拟列入危房改造",
        ),
    )
}
#: States of a case in which its notice is put up, or hangs.
STANDS = {
    "admit": frozenset({"appraised", "notice"}),
    "clear": frozenset({"clearing_appraised", "clearing_notice"}),
}
#: Steps of a renovation before anybody builds.
PROPOSED = frozenset({"listed", "planned"})
#: What a category may say: of a monitored household, of one that leaves, of a house.
MONITORED = frozenset({"monitored_unstable", "monitored_edge", "monitored_sudden"})
LEAVING = frozenset({"registered_poor", "instant_help"})
GRADES = {"C": "C级危房", "D": "D级危房"}
#: Columns as they are called unless the county calls them otherwise; all that there are.
USUAL = ("no", "head", "group", "people", "category", "reason")

_NAME = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U000323AF〇·•]{2,20}")
_GROUP = re.compile(
    r"(第?[0-9]{1,2}|[㐀-鿿·]{1,8}[0-9]{0,2})(组|队|小组|村民小组|屯|庄|沟|片区|网格|自然村|社)?"
)
#: What no name is made of, and what would tell of somebody's illness.
_TELLING = re.compile("[病癌残瘫疯肿瘤症障]|低保|特困|贫困|电话|手机|账号|证号")


@dataclass(frozen=True)
class Candidate:
    """A household that may stand on a notice; since: when its step was reached, or blank.

    fault: why it cannot be printed as it is, in Chinese.
    """

    household_id: str
    head: str
    group: str
    people: int
    category: str
    fault: str = ""
    used: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One row of a notice: column -> text, of columns in the whitelist only."""

    cells: tuple[str, ...]


@dataclass(frozen=True)
class PublicList:
    """A whole notice. columns: their titles; widths: their shares; names: which of them is the
    head's, -1 for none. contact: where objections are heard.
    """

    notice: str
    title: str
    body: str
    period: str
    contact: str
    columns: tuple[str, ...]
    widths: tuple[float, ...]
    names: int
    rows: tuple[Entry, ...]
    committee: str
    on: str
    paper: str


def candidates(
    session: Session, place: Place, kind: str, dictionary: Dictionary
) -> list[Candidate]:
    """The households of a village that stand at the step of this notice, by number."""
    homes = {row.household_id: row for row in registers.household_rows(session, place.villages)}
    standing = {
        household_id: one
        for household_id, one in _standing(session, place, kind, homes, dictionary)
        if household_id in homes
    }
    entities = registers.entities(session, standing)
    return [
        _candidate(place, homes[household_id], entities.get(household_id), *standing[household_id])
        for household_id in homes
        if household_id in standing
    ]


def _standing(
    session: Session,
    place: Place,
    kind: str,
    homes: Mapping[str, HouseholdRow],
    dictionary: Dictionary,
) -> Iterable[_Standing]:
    if kind in STANDS:
        return _cases(session, place, kind, dictionary)
    if kind == "exit":
        return _exits(session, place, homes, dictionary)
    return _houses(session, place)


def gather(
    session: Session,
    place: Place,
    kind: str,
    chosen: Sequence[str],
    first: date,
    last: date,
    today: date,
    dictionary: Dictionary,
    policy: Mapping[str, object],
    options: Mapping[str, str],
) -> Sheet:
    """The notice of one village with the households that were chosen among its candidates.

    first, last: the days on which it hangs. options: paper (PAPERS). Raises RequestInvalid where
    it would hang too short, or where nobody was chosen.
    """
    notice = NOTICES[kind]
    least = days_of(notice, policy)
    if (last - first).days + 1 < least:
        raise RequestInvalid(f"{notice.word}至少要贴 {least} 天，请改公示期。")
    found = [
        one for one in candidates(session, place, kind, dictionary) if one.household_id in chosen
    ]
    if not found or any(one.fault for one in found):
        raise RequestInvalid("请勾选要公示的户；标了“先更正”的户，更正以后才能公示。")
    columns = columns_of(policy)
    said = {
        "village": place.name,
        "homes": str(len(found)),
        "people": str(sum(one.people for one in found)),
    }
    days = (last - first).days + 1
    content = PublicList(
        notice=kind,
        title=notice.title,
        body=notice.body.format(**said),
        period=f"公示期：{words.long_date(first.isoformat())}至{words.long_date(last.isoformat())}，共{days}天。",
        contact=contact_of(place, policy),
        columns=tuple(title for _, title in columns),
        widths=widths_of([code for code, _ in columns]),
        names=next((n for n, (code, _) in enumerate(columns) if code == "head"), -1),
        rows=tuple(
            _entry(number, one, [code for code, _ in columns], notice)
            for number, one in enumerate(found, 1)
        ),
        committee=words.committee(place.name),
        on=words.long_date(first.isoformat()),
        paper=options["paper"],
    )
    return Sheet(
        kind="public_list",
        key=f"{place.code}-{kind}-{first:%Y%m%d}",
        title=f"{place.name}{notice.word}",
        author=words.committee(place.name),
        as_of=today.isoformat(),
        villages=place.villages,
        content=content,
        options={**options, "notice": kind, "from": first.isoformat(), "to": last.isoformat()},
        names=tuple(one.head for one in found),
        used=tuple(sorted({name for one in found for name in one.used})),
    )


def days_of(notice: Notice, policy: Mapping[str, object]) -> int:
    """How long a notice hangs at least."""
    said = policy.get(notice.days[0])
    return said if isinstance(said, int) and said > 0 else notice.days[1]


def last_day(notice: Notice, first: date, policy: Mapping[str, object]) -> date:
    """The last day of a notice that hangs as long as it has to."""
    return first + timedelta(days=days_of(notice, policy) - 1)


def columns_of(policy: Mapping[str, object]) -> list[tuple[str, str]]:
    """Code and title of the columns that the county chose, of those that there are."""
    said = policy.get("public.columns")
    chosen = [(str(one[0]), str(one[1])) for one in said] if isinstance(said, list) else []
    known = [
        (code, title or PUBLIC_COLUMNS[code]) for code, title in chosen if code in PUBLIC_COLUMNS
    ]
    return known or [(code, PUBLIC_COLUMNS[code]) for code in USUAL]


#: How wide the columns are beside each other.
WIDE = {"no": 8, "head": 18, "group": 22, "people": 8, "category": 23, "reason": 22}


def widths_of(codes: Sequence[str]) -> tuple[float, ...]:
    """The shares of some columns, in percent."""
    whole = sum(WIDE[code] for code in codes)
    return tuple(round(100 * WIDE[code] / whole, 3) for code in codes)


def contact_of(place: Place, policy: Mapping[str, object]) -> str:
    """Where objections are heard: the township's own telephone, nobody's private one."""
    own = policy.get(named("supervision.phone", place.code[:TOWN]))
    phone = str(own or policy.get("supervision.phone") or policy.get("duty.phone") or "")
    town = place.names.get(place.code[:TOWN], "")
    who = (
        f"{words.committee(place.name)}或{government(town)}"
        if town
        else words.committee(place.name)
    )
    told = f"监督电话：{phone}。" if phone else "监督电话：　　　　　　　　。"
    return f"公示期内如有异议，请向{who}反映。{told}"


def _entry(number: int, one: Candidate, codes: Iterable[str], notice: Notice) -> Entry:
    """One row: the only door to the sheet."""
    cells = {
        "no": str(number),
        "head": one.head,
        "group": one.group,
        "people": str(one.people),
        "category": one.category,
        "reason": notice.reason,
    }
    return Entry(tuple(cells[code] for code in codes))


#: A household with its category and the submissions that say so.
_Standing = tuple[str, tuple[str, list[str]]]


def _cases(
    session: Session, place: Place, kind: str, dictionary: Dictionary
) -> Iterable[_Standing]:
    for one in registers.known_in(session, "cases", place.villages):
        if one.derived.get("into") or one.derived.get("state") not in STANDS[kind]:
            continue
        said, settled = values.properties(one.live), values.properties(one.approved)
        code = settled.get("category", "") if kind == "clear" else said.get("category_proposed", "")
        label = dictionary.label("monitor_category", code) if code in MONITORED else ""
        yield one.household_id or "", (label, values.heads(one.live))


def _exits(
    session: Session, place: Place, homes: Mapping[str, HouseholdRow], dictionary: Dictionary
) -> Iterable[_Standing]:
    """Households that are said to be poor still, whose newest check says that they may leave."""
    newest: dict[str, tuple[str, bool, list[str]]] = {}
    for one in registers.known_in(session, "exit_checks", place.villages):
        said = values.properties(one.approved)
        if said.get("check_kind") == "exit":
            told = (
                said.get("checked_on", ""),
                said.get("conclusion") == "pass",
                values.heads(one.approved),
            )
            household_id = one.household_id or ""
            newest[household_id] = max(newest.get(household_id, told), told)
    for household_id, (_, passed, used) in newest.items():
        home = homes.get(household_id)
        if home is not None and passed and home.household_type in LEAVING:
            yield household_id, (dictionary.label("household_type", home.household_type), used)


def _houses(session: Session, place: Place) -> Iterable[_Standing]:
    for row in ledger(session, place.villages):
        if row.step in PROPOSED and row.grade in GRADES:
            yield row.home.household_id, (GRADES[row.grade], list(row.used))


def _candidate(
    place: Place, home: HouseholdRow, entity: Entity | None, category: str, used: Sequence[str]
) -> Candidate:
    group = values.text(entity.live, "group_name") if entity else ""
    village, head = place.village_of(home.area), home.head_name.strip()
    return Candidate(
        household_id=home.household_id,
        head=head if is_name(head) else "",
        group=f"{village}{group.strip()}" if is_group(group) else village,
        people=home.family_size,
        category=category,
        fault="" if is_name(head) else "户主姓名里有数字、符号或别的话，先更正",
        used=tuple(used),
    )


def is_name(text: str) -> bool:
    """Whether a text can be nothing but somebody's name."""
    parts = re.split("[·•]", text)
    longest = 5 if len(parts) == 1 else 8
    return bool(
        _NAME.fullmatch(text)
        and not _TELLING.search(text)
        and all(1 <= len(part) <= longest for part in parts)
    )


def is_group(text: str) -> bool:
    """Whether a text can be nothing but the name of a part of a village."""
    return bool(_GROUP.fullmatch(text.strip()) and not _TELLING.search(text))
