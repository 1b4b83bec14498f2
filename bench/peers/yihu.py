"""Ours, asked the same as the peers."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

from bench import feed
from bench.instance import Instance
from bench.peers.system import Row, raw

CLIENTS = 20


class Yihu:
    """A served instance with a county in it."""

    notes = "2 gunicorn workers of 8 threads, fsync, login by token, form checks and merge on"

    def __init__(self, instance: Instance, database: str) -> None:
        self.name = f"Yihu on {database}"
        self.instance, self.url = instance, instance.url
        instance.add_person("peertown", "team_member", feed.TOWN)
        self.tokens = [instance.sign_in("peertown") for _ in range(CLIENTS)]
        instance.add_person("peercounty", "team_member", feed.COUNTY)
        self.token = instance.sign_in("peercounty")
        self.homes = feed.households(instance, self.tokens[0])
        self.cursor = ""

    def load(self, rows: Sequence[Row]) -> None:
        """It holds them already: they were read from it."""

    def rows(self) -> list[Row]:
        """Everything that a phone of the county has."""
        found: list[Row] = []
        cursor, more = "", True
        while more:
            page, _ = feed.pulled(self.instance, self.token, cursor, 2000)
            found += [row for row in page["changes"] if row["kind"] in ("households", "persons")]
            cursor, more = page["cursor"], page["more"]
        return found

    def requests(self, visits: Sequence[Row], phone: int) -> bytes:
        """A push, packed, as the phone packs it."""
        body = {"sent_at": visits[0]["recorded_at"], "submissions": visits}
        headers = {"Authorization": f"Bearer {self.tokens[phone]}"}
        plain = raw(self.url, "POST", "/api/v1/sync/push", body, headers)
        head, _, content = plain.partition(b"\r\n\r\n")
        packed = gzip.compress(content, 6)
        old = f"Content-Length: {len(content)}".encode()
        new = f"Content-Length: {len(packed)}\r\nContent-Encoding: gzip".encode()
        return head.replace(old, new) + b"\r\n\r\n" + packed

    def stored(self) -> int:
        """How many visits came since the first pull."""
        visits = 0
        cursor, more = self.cursor, True
        while more:
            page, _ = feed.pulled(self.instance, self.token, cursor, 2000)
            visits += sum(row["kind"] == "review" for row in page["changes"])
            cursor, more = page["cursor"], page["more"]
        return visits

    def first_pull(self) -> tuple[int, int]:
        """The ready files."""
        taken = feed.take(self.instance, self.token)
        self.cursor = taken.cursor
        return taken.bytes, taken.households + taken.persons

    def change(self, turn: int) -> None:
        """100 visits."""
        feed.push_visits(self.instance, self.tokens[0], self.homes[: feed.CHANGES], turn)

    def pull(self) -> int:
        """What changed since the last pull."""
        page, _ = feed.pulled(self.instance, self.token, self.cursor)
        self.cursor = page["cursor"]
        return len(page["changes"])
