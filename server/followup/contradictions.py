"""What a household's register says that cannot all be true, or that somebody has to look at (pure).

Each is a question to whoever knows the household, never a correction. Source: forms.md 2, "Rules";
repairs 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.followup.days import age_on, birthday, day_of
from server.followup.head import HEAD

Facts = Mapping[str, str]

SPOUSES = frozenset({"10", "11", "12"})
#: Those of the head's own blood; step-parents and in-laws may be of any age.
PARENTS = frozenset({"50", "51", "52"})
CHILDREN = frozenset({"20", "30"})
PARENT_YEARS = 14
SCHOOL_AGE = range(6, 16)
NOT_IN_SCHOOL = "0"
#: What somebody is taught -> from which age to which that is likely.
AGES: Mapping[str, tuple[int, int]] = {
    "1": (2, 8),
    "2": (5, 16),
    "3": (10, 18),
    "4": (10, 18),
    "5": (10, 19),
    "6": (13, 23),
    "7": (13, 35),
    "8": (15, 35),
    "9": (15, 35),
    "10": (18, 60),
}
SCHOOLS = {
    "1": "上幼儿园",
    "2": "上小学",
    "3": "上七年级",
    "4": "上八年级",
    "5": "上九年级",
    "6": "上高中",
    "7": "上中职",
    "8": "上大专",
    "9": "上大学",
    "10": "读研究生",
}
#: Property of a member -> its word, and what the household has where somebody has it.
WELFARE: Mapping[str, tuple[str, frozenset[str]]] = {
    "dibao_member": ("低保", frozenset({"dibao"})),
    "tekun_member": ("特困供养", frozenset({"tekun_scattered", "tekun_central"})),
}
#: Types of households that somebody is answerable for.
HELPED = frozenset({"registered_poor", "out_policy", "instant_help"})
MONITORED = "monitored_"
RELOCATED = "relocated"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who lives there; facts: his properties."""

    id: str
    facts: Facts

    @property
    def name(self) -> str:
        """What he is called."""
        return self.facts.get("person_name") or "未取名"

    @property
    def relation(self) -> str:
        """What he is to the head."""
        return self.facts.get("relation", "")

    @property
    def born(self) -> date | None:
        """His birthday."""
        return day_of(self.facts.get("birth_date", ""))


@dataclass(frozen=True, slots=True)
class Home:
    """A household with those who live there; monitored: whether a case says so."""

    facts: Facts
    people: Sequence[Person]
    monitored: bool = False


@dataclass(frozen=True, slots=True)
class Odd:
    """One thing to look at; about: the person, blank for the household. Named by rule and about."""

    rule: str
    text: str
    about: str = ""


def contradictions(home: Home, today: date, area_a_head: float) -> Iterator[Odd]:
    """All that is odd of a household.

    area_a_head: square metres a head that a relocated household's house has at most.
    """
    if not home.people:
        return
    yield from _head(home)
    yield from _welfare(home)
    yield from _type(home)
    yield from _area(home, area_a_head)
    for person in home.people:
        yield from _schooling(person, today)


def out_of_school(people: Sequence[Person], today: date) -> Iterator[Person]:
    """The children of school age who are said to go to none."""
    for person in people:
        out = person.facts.get("student_status") == NOT_IN_SCHOOL
        if out and person.born and age_on(person.born, today) in SCHOOL_AGE:
            yield person


def birthdays(people: Sequence[Person], today: date) -> Iterator[date]:
    """The next birthdays of those whose schooling depends on their age."""
    for person in people:
        if person.born and person.facts.get("student_status"):
            yield birthday(person.born, age_on(person.born, today) + 1)


def _head(home: Home) -> Iterator[Odd]:
    heads = [one for one in home.people if one.relation == HEAD]
    named = next((one for one in home.people if one.id == home.facts.get("head")), None)
    if not heads and named is None:
        yield Odd("head", "没有户主，请定谁是户主")
    elif len(heads) > 1:
        yield Odd("heads", f"{_names(heads)}都登记成了户主")
    elif named is not None and named.relation != HEAD:
        yield Odd("relations", f"户主是{named.name}，大家和户主的关系还没有改过来", named.id)
    elif len(heads) == 1:
        yield from _around(heads[0], home.people)


def _around(head: Person, people: Sequence[Person]) -> Iterator[Odd]:
    spouses = [one for one in people if one.relation in SPOUSES]
    if len(spouses) > 1:
        yield Odd("spouses", f"登记了 {len(spouses)} 个配偶：{_names(spouses)}")
    for one in people:
        if one.relation in PARENTS and _is_too_close(one, head):
            yield Odd("parent", _close("父母", one, head), one.id)
        if one.relation in CHILDREN and _is_too_close(head, one):
            yield Odd("child", _close("子女", one, head), one.id)


def _is_too_close(older: Person, younger: Person) -> bool:
    """Whether two are too close in age for parent and child; unknown days are not."""
    return bool(older.born and younger.born and birthday(older.born, PARENT_YEARS) > younger.born)


def _close(word: str, one: Person, head: Person) -> str:
    return f"{one.name}登记成{head.name}的{word}，年龄对不上"


def _welfare(home: Home) -> Iterator[Odd]:
    held = set(home.facts.get("welfare", "").split())
    for prop, (word, flags) in WELFARE.items():
        having = [one for one in home.people if one.facts.get(prop) == "yes"]
        if having and held.isdisjoint(flags):
            yield Odd(prop, f"{_names(having)}享受{word}，这户的救助类别里没有")
        if held & flags and all(one.facts.get(prop) == "no" for one in home.people):
            yield Odd(prop, f"这户登记为{word}，家里人都说没有享受")


def _type(home: Home) -> Iterator[Odd]:
    kind = home.facts.get("household_type", "")
    if home.monitored and not kind.startswith(MONITORED):
        yield Odd("case", "监测还没有了结，户类型却不是监测户")
    answerable = kind in HELPED or kind.startswith(MONITORED)
    if answerable and not home.facts.get("helper_name"):
        yield Odd("helper", "没有帮扶责任人")


def _area(home: Home, area_a_head: float) -> Iterator[Odd]:
    if RELOCATED not in home.facts.get("welfare", "").split():
        return
    area = _number(home.facts.get("house_area", ""))
    if area > area_a_head * len(home.people):
        yield Odd("area", f"易地搬迁户住房人均超过 {area_a_head:g} 平方米")


def _schooling(person: Person, today: date) -> Iterator[Odd]:
    status = person.facts.get("student_status", "")
    if person.born and status in AGES:
        first, last = AGES[status]
        if not first <= age_on(person.born, today) <= last:
            yield Odd("student", f"{person.name}登记{SCHOOLS[status]}，年龄对不上", person.id)


def _names(people: Sequence[Person]) -> str:
    return "、".join(one.name for one in people)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
