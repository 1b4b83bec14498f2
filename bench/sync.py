"""First synchronisation of a town."""

from __future__ import annotations

import gzip
import json
import time
import urllib.request
from collections.abc import Iterator

from bench.instance import Instance, call

Figure = dict[str, object]


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
