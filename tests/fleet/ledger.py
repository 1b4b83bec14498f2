"""What every phone recorded and was told to be safe, kept apart from phones and server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fleet.phone import Phone


@dataclass
class Ledger:
    """The promises.

    made: every record that was ever finished, by id, as it was finished.
    home: the phone that finished it.
    acknowledged: what some phone was told to be safe. office: what the server made itself.
    gone: what was unsent on a phone that was wiped, and what was safe only on a server that was
      lost, with no phone left that holds it.
    """

    made: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    office: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def finished(self, phone: Phone, body: Mapping[str, Any]) -> None:
        """A phone finished a record."""
        self.made[body["instance_id"]] = dict(body)
        self.home[body["instance_id"]] = phone.name

    def told(self, outcomes: Mapping[str, str]) -> None:
        """A phone was told what became of some records."""
        self.acknowledged |= {one for one, outcome in outcomes.items() if outcome != "retry"}

    def wiped(self, phone: Phone, others: Iterable[Phone], elsewhere_too: set[str]) -> None:
        """A phone is about to be wiped: what only it holds goes, sent to a lost server or not."""
        elsewhere = elsewhere_too.union(
            one for other in others for one in (*other.outbox, *other.sent)
        )
        self.gone |= {*phone.outbox, *phone.sent} - elsewhere

    def server_lost(self, phones: Iterable[Phone], carried: set[str], on_server: set[str]) -> None:
        """The server was set up from an older backup alone, without its journal."""
        held = carried | {one for phone in phones for one in (*phone.outbox, *phone.sent)}
        self.gone |= (set(self.made) - held - on_server) | (self.office - on_server)
        self.office &= on_server

    @property
    def owed(self) -> set[str]:
        """What must exist, on the server or on a phone."""
        return (set(self.made) | self.office) - self.gone
