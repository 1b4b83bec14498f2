"""Storing what several phones push at the same moment in one transaction.

Where writers take turns (SQLite), whoever waits for the turn is stored by the one who has it, with
all others that wait: they share locks, statements and the fsyncs of a commit, after which each is
answered. On PostgreSQL writers work side by side, and each push has a transaction of its own.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from server import clock
from server.accounts import queries as accounts
from server.database import transaction
from server.intake.receive import Received, Sent, receive_all

#: So many submissions are stored together, so that nobody waits long for the others.
MOST = 100


@dataclass(slots=True, eq=False)
class Waiting:
    """What a phone sent, by how much its clock is wrong, and what came of it."""

    sent: Sent
    clock_error_s: int
    received: Received | None = None
    error: Exception | None = None

    @property
    def settled(self) -> bool:
        """Whether it is stored or has failed."""
        return self.received is not None or self.error is not None


class Turns:
    """The pushes of one web process that wait to be stored."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._waiting: deque[Waiting] = deque()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def store(self, mine: Waiting, *, together: bool) -> Received:
        """Store and merge a push, and return when it is committed.

        together: with the others that wait. Raises what `receive_all` and `transaction` raise.
        """
        if together:
            self._waiting.append(mine)
            with self._turn:
                while not mine.settled:
                    self._store_waiting()
        else:
            _store_each([mine])
        if mine.error is not None:
            raise mine.error
        return cast("Received", mine.received)

    def _store_waiting(self) -> None:
        group: list[Waiting] = []
        while self._waiting and _size(group) < MOST:
            group.append(self._waiting.popleft())
        try:
            _store_each(group)
        finally:  # whoever has the next turn takes up what this thread could not finish
            self._waiting.extendleft(one for one in reversed(group) if not one.settled)


def _size(group: Sequence[Waiting]) -> int:
    return sum(len(one.sent.incoming) for one in group)


def _store_each(group: Sequence[Waiting]) -> None:
    """Store some pushes together, or, when that fails, each alone: the fault may be one's only."""
    try:
        received = _stored(group)
    except Exception as error:
        if len(group) == 1:
            group[0].error = error
            return
        for one in group:
            _store_each([one])
        return
    begin = 0
    for one in group:
        end = begin + len(one.sent.incoming)
        one.received = replace(received, outcomes=received.outcomes[begin:end])
        begin = end


def _stored(group: Sequence[Waiting]) -> Received:
    now = clock.now()
    with transaction() as session:
        heard = {
            one.sent.actor.device_id: one.clock_error_s
            for one in group
            if one.sent.actor and one.sent.actor.device_id
        }
        accounts.seen(session, heard, now)
        return receive_all(session, [one.sent for one in group], now)
