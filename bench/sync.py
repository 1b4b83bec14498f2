"""First synchronisation of a town, and pushing visits from twenty phones at once."""

from __future__ import annotations

import gzip
import json
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from bench.instance import Instance, call
from tests.forms.instances import new_id, visit_xml
from tests.phone import VERSION

Figure = dict[str, object]
CLIENTS = 20
PUSHES = 6
VISITS_A_PUSH = 5


def first_sync(instance: Instance) -> Iterator[Figure]:
    """Bytes as transferred and time to fetch, unpack and read one town's snapshots."""
    instance.add_person("benchtown", "team_member", "370321110")
    token = instance.sign_in("benchtown")
    _fetch_all(instance, token)  # the files are ready from here on, as they are in daily use
    size, households, elapsed = _fetch_all(instance, token)
    yield {"name": "first_sync_bytes", "value": size, "unit": "B", "households": households}
    yield {
        "name": "first_sync_ms",
        "value": round(elapsed * 1000),
        "unit": "ms",
        "households": households,
    }


def _fetch_all(instance: Instance, token: str) -> tuple[int, int, float]:
    start = time.perf_counter()
    listed = call(instance.url + "/api/v1/sync/snapshots", token=token)["snapshots"]
    size = households = 0
    for one in listed:
        packed = _fetch(f"{instance.url}/api/v1/sync/snapshots/{one['area']}", token)
        rows = json.loads(gzip.decompress(packed))["rows"]
        size += len(packed)
        households += sum(row["kind"] == "households" for row in rows)
    return size, households, time.perf_counter() - start


def _fetch(url: str, token: str) -> bytes:
    request = urllib.request.Request(
        url, headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        content: bytes = answer.read()
    return content


def push(instance: Instance) -> Iterator[Figure]:
    """Visits a second from 20 phones: signing in, storing, merging, and every check done."""
    for number in range(CLIENTS):
        instance.add_person(f"bench{number}", "team_member", "370321110")
    households = _households(instance)
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        stored = sum(pool.map(lambda n: _one_phone(instance, n, households), range(CLIENTS)))
    answered = time.perf_counter() - start
    _wait_for_checks(instance)
    whole = time.perf_counter() - start
    yield {
        "name": "push_visits_per_s",
        "value": round(stored / whole, 1),
        "unit": "1/s",
        "clients": CLIENTS,
        "visits": stored,
        "answered_per_s": round(stored / answered, 1),
    }


def _households(instance: Instance) -> list[str]:
    token = instance.sign_in("bench0")
    found: list[str] = []
    cursor, more = "", True
    while more:
        page = call(f"{instance.url}/api/v1/sync/pull?limit=2000&cursor={cursor}", token=token)
        found += [row["id"] for row in page["changes"] if row["kind"] == "households"]
        cursor, more = page["cursor"], page["more"]
    return found


def _one_phone(instance: Instance, number: int, households: list[str]) -> int:
    token = instance.sign_in(f"bench{number}")
    mine = households[number::CLIENTS]
    stored = 0
    for turn in range(PUSHES):
        some = mine[turn * VISITS_A_PUSH : (turn + 1) * VISITS_A_PUSH]
        answer = call(instance.url + "/api/v1/sync/push", _body(some), token)
        stored += sum(outcome["outcome"] == "stored" for outcome in answer["outcomes"])
    return stored


def _body(households: list[str]) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {"sent_at": now, "submissions": [_visit(one, now) for one in households]}


def _visit(household: str, now: str) -> dict[str, Any]:
    instance_id = new_id()
    return {
        "instance_id": instance_id,
        "form_id": "visit",
        "form_version": VERSION["visit"],
        "xml": visit_xml(household, instance_id=instance_id, event_date=now[:10]),
        "recorded_at": now,
    }


def _wait_for_checks(instance: Instance) -> None:
    import sqlite3

    with sqlite3.connect(instance.folder / "yihu.db", timeout=30) as connection:
        for _ in range(600):
            left = connection.execute(
                "select count(*) from jobs where kind = 'check' and state in ('queued', 'running')"
            ).fetchone()[0]
            if not left:
                return
            time.sleep(0.1)
    raise TimeoutError("checks did not finish")
