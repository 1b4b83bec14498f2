"""Phones behind a line that cuts, delays, doubles and truncates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.bad_line import FAULTS, BadLine
from tests.faults.judging import Tally, judge
from tests.faults.phones import Phone
from tests.faults.served import Served, prepare

PHONES = 4


def behind_a_bad_line(tmp_path: Path, records: int, seed: int) -> None:
    env, people = prepare(tmp_path / "instance", None, PHONES)
    served = Served(env, tmp_path / "serve.log")
    served.start()
    line = BadLine(served.address, seed)
    phones = [Phone(served.address, name, number, records) for number, name in enumerate(people)]
    try:
        for phone in phones:
            phone.sign_in()
            phone.address = line.address
            phone.start()
        for phone in phones:
            phone.join(max(120, records * 2))
            assert not phone.is_alive(), phone.counts
            assert phone.failure is None
        assert line.happened.keys() == set(FAULTS)
        judge(Tally("a line that cuts, delays, doubles and truncates"), env, phones)
    finally:
        line.close()
        served.stop()


def test_a_bad_line_loses_and_doubles_nothing(tmp_path: Path) -> None:
    behind_a_bad_line(tmp_path, records=25, seed=3)


@pytest.mark.deep
def test_a_bad_line_for_a_long_time_loses_and_doubles_nothing(tmp_path: Path) -> None:
    behind_a_bad_line(tmp_path, records=500, seed=4)
