"""What the server can refuse has words at the desk that say what to do."""

from __future__ import annotations

import pytest

from server import problems
from server.console.errors import TITLES
from server.problems import Problem


def every_problem() -> list[type[Problem]]:
    return [
        one
        for one in vars(problems).values()
        if isinstance(one, type) and issubclass(one, Problem) and one is not Problem
    ]


@pytest.mark.parametrize("status", [403, 404, 409, 413, 422, 429, 500, 503, 507])
def test_a_status_that_the_desk_can_answer_has_a_title_and_a_way_on(status: int) -> None:
    assert status in {int(one.status) for one in every_problem()}
    title, advice = TITLES[status]
    assert title
    assert advice.endswith("。")
