"""What would be printed with 未核, 待核实 or 有新报 behind it."""

from __future__ import annotations

from collections.abc import Iterator

from server.household_file.checkup.findings import Finding, Page
from server.household_file.checkup.subject import Subject
from server.household_file.marks import any_unreviewed
from server.household_file.sections import Document, documents, opens

#: Whole documents that are lists of the whole household, not records.
NO_RECORDS = frozenset({"members", "visits", "photos", "open", "changes", "closing"})


def check(subject: Subject) -> Iterator[Finding]:
    """Facts that two tell differently, what waits for review, what was not reviewed at all."""
    yield from _open(subject)
    unreviewed = [
        one for one in documents(subject.file) if not one.reviewed and one.kind not in NO_RECORDS
    ]
    for document in unreviewed:
        yield _unreviewed(subject, document)
    yield from _listed(subject)
    if (
        not unreviewed
        and any_unreviewed(subject.file)
        and all(one.reviewed for one in subject.file.visits)
    ):
        text = "有的项目还没有审核，会标“未核”。先审核，再打印。"
        yield Finding("unreviewed", "facts", subject.title("basic"), text, "household", subject.id)


def _open(subject: Subject) -> Iterator[Finding]:
    found: dict[tuple[bool, str, str], list[str]] = {}
    for one in opens(subject.file):
        said = f"{one.claim.by}记“{one.claim.text}”" if one.claim.by else f"“{one.claim.text}”"
        found.setdefault((one.disputed, one.whose, one.label), []).append(said)
    for (disputed, whose, label), claims in found.items():
        kind = "disputed" if disputed else "pending"
        what = f"{whose}的{label}" if whose != "全户" else label
        if disputed:
            text = f"{what}两边填的不一样：{'，'.join(claims)}。核定后再打印。"
        else:
            text = f"{what}有新报的还没审核：{'，'.join(claims)}。先审核，再打印。"
        page: Page = "dispute" if disputed else "household"
        yield Finding(kind, f"{whose}:{label}", subject.title("open"), text, page, subject.id)


def _unreviewed(subject: Subject, document: Document) -> Finding:
    record = document.visit.instance_id if document.visit else ""
    record = record or subject.records.get(document.key, "")
    return Finding(
        "unreviewed",
        document.key if not document.visit else record,
        document.listed,
        "还没有审核，会标“未核”。先审核，再打印。",
        "record" if record else "household",
        record or subject.id,
    )


def _listed(subject: Subject) -> Iterator[Finding]:
    """Visits that only the list shows."""
    waiting = [one for one in subject.file.visits if not one.reviewed and not one.full]
    for visit in waiting:
        yield Finding(
            "unreviewed",
            visit.instance_id,
            subject.title("visit_list"),
            f"{visit.on}的走访还没有审核，会标“未核”。先审核，再打印。",
            "record",
            visit.instance_id,
        )
