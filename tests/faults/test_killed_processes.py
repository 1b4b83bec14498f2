"""Servers killed at random points of pushes and uploads: nothing acknowledged is lost."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.judging import Tally, acknowledged, judge, lost_photos, lost_records
from tests.faults.phones import Phone
from tests.faults.served import Served, prepare
from tests.postgresql import Server

PHONES = 4


@pytest.fixture
def durable() -> Iterator[Server]:
    """A PostgreSQL that syncs what it commits."""
    server = Server(durable=True)
    yield server
    server.stop()


def rounds_of(
    served: Served, phones: list[Phone], rounds: int, break_it: Callable[[], None], seed: int
) -> Tally:
    """Break and mend again and again while the phones work, and let them finish.

    After each mending, before the phones could send anything twice, what they were told is
    stored is looked for.
    """
    chance = random.Random(seed)
    tally = Tally("")
    for phone in phones:
        phone.start()
    for _ in range(rounds):
        time.sleep(chance.uniform(0.2, 1.2))
        promised = acknowledged(phones)
        break_it()
        tally.rounds += 1
        tally.acknowledged_before_a_fault = len(promised)
        tally.lost += len(lost_records(served.env, promised))
        tally.lost += len(lost_photos(served.env, promised))
    for phone in phones:
        phone.join(180)
        assert not phone.is_alive(), phone.counts
        assert phone.failure is None
    return tally


def a_town(folder: Path, database_url: str | None, records: int) -> tuple[Served, list[Phone]]:
    """A served instance and signed-in phones that will make so many records each."""
    env, people = prepare(folder / "instance", database_url, PHONES)
    served = Served(env, folder / "serve.log")
    served.start()
    phones = [Phone(served.address, name, seed, records) for seed, name in enumerate(people)]
    for phone in phones:
        phone.sign_in()
    return served, phones


def killing_on_sqlite(tmp_path: Path, rounds: int, records: int) -> None:
    served, phones = a_town(tmp_path, None, records)

    def power_cut() -> None:
        served.kill()
        served.start()

    try:
        tally = rounds_of(served, phones, rounds, power_cut, seed=1)
        tally.proof = "web and background processes killed, SQLite"
        judge(tally, served.env, phones)
    finally:
        served.stop()


def killing_on_postgresql(
    tmp_path: Path, durable: Server, rounds: int, records: int, seed: int = 2
) -> None:
    served, phones = a_town(tmp_path, durable.url(durable.create()), records)
    chance = random.Random(seed)

    def power_cut() -> None:
        if chance.random() < 0.5:
            durable.kill()
            durable.start_again()
        else:
            served.kill()
            served.start()

    try:
        tally = rounds_of(served, phones, rounds, power_cut, seed)
        tally.proof = "PostgreSQL, or web and background processes, killed"
        judge(tally, served.env, phones)
    finally:
        served.stop()


def test_a_server_on_sqlite_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    killing_on_sqlite(tmp_path, rounds=4, records=25)


def test_a_server_on_postgresql_killed_again_and_again_loses_nothing(
    tmp_path: Path, durable: Server
) -> None:
    killing_on_postgresql(tmp_path, durable, rounds=4, records=25)


@pytest.mark.deep
def test_a_hundred_killings_on_sqlite_lose_nothing(tmp_path: Path) -> None:
    killing_on_sqlite(tmp_path, rounds=100, records=600)


@pytest.mark.deep
def test_a_hundred_killings_on_postgresql_lose_nothing(tmp_path: Path, durable: Server) -> None:
    killing_on_postgresql(tmp_path, durable, rounds=100, records=600)
