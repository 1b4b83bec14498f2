"""First sync and pull at town, county and twenty times county size.

What a pull costs must follow the changes, not the size: each size is measured with the same 100
visits, pushed about the demo town's households, before every pull.
"""

from __future__ import annotations

import base64
import gzip
import json
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench.county import COUNTY_COPIES, TWENTYFOLD_COPIES
from bench.instance import ROOT, Instance, call
from bench.processes import cpu_ms
from server import clock
from tests.forms.instances import compiled, new_id, visit_xml

Figure = dict[str, object]
COUNTY, TOWN, VILLAGE = "370321", "370321110", "370321110217"
ROUNDS, CHANGES, REPEATED = 3, 100, 10


@dataclass(frozen=True)
class Taken:
    """What one first sync brought."""

    bytes: int
    households: int
    persons: int
    requests: int
    seconds: float
    cursor: str


def first_sync(instance: Instance) -> Iterator[Figure]:
    """A whole town: bytes as transferred, time to fetch and read, processor time to make it."""
    instance.add_person("benchtown", "team_member", TOWN)
    yield from _first_sync(instance, "benchtown", "town")


def feed_sizes(instance: Instance) -> Iterator[Figure]:
    """County and twenty times county, with the pulls of each size; fills the instance."""
    people = {"village": VILLAGE, "town": TOWN, "county": COUNTY}
    for name, area in people.items():
        instance.add_person(f"feed{name}", "team_member", area)
    yield from _pulls(instance, "town")
    grow(instance, COUNTY_COPIES)
    yield from _first_sync(instance, "feedcounty", "county")
    yield from _pulls(instance, "county")
    grow(instance, TWENTYFOLD_COPIES)
    yield from _pulls(instance, "20 counties")


def grow(instance: Instance, copies: int) -> None:
    """Add copies of the demo town (`bench.county`)."""
    command = [sys.executable, "-m", "bench.county", str(copies)]
    subprocess.run(command, cwd=ROOT, env=instance.env, check=True, stdout=subprocess.DEVNULL)


def _first_sync(instance: Instance, username: str, size: str) -> Iterator[Figure]:
    token = instance.sign_in(username)
    began, spent = time.perf_counter(), cpu_ms(instance.pid)
    while get(instance, "snapshots", token)["preparing"]:
        time.sleep(0.1)
    making, making_cpu = time.perf_counter() - began, cpu_ms(instance.pid) - spent
    taken = min((take(instance, token) for _ in range(3)), key=lambda one: one.seconds)
    named = {
        "size": size,
        "households": taken.households,
        "persons": taken.persons,
        "requests": taken.requests,
    }
    yield {"name": "first_sync_bytes", "value": taken.bytes, "unit": "B"} | named
    yield {"name": "first_sync_ms", "value": round(taken.seconds * 1000), "unit": "ms"} | named
    yield {
        "name": "snapshots_cpu_ms",
        "value": round(making_cpu),
        "unit": "ms",
        "elapsed": round(making * 1000),
    } | named


def take(instance: Instance, token: str) -> Taken:
    """Fetch, unpack and read everything, as a phone does at its first sync."""
    start = time.perf_counter()
    listed = get(instance, "snapshots", token)
    size, counts = 0, {"households": 0, "persons": 0}
    for one in listed["snapshots"]:
        packed = _fetch(f"{instance.url}/api/v1/sync/snapshots/{one['area']}", token)
        size += len(packed)
        body = json.loads(gzip.decompress(packed))
        for village in body.get("villages", [body]):
            for row in village["rows"]:
                if row["kind"] in counts:
                    counts[row["kind"]] += 1
    requests = 1 + len(listed["snapshots"])
    seconds = time.perf_counter() - start
    return Taken(size, counts["households"], counts["persons"], requests, seconds, listed["cursor"])


