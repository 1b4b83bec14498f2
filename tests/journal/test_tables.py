"""Every table is either journalled or can be done without: whoever adds one has to decide."""

from __future__ import annotations

from server import tables
from server.database import Model
from server.journal.rows import KEPT

assert tables

#: Written as entries of their own, not as rows.
ENTRIES = {"submissions", "submission_mismatches", "stored_files"}
#: Follows from submissions, and is computed again by the door they come in through.
COMPUTED = {
    "changes",
    "checkups",
    "counters",
    "distinctions",
    "entities",
    "feed_days",
    "findings",
    "household_rows",
    "joins",
    "remarks",
    "review_states",
    "snapshots",
    "tasks",
    "visit_verdicts",
    "writes",
}
#: Work under way, the journal's own marks, files that can be printed again, and which lines an
#: export carried (without it a correction names the export as one that may carry the value).
PASSING = {
    "bulletin_drafts",
    "exported_rows",
    "form_drafts",
    "form_uploads",
    "issued_sheets",
    "jobs",
    "journal_marks",
    "printed_files",
    "printed_lists",
    "printed_newest",
    "uploads",
}


def test_every_table_is_journalled_or_known_to_be_computed() -> None:
    decided = [KEPT, ENTRIES, COMPUTED, PASSING]
    assert set(Model.metadata.tables) == set().union(*decided)
    assert sum(len(part) for part in decided) == len(Model.metadata.tables), "each in one"
