"""Processor time of merging one unit that 250 submissions wrote."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random

from bench.instance import Instance
from server.merge import Rule, Shown, Statement, Version, resolve_unit

SUBMISSIONS = 250
#: How many earlier submissions each author had seen.
SEEN = 3


def unit_of_250(_: Instance) -> Iterator[dict[str, object]]:
    """Milliseconds for a `review` unit; each submission saw the three before it."""
    random = Random(1)
    ids = [f"{random.getrandbits(64):016x}" for _ in range(SUBMISSIONS)]
    told = [
        Statement(
            submission=submission,
            unit="phone",
            value=random.choice("abc"),
            event_date=f"2026-{1 + number // 28:02}-{1 + number % 28:02}",
            shown=Shown("", frozenset(ids[max(0, number - SEEN) : number])),
            confirmed=True,
        )
        for number, submission in enumerate(ids)
    ]
    versions = {one: Version(one, None, "pending") for one in ids}
    started = time.process_time()
    for _again in range(20):
        resolve_unit(told, versions, Rule("review"))
    spent = (time.process_time() - started) / 20
    yield {"name": "merge_250_ms", "value": round(spent * 1000, 1), "unit": "ms"}