def _pulls(instance: Instance, size: str) -> Iterator[Figure]:
    """Milliseconds of the pull after 100 visits, and of one when there is nothing."""
    tokens = {who: instance.sign_in(f"feed{who}") for who in ("village", "town", "county")}
    homes = households(instance, tokens["town"])
    cursors = {who: _to_the_end(instance, token) for who, token in tokens.items()}
    after: dict[str, list[float]] = {who: [] for who in tokens}
    idle: dict[str, list[float]] = {who: [] for who in tokens}
    cost: dict[str, list[float]] = {who: [] for who in tokens}
    idle_cost: dict[str, list[float]] = {who: [] for who in tokens}
    rows: dict[str, int] = {}
    for turn in range(ROUNDS):
        push_visits(instance, tokens["town"], homes[:CHANGES], turn)
        for who, token in tokens.items():
            page, seconds, cpu = _repeated(instance, token, cursors[who])
            after[who].append(seconds)
            cost[who].append(cpu)
            rows[who] = len(page["changes"])
            cursors[who] = _to_the_end(instance, token, page["cursor"])
            _, seconds, cpu = _repeated(instance, token, cursors[who])
            idle[who].append(seconds)
            idle_cost[who].append(cpu)
    for who in tokens:
        named = {"size": size, "caller": who}
        done = _ms("pull_after_100_changes_ms", after[who], cost[who])
        yield done | named | {"rows": rows[who]}
        yield _ms("pull_idle_ms", idle[who], idle_cost[who]) | named


def _repeated(instance: Instance, token: str, cursor: str) -> tuple[dict[str, Any], float, float]:
    """The same pull again and again, which changes nothing: its page, seconds, server's CPU ms."""
    spent = cpu_ms(instance.pid)
    each = [pulled(instance, token, cursor) for _ in range(REPEATED)]
    seconds = statistics.median(seconds for _, seconds in each)
    return each[0][0], seconds, (cpu_ms(instance.pid) - spent) / REPEATED


def push_visits(instance: Instance, token: str, homes: list[str], turn: int) -> None:
    """One visit to each household, 25 a request; each turn on a day of its own."""
    day = (clock.today() - timedelta(days=turn + 1)).isoformat()
    for start in range(0, len(homes), 25):
        submissions = [visit(one, day) for one in homes[start : start + 25]]
        body = {"sent_at": clock.now().isoformat(), "submissions": submissions}
        answer = call(instance.url + "/api/v1/sync/push", body, token)
        assert {one["outcome"] for one in answer["outcomes"]} == {"stored"}
    time.sleep(1)  # the checks run after the answer


def visit(household: str, day: str) -> dict[str, Any]:
    """A usual visit as a phone sends it."""
    instance_id = new_id()
    return {
        "instance_id": instance_id,
        "form_id": "visit",
        "form_version": compiled("visit").definition.version,
        "xml": visit_xml(household, instance_id=instance_id, event_date=day),
        "recorded_at": clock.now().isoformat(),
        "shown": {},
        "confirmed": [],
        "attachments": [],
        "deprecated_id": None,
    }


def households(instance: Instance, token: str) -> list[str]:
    """The households of a caller, taken from the villages in turns."""
    by_area: dict[str, list[str]] = {}
    cursor, more = "", True
    while more:
        page, _ = pulled(instance, token, cursor, 2000)
        for row in page["changes"]:
            if row["kind"] == "households":
                by_area.setdefault(row["area"], []).append(row["id"])
        cursor, more = page["cursor"], page["more"]
    columns = zip(*by_area.values(), strict=False)
    return [household for column in columns for household in column]


def _to_the_end(instance: Instance, token: str, cursor: str = "") -> str:
    """The cursor of somebody who has everything; twenty counties are not fetched for it.

    A cursor that begins with nothing says up to which number there is something (sync/cursor.py).
    """
    if not cursor:
        page, _ = pulled(instance, token, "", 1)
        text = base64.urlsafe_b64decode(page["cursor"] + "==").decode()
        epoch, scope, number, begun = text.split(".")
        text = f"{epoch}.{scope}.{max(int(number), int(begun))}.0"
        cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    more = True
    while more:
        page, _ = pulled(instance, token, cursor, 2000)
        cursor, more = page["cursor"], page["more"]
    return cursor


def pulled(
    instance: Instance, token: str, cursor: str, limit: int = 500
) -> tuple[dict[str, Any], float]:
    """One page of the feed, and the seconds it took."""
    started = time.perf_counter()
    page = get(instance, f"pull?limit={limit}&cursor={urllib.parse.quote(cursor)}", token)
    return page, time.perf_counter() - started


def get(instance: Instance, path: str, token: str) -> dict[str, Any]:
    """One request of the sync API."""
    found: dict[str, Any] = call(f"{instance.url}/api/v1/sync/{path}", token=token)
    return found


def _fetch(url: str, token: str) -> bytes:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/gzip"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        content: bytes = answer.read()
    return content


def _ms(name: str, seconds: list[float], cost: list[float]) -> Figure:
    return {
        "name": name,
        "value": round(statistics.median(seconds) * 1000, 1),
        "unit": "ms",
        "each": [round(one * 1000, 1) for one in seconds],
        "server_cpu_ms": round(min(cost), 1),
    }
