"""Documents that the catalogue asks for and that nobody filled in yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from server.followup.parts.incomes import YEAR_BEGINS, last_day_of_year
from server.household_file.checkup.findings import Finding
from server.household_file.checkup.subject import Subject
from server.household_file.content.sections import documents

#: Of what has a check of its own here, an empty form is not told a second time.
OWN = frozenset({"incomes", "eight", "cards", "helpers"})
#: Grades that somebody gave a house.
GRADED = frozenset({"A", "B", "C", "D"})
#: Whose file asks for yearly papers.
ASKED = frozenset({"registered", "monitored"})


def check(subject: Subject) -> Iterator[Finding]:
    """The year's income account, the ill people's forms, contact cards, the house's grade."""
    if ASKED & set(subject.file.plan.kinds):
        yield from _account(subject)
        yield from _grade(subject)
    yield from _eight(subject)
    yield from _cards(subject)
    yield from _empty(subject)


def _empty(subject: Subject) -> Iterator[Finding]:
    empty = [
        document.listed
        for document in documents(subject.file)
        if document.paper and document.paper.note == "空白表" and document.section.source not in OWN
    ]
    if empty:
        text = (
            f"{'、'.join(empty)}还没有内容，会印成空白表。"
            "有记录的补上；没有的，印好后手写，或在目录里去掉。"
        )
        yield _finding(subject, "empty", subject.id, "", text)


def _account(subject: Subject) -> Iterator[Finding]:
    if not subject.title("incomes"):
        return
    said = subject.policy.get("income.period_start")
    day = min(subject.today, subject.last)
    last = last_day_of_year(day, said if isinstance(said, str) else YEAR_BEGINS)
    if last < subject.first:
        return
    if not any(one.annual and one.last >= last for one in subject.accounts):
        text = f"{last.year}年度收入还没有核算。入户核算一次，请户主签字。"
        yield _finding(subject, "no_account", str(last.year), subject.title("incomes"), text)


def _grade(subject: Subject) -> Iterator[Finding]:
    if subject.title("houses") and subject.home.facts.get("house_grade", "") not in GRADED:
        text = "住房还没有评定等级。请鉴定人员评定。"
        yield _finding(subject, "no_grade", subject.id, subject.title("houses"), text)


def _eight(subject: Subject) -> Iterator[Finding]:
    title = subject.title("eight")
    oldest = _year_before(min(subject.today, subject.last)).isoformat()
    for one in subject.sick if title else ():
        if one.recorded_on < oldest:
            said = "一年里没有更新" if one.recorded_on else "还没有建"
            text = f"{one.name}的健康“八个一”{said}。请村医补上。"
            yield _finding(subject, "no_eight", one.person, f"{title}（{one.name}）", text)


def _cards(subject: Subject) -> Iterator[Finding]:
    title = subject.title("cards")
    for person in subject.home.people if title else ():
        kind = person.facts.get("left_behind_type", "")
        if kind not in ("", "none") and person.id not in subject.carded:
            text = f"{person.name}是留守人员，还没有联系卡。补一张。"
            yield _finding(subject, "no_card", person.id, f"{title}（{person.name}）", text)


def _finding(subject: Subject, kind: str, about: str, document: str, text: str) -> Finding:
    return Finding(kind, about, document, text, "household", subject.id)


def _year_before(day: date) -> date:
    return date(day.year - 1, day.month, min(day.day, 28))
