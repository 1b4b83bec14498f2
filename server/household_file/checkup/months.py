"""Months in which nobody came, by the rules by which visits are due.

A month counts when it is over and its table is frozen. Who lives away may be telephoned every time
and is met once a year (repairs 19); the visits of a monitored household are its follow-ups
(repairs 7).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from server.followup.visits import CALL, MET, Visit, counted, due, kind_of
from server.household_file import words
from server.household_file.checkup.findings import Finding
from server.household_file.checkup.subject import Subject

#: The table of a month is frozen so many days after it (roles and workflow 4).
FROZEN_AFTER = timedelta(days=5)
OFTEN = {"monthly": "每月一次", "quarterly": "每季度一次", "yearly": "每年一次"}


@dataclass(frozen=True, slots=True)
class Span:
    """A month or a quarter."""

    first: date
    last: date
    quarter: bool

    @property
    def text(self) -> str:
        """What it is called."""
        if self.quarter:
            return f"{self.first.year}年第{(self.first.month + 2) // 3}季度"
        return words.long_month(self.first.isoformat())

    def holds(self, days: Collection[date]) -> bool:
        """Whether any of some days lies in it."""
        return any(self.first <= day <= self.last for day in days)


def check(subject: Subject) -> Iterator[Finding]:
    """Months and quarters without a visit that counts; who lives away and was met by nobody."""
    if subject.monitored_since is not None:
        yield from _followed(subject, subject.monitored_since)
    else:
        yield from _visited(subject)
    yield from _met(subject)


def _followed(subject: Subject, since: date) -> Iterator[Finding]:
    spoken = [one.on for one in subject.visits if one.result in {*MET, CALL}]
    lacking = _lacking(subject, since, [*spoken, *subject.followed], quarter=False)
    for text in lacking:
        yield Finding(
            "unfollowed",
            text,
            subject.title("follow_ups"),
            f"{text}没有跟踪监测记录，监测户每月至少一次。当时去过就补录，没去就写明原因。",
            "case",
            subject.case,
        )


def _visited(subject: Subject) -> Iterator[Finding]:
    days = subject.policy.get(f"interval.{subject.type}")
    if not isinstance(days, int):
        return
    often = kind_of(days)
    visits = _newest_first(subject)
    if often == "yearly":
        late = due(visits, subject.type, subject.away, subject.known_since, subject.policy).next_on
        if late and late < min(subject.today, subject.last):
            text = words.long_date(late.isoformat())
            yield _unvisited(subject, "yearly", f"{text}前就该走访一次，没有走访记录", often)
        return
    since = subject.type_since or date.min
    days_of = [one.on for one in counted(visits, subject.away)]
    for text in _lacking(subject, since, days_of, quarter=often == "quarterly"):
        yield _unvisited(subject, text, f"{text}没有走访记录", often)


def _unvisited(subject: Subject, about: str, text: str, often: str) -> Finding:
    return Finding(
        "unvisited",
        about,
        subject.title("visit_list"),
        f"{text}，这类户{OFTEN[often]}。当时去过就补录，没去就写明原因。",
        "household",
        subject.id,
    )


def _met(subject: Subject) -> Iterator[Finding]:
    days = subject.policy.get("interval.away_meeting")
    if not subject.away or not isinstance(days, int):
        return
    met = [one.on for one in subject.visits if one.result in MET]
    last = max(met, default=subject.known_since)
    if last + timedelta(days=days) < min(subject.today, subject.last):
        yield Finding(
            "unmet",
            subject.id,
            subject.title("visit_list"),
            "全家在外，一年里只打过电话，没有当面见过。人回来时见一面。",
            "household",
            subject.id,
        )


def _newest_first(subject: Subject) -> list[Visit]:
    ordered = sorted(subject.visits, key=lambda one: one.on, reverse=True)
    return [Visit(one.on, one.result) for one in ordered]


def _lacking(
    subject: Subject, since: date, days: Collection[date], *, quarter: bool
) -> Iterator[str]:
    """Runs of months or quarters without any of some days, each as one text."""
    since = max(since, subject.first, subject.known_since)
    until = min(subject.last, subject.today - FROZEN_AFTER)
    run: list[Span] = []
    for span in spans(since, until, quarter=quarter):
        if not span.holds(days):
            run.append(span)
            continue
        if run:
            yield _text(run)
        run = []
    if run:
        yield _text(run)


def _text(run: list[Span]) -> str:
    return run[0].text if len(run) == 1 else f"{run[0].text}至{run[-1].text}"


def spans(first: date, last: date, *, quarter: bool) -> Iterator[Span]:
    """The months or quarters that lie between two days as a whole."""
    length = 3 if quarter else 1
    month = first.year * 12 + first.month - 1
    month += (-month) % length
    if _first(month) < first:
        month += length
    while _first(month + length) - timedelta(days=1) <= last:
        yield Span(_first(month), _first(month + length) - timedelta(days=1), quarter)
        month += length


def _first(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
