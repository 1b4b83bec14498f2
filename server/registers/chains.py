"""Which version of a record counts, for review states, visits and tasks."""

from __future__ import annotations

from collections.abc import Mapping

from server.merge import Version
from server.merge.chains import Chains


def counting(versions: Mapping[str, Version]) -> frozenset[str]:
    """The submissions that count as the records they are versions of.

    versions: whole chains, by id (see `reading.versions`).
    """
    chains = Chains(versions)
    counted = (chains.counted(chains.original(name), "live") for name in versions)
    return frozenset(name for name in counted if name is not None)


def stand_ins(versions: Mapping[str, Version]) -> dict[str, str | None]:
    """For each submission the one that stands in its place; None where none does.

    A rejected version has no stand-in, nor has a correction that waits over an approved version.
    Of two corrections of one version, the one that does not count has the other.
    """
    chains = Chains(versions)
    found: dict[str, str | None] = {}
    for name, version in versions.items():
        counted = chains.counted(chains.original(name), "live")
        own = version.standing == "rejected" or counted is None or counted in chains.path(name)
        found[name] = None if own else counted
    return found


def is_rival(versions: Mapping[str, Version], name: str, stand_in: str) -> bool:
    """Whether a stand-in is another correction beside a submission, not one built upon it."""
    return name not in Chains(versions).path(stand_in)
