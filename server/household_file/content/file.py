"""Everything that one household's file will print, as one frozen value, and its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from server.household_file.content.blocks import Paper
from server.household_file.content.catalogue import WHOLE, Plan
from server.household_file.content.facts import (
    Change,
    Continues,
    Fact,
    Item,
    Member,
    Photo,
    Recorded,
    Scan,
    Used,
    Visit,
)

LAYOUT = 3
"""Raise it when the same facts are laid out differently, or by another catalogue of ours: kept PDFs
are then made anew."""


@dataclass(frozen=True)
class HouseholdFile:
    """One household's file: all facts to print, as of a date.

    as_of: what was decided or received after this day is not in it.
    opened_on: the day of the first record of this household.
    facts: by property name; `others` are those without a fixed place on the form.
    earlier_visits: how many visits lie before the listed ones.
    plan: which sections there are and how they are set. papers: the documents of most of them.
    belongings: what is not settled of cases, houses, measures …, by what they are.
    period: the days that records were chosen by, in words; blank: the usual ones.
    recorded: who registered the household last, and when. faults: what could not be printed.
    continues: the bound volume whose continuation this is; None for a whole file.
    scans: what came back signed, and copies of papers.
    """

    household_id: str
    household_no: str
    as_of: str
    county: str
    town: str
    village: str
    village_code: str
    head: Fact
    address: Fact
    facts: Mapping[str, Fact]
    opened_on: str = ""
    others: tuple[Item, ...] = ()
    members: tuple[Member, ...] = ()
    former: tuple[Member, ...] = ()
    visits: tuple[Visit, ...] = ()
    earlier_visits: int = 0
    photos: tuple[Photo, ...] = ()
    changes: tuple[Change, ...] = ()
    used: tuple[Used, ...] = ()
    plan: Plan = WHOLE
    papers: tuple[Paper, ...] = ()
    belongings: tuple[tuple[str, Item], ...] = ()
    period: str = ""
    recorded: Recorded | None = None
    faults: tuple[str, ...] = ()
    continues: Continues | None = None
    scans: tuple[Scan, ...] = ()


def facts_hash(file: HouseholdFile) -> str:
    """The sha256, in hex, of everything the file prints except its date.

    The date is left out so that a household in which nothing happened keeps its version and its
    PDF; the date printed is that of the day on which this version was first made.
    """
    facts = replace(file, as_of="")
    canonical = json.dumps(
        [LAYOUT, facts], default=vars, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()
