"""Which households somebody reaches who was assigned some, by the names they go by now."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.registers import queries


def by_present_names(session: Session, actor: Actor) -> Actor:
    """The same person, whose assigned households count also where they were joined with others."""
    if not actor.homes:
        return actor
    return replace(actor, homes=queries.named_so(session, actor.homes))
