"""An entity with 250 submissions takes some milliseconds."""

from random import Random
from time import process_time

import pytest

from server.merge import Rule, Statement, resolve_unit

from .histories import LATEST, REVIEW, known, saw, says


@pytest.mark.parametrize("rule", [LATEST, REVIEW])
@pytest.mark.parametrize("seen_by_each", [0, 1, 3, 100])
def test_250_submissions_on_one_unit_are_fast(rule: Rule, seen_by_each: int) -> None:
    random = Random(seen_by_each)
    ids = [f"{random.getrandbits(64):016x}" for _ in range(250)]
    told: list[Statement] = []
    for number, submission in enumerate(ids):
        before = ids[max(0, number - seen_by_each) : number]
        value = random.choice("abc")
        day = f"2026-{1 + number // 28:02}-{1 + number % 28:02}"
        told.append(says(submission, value, shown=saw("", *before), on=day, confirmed=True))
    versions = known(told)
    random.shuffle(told)
    started = process_time()
    assert resolve_unit(told, versions, rule).heads
    assert process_time() - started < 0.2
