"""What was printed or bound before, and is older than the facts."""

from __future__ import annotations

from collections.abc import Iterator

from server.household_file import words
from server.household_file.checkup.findings import Finding
from server.household_file.checkup.subject import Subject


def check(subject: Subject) -> Iterator[Finding]:
    """A printed file that says something else than would be printed now."""
    bound, newest = subject.bound, subject.newest
    if bound is not None:
        if not bound.same:
            text = f"第 {bound.number} 版已装订，此后又有变化。印续页，补进卷里。"
            yield Finding("bound_older", str(bound.number), "", text, "files", subject.id)
    elif newest is not None and not newest.same:
        day = words.long_date(newest.made_on)
        text = f"第 {newest.number} 版是{day}印的，此后又有变化。这次重印，旧的收回。"
        yield Finding("printed_older", str(newest.number), "", text, "files", subject.id)
    if newest is not None and newest.corrected:
        text = f"第 {newest.number} 版印出后更正过 {newest.corrected} 处。附上更正说明。"
        yield Finding("corrected", str(newest.number), "", text, "files", subject.id)
