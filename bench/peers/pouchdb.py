"""PouchDB Server (express-pouchdb) on LevelDB, from npm, installed under build/peers."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.instance import ROOT
from bench.peers.system import Row, fetch, free_port, install, raw, serving

SOURCE = Path(__file__).with_name("pouchdb")
HOME = ROOT / "build" / "peers" / "pouchdb"
BIN = Path(sys.executable).parent


class PouchDB:
    """Documents in one database, as large as ours."""

    notes = (
        "no fsync: what it acknowledged may be lost when the power goes; no login, no checks; one "
        "process; conflicts hide one side; first pull by _changes with documents, as a replication "
        "asks for them at best"
    )

    def __init__(self, url: str) -> None:
        self.url = url
        lock = json.loads((SOURCE / "package-lock.json").read_text("utf-8"))
        version = lock["packages"]["node_modules/express-pouchdb"]["version"]
        self.name = f"express-pouchdb {version} on LevelDB"
        self.since: object = 0
        self.revisions: dict[str, str] = {}
        self.rows: list[Row] = []
        fetch(url + "/yihu", {}, {}, "PUT")

    def load(self, rows: Sequence[Row]) -> None:
        """By its own bulk call."""
        self.rows = list(rows)
        self._put([{**row, "_id": row["id"]} for row in rows])

    def _put(self, documents: list[Row]) -> None:
        for start in range(0, len(documents), 1000):
            body = {"docs": documents[start : start + 1000]}
            answer, _ = fetch(self.url + "/yihu/_bulk_docs", {}, body)
            for one in json.loads(answer):
                self.revisions[one["id"]] = one["rev"]

    def requests(self, visits: Sequence[Row], phone: int) -> bytes:
        """Its bulk call, also for one, as replication does it."""
        documents = [{**one, "_id": one["instance_id"]} for one in visits]
        return raw(self.url, "POST", "/yihu/_bulk_docs", {"docs": documents}, {})

    def stored(self) -> int:
        """All documents."""
        return int(json.loads(fetch(self.url + "/yihu", {})[0])["doc_count"])

    def first_pull(self) -> tuple[int, int]:
        """All changes with their documents, in one answer."""
        self.since = 0
        body = self._changes()
        found = json.loads(body)
        self.since = found["last_seq"]
        return len(body), len(found["results"])

    def _changes(self) -> bytes:
        return fetch(f"{self.url}/yihu/_changes?include_docs=true&since={self.since}", {})[0]

    def change(self, turn: int) -> None:
        """100 visits: each stores itself and changes its household."""
        homes = [row for row in self.rows if row["kind"] == "households"][:100]
        changed: list[Row] = [
            {**row, "_id": row["id"], "_rev": self.revisions[row["id"]], "turn": turn}
            for row in homes
        ]
        changed += [{**row, "_id": f"visit-{turn}-{row['id']}"} for row in homes]
        for start in range(0, len(changed), 25):
            self._put(changed[start : start + 25])

    def pull(self) -> int:
        """What changed since the last sequence."""
        found = json.loads(self._changes())
        self.since = found["last_seq"]
        return len(found["results"])


@contextmanager
def pouchdb() -> Iterator[PouchDB]:
    """Install it where it is not yet, and serve it. Raises Refused when that fails."""
    env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    if not (HOME / "ready").exists():
        shutil.copytree(SOURCE, HOME, dirs_exist_ok=True)
        install([str(BIN / "npm"), "ci"], HOME, env)
        (HOME / "ready").touch()
    shutil.copy(SOURCE / "server.js", HOME)
    with tempfile.TemporaryDirectory(prefix="yihu-pouchdb-") as name:
        port = free_port()
        command = [str(BIN / "node"), str(HOME / "server.js"), str(port)]
        with serving(command, Path(name), f"http://127.0.0.1:{port}/", env):
            yield PouchDB(f"http://127.0.0.1:{port}")
