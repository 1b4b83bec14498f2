"""What is unchanged is not gathered again, on whatever day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Flask

from server import clock
from server.config import current
from server.household_file.content.gather import gather
from server.household_file.printed.stamps import stamps
from tests.household_file.recording import Office
from tests.household_file.whole import Whole
from tests.making import looking


def test_the_same_stamp_on_another_day_means_the_same_facts(ground: Flask) -> None:
    household = Whole(Office(ground)).everything()
    today = clock.today()
    with looking(ground) as session:
        of = {
            days: stamps(session, [household], today + timedelta(days=days), current().files)[
                household
            ]
            for days in range(130)
        }
        turns = [days for days in range(1, 130) if of[days] != of[days - 1]]
        # the first of a month, when a month of visits leaves the file, and anniversaries
        assert 4 <= len(turns) < 40
        last = [days - 1 for days in turns if days - 1 not in turns]
        for begin, end in zip([0, *turns], last, strict=False):
            if begin < end:
                first, second = (
                    replace(gather(session, household, today + timedelta(days=days)), as_of="")
                    for days in (begin, end)
                )
                assert first == second
