"""Visits whose account in words is the same as another's (repairs 9)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from server.household_file import words
from server.household_file.checkup.findings import Finding

#: Shorter accounts say next to nothing, and may well be the same.
LEAST = 12
_MARKS = re.compile(r"[\s\W\d_]+")


@dataclass(frozen=True, slots=True)
class Told:
    """The account of one visit, by what it says without marks and numbers.

    order: earlier records come first.
    """

    digest: str
    household_id: str
    head: str
    instance_id: str
    on: str
    order: str


def digest_of(account: str) -> str:
    """What two accounts have in common that say the same; blank for one that says too little."""
    plain = _MARKS.sub("", account)
    return hashlib.sha256(plain.encode()).hexdigest()[:20] if len(plain) >= LEAST else ""


def alike(told: Iterable[Told], title: str) -> Mapping[str, list[Finding]]:
    """Household -> the visits of it that say what an earlier visit, of any household, said."""
    first: dict[str, Told] = {}
    found: dict[str, list[Finding]] = {}
    for one in sorted(told, key=lambda one: (one.order, one.instance_id)):
        earlier = first.setdefault(one.digest, one)
        if earlier is not one:
            found.setdefault(one.household_id, []).extend(_same(one, earlier, title))
    return found


def _same(one: Told, earlier: Told, title: str) -> Iterator[Finding]:
    day, before = words.long_date(one.on), words.long_date(earlier.on)
    where = "本户" if one.household_id == earlier.household_id else f"{earlier.head}户"
    yield Finding(
        "alike",
        one.instance_id,
        f"{title}（{day}）",
        f"走访情况和{where}{before}的一样。按当天看到的改写，不要照抄。",
        "record",
        one.instance_id,
    )
