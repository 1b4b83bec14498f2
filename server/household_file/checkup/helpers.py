"""Helpers: their days beside the visits that they made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from server.followup.contradictions import HELPED, MONITORED
from server.household_file import words
from server.household_file.checkup.findings import Finding, Page
from server.household_file.checkup.subject import Helper, Subject, Visited

ROLE = "helper"
#: A helper of fewer days in the printed period may have come before or after it.
LONG = timedelta(days=92)
DAY = timedelta(days=1)


def check(subject: Subject) -> Iterator[Finding]:
    """Visits outside of a helper's time, time without a helper, helpers who did not come."""
    if not subject.helpers and not _is_helped(subject):
        return
    yield from _order(subject)
    for visit in subject.visits:
        if visit.role == ROLE and subject.first <= visit.on <= subject.last:
            yield from _outside(subject, visit)
    yield from _nobody(subject)
    yield from _idle(subject)


def _is_helped(subject: Subject) -> bool:
    return subject.type in HELPED or subject.type.startswith(MONITORED)


def _outside(subject: Subject, visit: Visited) -> Iterator[Finding]:
    own = [one for one in subject.helpers if one.name == visit.by]
    if any(one.since <= visit.on <= (one.until or date.max) for one in own):
        return
    day = words.long_date(visit.on.isoformat())
    if not own:
        text = f"{day}{visit.by}以帮扶责任人身份走访，责任人表里没有他。补上责任人，或更正身份。"
    else:
        nearest = min(own, key=lambda one: _distance(one, visit.on))
        text = (
            f"{day}{visit.by}来走访，他的帮扶时间是{_time(nearest)}。"
            "起止日期记错的改责任人，日期记错的更正走访。"
        )
    yield _finding(subject, "helper_days", visit.instance_id, text, "record", visit.instance_id)


def _order(subject: Subject) -> Iterator[Finding]:
    for one in subject.helpers:
        if one.name and one.until and one.until < one.since:
            since, until = (words.long_date(day.isoformat()) for day in (one.since, one.until))
            text = f"{one.name}{since}才开始帮扶，{until}已由下一位接任。核对起始日期。"
            yield _finding(subject, "helper_days", f"{one.name}:{one.since}", text)


def _nobody(subject: Subject) -> Iterator[Finding]:
    """Days of the printed period on which nobody was answerable."""
    if not _is_helped(subject):
        return
    first = max(subject.first, subject.known_since, subject.type_since or date.min)
    last = min(subject.last, subject.today)
    held = sorted((one for one in subject.helpers if one.name), key=lambda one: one.since)
    for helper in held:
        if helper.since - first > DAY * 31:
            yield _gap(subject, first, min(helper.since - DAY, last))
        first = max(first, (helper.until or date.max - DAY) + DAY)
        if first > last:
            return
    if last - first >= DAY * 31 or not held:
        yield _gap(subject, first, last)


def _gap(subject: Subject, first: date, last: date) -> Finding:
    since, until = (words.long_date(day.isoformat()) for day in (first, last))
    text = f"{since}到{until}没有登记帮扶责任人。补上当时的责任人和起始日期。"
    return _finding(subject, "helper_none", since, text)


def _idle(subject: Subject) -> Iterator[Finding]:
    last = min(subject.last, subject.today)
    for helper in subject.helpers:
        since = max(helper.since, subject.first, subject.known_since)
        until = min(helper.until or last, last)
        if not helper.name or until - since < LONG:
            continue
        came = any(
            since <= one.on <= until and helper.name in (one.by, *one.companions)
            for one in subject.visits
        )
        if not came:
            days = f"{words.long_date(since.isoformat())}到{words.long_date(until.isoformat())}"
            text = f"{helper.name}{days}没有走访记录。去过的补录，同行的补上同行人。"
            yield _finding(subject, "helper_idle", f"{helper.name}:{helper.since}", text)


def _finding(
    subject: Subject, kind: str, about: str, text: str, page: Page = "household", of: str = ""
) -> Finding:
    return Finding(kind, about, subject.title("helpers"), text, page, of or subject.id)


def _distance(one: Helper, day: date) -> timedelta:
    return one.since - day if day < one.since else day - (one.until or day)


def _time(one: Helper) -> str:
    since = words.long_date(one.since.isoformat())
    return f"{since}到{words.long_date(one.until.isoformat())}" if one.until else f"{since}起"
