"""What would be printed with 未核, 待核实 or 有新报 behind it."""

from __future__ import annotations

from collections.abc import Iterator

from server.household_file import words
from server.household_file.checkup.findings import Finding, Page
from server.household_file.checkup.subject import Subject
from server.household_file.content.facts import Used
from server.household_file.content.sections import opens

RETURNED = "hasIssues"


def check(subject: Subject) -> Iterator[Finding]:
    """Facts that two tell differently, what was reported since, records that wait for review."""
    found: dict[tuple[bool, str, str], list[str]] = {}
    for one in opens(subject.file):
        said = f"{one.claim.by}记“{one.claim.text}”" if one.claim.by else f"“{one.claim.text}”"
        found.setdefault((one.disputed, one.whose, one.label), []).append(said)
    for (disputed, whose, label), claims in found.items():
        what = f"{whose}的{label}" if whose != "全户" else label
        yield _open(subject, what, "，".join(claims), disputed=disputed)
    for use in subject.file.used:
        if use.state != "approved":
            yield _unreviewed(use)


def _open(subject: Subject, what: str, claims: str, *, disputed: bool) -> Finding:
    if disputed:
        text = f"{what}两边填的不一样：{claims}。核定后再打印。"
    else:
        text = f"{what}有新报的还没审核：{claims}。先审核，再打印。"
    page: Page = "dispute" if disputed else "household"
    kind = "disputed" if disputed else "pending"
    return Finding(kind, what, subject.title("open"), text, page, subject.id)


def _unreviewed(use: Used) -> Finding:
    day = words.long_date(use.on)
    said = "退回了，还没改回来" if use.state == RETURNED else "还没有审核"
    return Finding(
        "unreviewed",
        use.instance_id,
        f"{use.form}（{day}）",
        f"{use.by}{day}的记录{said}，会标“未核”。先审核，再打印。",
        "record",
        use.instance_id,
    )
