"""The catalogue of a household's file: which sections it has, in which order, under which names."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from server.config import ROOT

FILE = ROOT / "forms" / "catalogue.toml"

#: Types of households that were registered as poor, and of those that are or were monitored.
REGISTERED = frozenset({"registered_poor", "out_policy", "out_no_policy", "instant_help"})
MONITORED = frozenset({"monitored_unstable", "monitored_edge", "monitored_sudden", "risk_cleared"})

Profile = Literal["juan", "jian"]
Signing = Literal["drawn", "way", "empty"]


@dataclass(frozen=True)
class Sign:
    """A place to sign: `by` whose signature stands there; thumb, seal: room for them."""

    who: str
    by: str = ""
    thumb: bool = False
    seal: bool = False
    several: bool = False
    opinion: bool = False
    also: str = ""


@dataclass(frozen=True)
class Section:
    """One section of the catalogue; `forms/catalogue.toml` explains the words."""

    code: str
    source: str
    title: str
    applies: tuple[str, ...] = ()
    blank: bool = False
    per_year: bool = False
    sign: tuple[Sign, ...] = ()


@dataclass(frozen=True)
class Plan:
    """How a file is set.

    kinds: which parts the household has. profile: `juan` one volume with cover, contents and
    running numbers, `jian` every document by itself. signing: what stands where somebody signed on
    a phone: the drawing, only the line that says how, or nothing. stamp: draw the frame of the
    filing stamp. fonds: 全宗号. kept: for how long.
    """

    sections: tuple[Section, ...]
    kinds: tuple[str, ...] = ()
    profile: Profile = "juan"
    signing: Signing = "drawn"
    stamp: bool = False
    fonds: str = ""
    kept: str = "永久"

    def section(self, source: str) -> Section | None:
        """The section that a source fills; None where it is switched off."""
        return next((one for one in self.sections if one.source == source), None)


@cache
def shipped() -> tuple[Section, ...]:
    """The catalogue that we ship."""
    with FILE.open("rb") as file:
        return tuple(map(_section, tomllib.load(file)["section"]))


def _section(said: Mapping[str, Any]) -> Section:
    signs = tuple(Sign(**sign) for sign in said.get("sign", ()))
    return Section(**{**said, "applies": tuple(said.get("applies", ())), "sign": signs})


WHOLE = Plan(shipped())
"""The volume as we ship it."""


def chosen(policy: Mapping[str, object], kinds: Collection[str]) -> Plan:
    """The sections that policy wants for a household that is of some kinds, and how they are set.

    kinds: of registered, monitored, clued. What policy does not say is as we ship it.
    """
    ordered = _ordered(policy.get("file.catalogue"))
    applying = tuple(one for one in ordered if not one.applies or set(one.applies) & set(kinds))
    plan = Plan(applying, tuple(sorted(kinds)), stamp=policy.get("file.stamp") is True)
    profile, signing = policy.get("file.profile"), policy.get("file.signatures")
    if profile in ("juan", "jian"):
        plan = replace(plan, profile=profile)
    if signing in ("drawn", "way", "empty"):
        plan = replace(plan, signing=signing)
    fonds, kept = policy.get("file.fonds"), policy.get("file.kept")
    return replace(plan, fonds=str(fonds or ""), kept=KEPT.get(str(kept), plan.kept))


KEPT = {"Y": "永久", "D30": "30年", "D10": "10年"}


def kinds_of(
    household_type: str, *, identified: bool, admitted: bool, clues: bool
) -> frozenset[str]:
    """Which parts a household's file has: it may have both."""
    found = set()
    if household_type in REGISTERED or identified:
        found.add("registered")
    if household_type in MONITORED or admitted:
        found.add("monitored")
    if clues:
        found.add("clued")
    return frozenset(found)


def _ordered(said: object) -> tuple[Section, ...]:
    """The sections in the order in which a county lists them, by (code, title); all if it does not.

    A title that is blank stays ours.
    """
    if not isinstance(said, list) or not said:
        return shipped()
    known = {one.code: one for one in shipped()}
    return tuple(
        replace(known[code], title=title or known[code].title)
        for code, title in said
        if code in known
    )
