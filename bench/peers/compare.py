"""`python -m bench peers`: push, first pull and pull of changes, in turns with ours, as ratios.

Every system takes its turn in every round, so that what else the machine does burdens all alike.
A peer that cannot be installed or started is named with the reason, and the others go on.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import date, timedelta

from bench import feed
from bench.county import COUNTY_COPIES
from bench.instance import Instance, served
from bench.peers.kinto import kinto
from bench.peers.pouchdb import pouchdb
from bench.peers.system import Refused, System
from bench.peers.yihu import CLIENTS, Yihu
from bench.push import sent
from server import clock
from tests.postgresql import Server

Figure = dict[str, object]
PEERS: tuple[Callable[[], AbstractContextManager[System]], ...] = (kinto, pouchdb)
ROUNDS = 3
#: Clients, visits a request, requests of each client, in one round.
SHAPES = ((1, 1, 40), (20, 1, 10), (20, 25, 1))


def peers(instance: Instance) -> Iterator[Figure]:
    """All comparisons; the first of the systems is ours on the default database."""
    with ExitStack() as stack:
        feed.grow(instance, COUNTY_COPIES)
        first = Yihu(instance, "SQLite")
        systems: list[System] = [first]
        rows = first.rows()
        for peer in PEERS:
            try:
                system = stack.enter_context(peer())
                system.load(rows)
            except (Refused, OSError) as error:
                yield {"name": "peer_missing", "value": 0, "peer": peer.__name__, "why": str(error)}
            else:
                systems.append(system)
        yield from _first_pulls(systems)
        yield from _pulls(systems)
        server = Server(durable=True)
        stack.callback(server.stop)
        second = stack.enter_context(served(server.url(server.create())))
        yield from _pushes([first, Yihu(second, "PostgreSQL"), *systems[1:]])


def _first_pulls(systems: list[System]) -> Iterator[Figure]:
    sizes, records = {}, {}
    times: dict[str, list[float]] = {system.name: [] for system in systems}
    while not _is_ready(systems[0]):
        time.sleep(0.2)
    for _ in range(ROUNDS):
        for system in systems:
            started = time.perf_counter()
            sizes[system.name], records[system.name] = system.first_pull()
            times[system.name].append(time.perf_counter() - started)
    for system in systems:
        more = {"records": records[system.name], "bytes": sizes[system.name]}
        yield _compared("peer_first_pull_ms", system, systems[0], times) | more


def _is_ready(ours: System) -> bool:
    assert isinstance(ours, Yihu)
    return not feed.get(ours.instance, "snapshots", ours.token)["preparing"]


def _pulls(systems: list[System]) -> Iterator[Figure]:
    times: dict[str, list[float]] = {system.name: [] for system in systems}
    records = {}
    for turn in range(ROUNDS):
        for system in systems:
            system.change(turn)
            started = time.perf_counter()
            records[system.name] = system.pull()
            times[system.name].append(time.perf_counter() - started)
    for system in systems:
        more = {"records": records[system.name]}
        yield _compared("peer_pull_after_100_changes_ms", system, systems[0], times) | more


def _pushes(systems: list[System]) -> Iterator[Figure]:
    for clients, visits, requests in SHAPES:
        seconds: dict[str, list[float]] = {system.name: [] for system in systems}
        refused = dict.fromkeys(seconds, 0)
        for turn in range(ROUNDS):
            for system in systems:
                homes = _homes(system, systems[0])
                ready = [
                    [
                        system.requests(_visits(homes[phone::CLIENTS], turn, place, visits), phone)
                        for place in range(requests)
                    ]
                    for phone in range(clients)
                ]
                before = system.stored()
                told = sent(system.url, ready)
                began, ended = min(one.started for one in told), max(one.ended for one in told)
                stored = system.stored() - before
                assert stored, system.name
                seconds[system.name].append((ended - began) / stored)
                refused[system.name] += clients * visits * requests - stored
        for system in systems:
            each = seconds[system.name]
            ours = statistics.median(seconds[systems[0].name])
            yield {
                "name": "peer_push_visits_per_s",
                "value": round(1 / statistics.median(each), 1),
                "unit": "1/s",
                "system": system.name,
                "ours_is_times_as_fast": round(statistics.median(each) / ours, 2),
                "clients": clients,
                "visits_a_request": visits,
                "each": [round(1 / one, 1) for one in each],
                "refused": refused[system.name],
                "notes": system.notes,
            }


def _homes(system: System, ours: System) -> list[str]:
    found = system if isinstance(system, Yihu) else ours
    assert isinstance(found, Yihu)
    return found.homes


def _visits(homes: list[str], turn: int, place: int, many: int) -> list[dict[str, object]]:
    """The visits of one request; every household on days that were not used before."""
    day: date = clock.today() - timedelta(days=10 + turn)
    return [
        feed.visit(homes[(place * many + one) % len(homes)], day.isoformat()) for one in range(many)
    ]


def _compared(name: str, system: System, ours: System, times: dict[str, list[float]]) -> Figure:
    mine, each = statistics.median(times[ours.name]), times[system.name]
    return {
        "name": name,
        "value": round(statistics.median(each) * 1000, 1),
        "unit": "ms",
        "system": system.name,
        "ours_is_times_as_fast": round(statistics.median(each) / mine, 2),
        "each": [round(one * 1000, 1) for one in each],
        "notes": system.notes,
    }
