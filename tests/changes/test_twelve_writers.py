"""Twelve writers at once and a puller beside them: it must miss nothing.

The same story with numbers given at the beginning of a transaction, as an identity column gives
them, misses changes: the test can fail, and numbering last is why it does not.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from flask import Flask
from sqlalchemy import insert

from server.changes.models import Change
from server.changes.queries import Changed, append, counter, since
from server.database import transaction
from tests.making import COUNTY, SANLI, YIJIA, looking

WRITERS = 12
TURNS = 12

Write = Callable[[random.Random, list[str]], None]


def numbered_last(dice: random.Random, ids: list[str]) -> None:
    """As every transaction of ours does it."""
    with transaction() as session:
        time.sleep(dice.random() / 500)  # storing, merging
        changed = [Changed("task", one, dice.choice([SANLI, YIJIA])) for one in ids]
        append(session, COUNTY, changed)


class NumberedFirst:
    """As an identity column does it: the number is fetched, then comes the rest, then the commit.

    The numbers are fetched before the transaction, since SQLite has but one writer at a time.
    """

    def __init__(self) -> None:
        self.numbers = count(1)

    def __call__(self, dice: random.Random, ids: list[str]) -> None:
        mine = [(one, next(self.numbers)) for one in ids]
        time.sleep(dice.random() / 500)
        with transaction() as session:
            for one, number in mine:
                row = {"county": COUNTY, "area": SANLI, "kind": "task", "id": one}
                session.execute(insert(Change).values(**row, number=number, gone=False))


def missed(ground: Flask, write: Write) -> set[str]:
    """What a puller did not get that pulled all the time and once more at the end."""
    written: set[str] = set()
    seen: set[str] = set()
    reached = 0
    done = threading.Event()

    def writer(number: int) -> None:
        dice = random.Random(number)
        with ground.app_context():
            for _ in range(TURNS):
                ids = [str(uuid.UUID(int=dice.getrandbits(128))) for _ in range(3)]
                written.update(ids)
                write(dice, ids)

    def pull() -> None:
        nonlocal reached
        with looking(ground) as session:
            for change in since(session, COUNTY, reached, None, 10_000):
                assert change.number > reached, "numbers of one pull grow"
                seen.add(change.id)
                reached = change.number

    def puller() -> None:
        while not done.is_set():
            pull()

    beside = threading.Thread(target=puller)
    beside.start()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(writer, range(WRITERS)))
    done.set()
    beside.join()
    pull()
    assert len(written) == WRITERS * TURNS * 3
    return written - seen


def test_a_puller_beside_twelve_writers_misses_nothing(ground: Flask) -> None:
    assert missed(ground, numbered_last) == set()
    with looking(ground) as session:
        assert counter(session, COUNTY).last == WRITERS * TURNS * 3


def test_numbers_given_at_the_beginning_would_make_it_miss_some(ground: Flask) -> None:
    assert missed(ground, NumberedFirst())
