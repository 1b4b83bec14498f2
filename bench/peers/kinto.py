"""Kinto on a PostgreSQL of its own, from PyPI, in a virtual environment under build/peers."""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.instance import ROOT
from bench.peers.system import Row, fetch, free_port, install, raw, serving
from tests.postgresql import Server

PINNED = Path(__file__).with_name("kinto.txt")
HOME = ROOT / "build" / "peers" / "kinto"
LOGIN = {"Authorization": "Basic " + base64.b64encode(b"bench:bench").decode()}
RECORDS = "/v1/buckets/yihu/collections/registers/records"
PART = 25

INI = """[app:main]
use = egg:kinto
kinto.userid_hmac_secret = bench
kinto.storage_backend = kinto.core.storage.postgresql
kinto.storage_url = {database}
kinto.permission_backend = kinto.core.permission.postgresql
kinto.permission_url = {database}
kinto.cache_backend = kinto.core.cache.memory
multiauth.policies = basicauth
multiauth.policy.basicauth.use = kinto.core.authentication.BasicAuthAuthenticationPolicy
kinto.bucket_create_principals = system.Authenticated
kinto.batch_max_requests = 25
"""


class Kinto:
    """Records in one collection, as large as ours."""

    notes = (
        "2 gunicorn workers of 8 threads as ours, fsync on; clients at one moment are refused by "
        "409 and have to send again, which is not counted; login by basic auth without a password "
        "check; no form checks, no merge; bulk load by SQL"
    )

    def __init__(self, url: str, server: Server, database: str) -> None:
        self.url, self.server, self.database = url, server, database
        version = next(
            line.split("==")[1].strip()
            for line in PINNED.read_text("utf-8").splitlines()
            if line.startswith("kinto==")
        )
        self.name = f"Kinto {version} on PostgreSQL"
        self.since = ""
        self.rows: list[Row] = []
        fetch(url + "/v1/buckets/yihu", LOGIN, {}, "PUT")
        fetch(url + "/v1/buckets/yihu/collections/registers", LOGIN, {}, "PUT")

    def load(self, rows: Sequence[Row]) -> None:
        """Straight into its table: over HTTP it would take minutes."""
        self.rows = list(rows)
        with psycopg.connect(
            host=str(self.server.folder), user="yihu", dbname=self.database
        ) as connection:
            connection.cursor().executemany(
                "insert into objects (id, parent_id, resource_name, data, deleted)"
                " values (%s, '/buckets/yihu/collections/registers', 'record', %s, false)",
                [
                    (row["id"], json.dumps({k: v for k, v in row.items() if k != "id"}))
                    for row in rows
                ],
            )

    def requests(self, visits: Sequence[Row], phone: int) -> bytes:
        """A PUT for one, a batch for several."""
        if len(visits) == 1:
            one = visits[0]
            path = f"{RECORDS}/{one['instance_id']}"
            return raw(self.url, "PUT", path, {"data": one}, LOGIN)
        return raw(self.url, "POST", "/v1/batch", self._batch(visits, "instance_id"), LOGIN)

    def _batch(self, records: Sequence[Row], key: str) -> Row:
        return {
            "requests": [
                {"method": "PUT", "path": f"{RECORDS}/{one[key]}", "body": {"data": one}}
                for one in records
            ]
        }

    def stored(self) -> int:
        """All records of the collection."""
        _, headers = fetch(self.url + RECORDS, LOGIN, method="HEAD")
        return int(headers.get("total-objects") or headers["total-records"])

    def first_pull(self) -> tuple[int, int]:
        """The whole collection, page by page: its storage gives 10,000 at most at a time."""
        size = records = 0
        page = self.url + RECORDS
        while page:
            body, headers = fetch(page, LOGIN)
            self.since = headers["etag"]
            size, records = size + len(body), records + len(json.loads(body)["data"])
            page = headers.get("next-page", "")
        return size, records

    def change(self, turn: int) -> None:
        """100 visits: each stores itself and changes its household."""
        homes = [row for row in self.rows if row["kind"] == "households"][:100]
        changed = [{**row, "turn": turn} for row in homes]
        changed += [{**row, "id": f"visit-{turn}-{row['id']}"} for row in homes]
        for start in range(0, len(changed), PART):
            body = self._batch(changed[start : start + PART], "id")
            fetch(self.url + "/v1/batch", LOGIN, body)

    def pull(self) -> int:
        """What changed since the last ETag."""
        body, headers = fetch(f"{self.url}{RECORDS}?_since={self.since.strip(chr(34))}", LOGIN)
        self.since = headers["etag"]
        return len(json.loads(body)["data"])


@contextmanager
def kinto() -> Iterator[Kinto]:
    """Install Kinto where it is not yet, and serve it. Raises Refused when that fails."""
    python = HOME / "bin" / "python"
    if not (HOME / "ready").exists():
        HOME.parent.mkdir(parents=True, exist_ok=True)
        install([sys.executable, "-m", "venv", str(HOME)], ROOT)
        install([str(python), "-m", "pip", "install", "--quiet", "-r", str(PINNED)], ROOT)
        (HOME / "ready").touch()
    server = Server(durable=True)
    try:
        database = server.create()
        with tempfile.TemporaryDirectory(prefix="yihu-kinto-") as name:
            folder = Path(name)
            address = f"postgresql://yihu@/{database}?host={server.folder}"
            (folder / "kinto.ini").write_text(INI.format(database=address), "utf-8")
            install([str(HOME / "bin" / "kinto"), "migrate", "--ini", "kinto.ini"], folder)
            port = free_port()
            command = [
                *(str(HOME / "bin" / "gunicorn"), "--paste", "kinto.ini"),
                *("-k", "gthread", "-w", "2", "--threads", "8", "--keep-alive", "15"),
                *("-b", f"127.0.0.1:{port}"),
            ]
            with serving(command, folder, f"http://127.0.0.1:{port}/v1/"):
                yield Kinto(f"http://127.0.0.1:{port}", server, database)
    finally:
        server.stop()
