"""What was done of the eight ones for somebody."""

from __future__ import annotations

from server.intake.summaries.filled import Filled, Summary

ITEMS = tuple(f"hb{n}" for n in range(1, 9))


def summary(filled: Filled) -> Summary:
    """How many are done; what was done for the first time, or could not be.

    Neither facts nor line name an illness or the person: whoever sees the record sees them.
    """
    news = [code for code in ITEMS if _is_new(filled, code)]
    done = [code for code in news if filled.says(f"{code}_status", "done")]
    count = sum(filled.says(f"{code}_status", "done") for code in ITEMS)
    if len(done) == 1:
        first = f"落实第 {ITEMS.index(done[0]) + 1} 项"
    else:
        first = f"新落实 {len(done)} 项" if done else ""
    parts = [first, f"共落实 {count} 项"]
    if stuck := [code for code in news if filled.says(f"{code}_status", "not_done")]:
        parts.append(f"{len(stuck)} 项未落实")
    line = " · ".join(part for part in ("健康“八个一”", *parts) if part)
    facts: dict[str, object] = {
        "kind": "health",
        "visit_result": filled.answer("visit_result"),
        "line": line,
    }
    return Summary(line, facts)


def _is_new(filled: Filled, code: str) -> bool:
    """Whether this record says something of an item that was not known when it was opened."""
    said = (filled.answer(f"{code}_status"), filled.answer(f"{code}_on"))
    known = (filled.answer(f"known_{code}_status"), filled.answer(f"known_{code}_on"))
    return said[0] != "" and said != known
