"""The merge: from everything ever submitted to what holds, as a pure function of the set."""

from server.merge.approval import unapproved_grounds
from server.merge.chains import forked_chains
from server.merge.components import components
from server.merge.property_set import SetState, resolve_property_set
from server.merge.resolve import resolve_unit
from server.merge.statements import Head, Reading, Rule, Shown, Statement, UnitState, Version
from server.merge.values import Value, comparable, is_blank
from server.merge.writes import is_write

__all__ = [
    "Head",
    "Reading",
    "Rule",
    "SetState",
    "Shown",
    "Statement",
    "UnitState",
    "Value",
    "Version",
    "comparable",
    "components",
    "forked_chains",
    "is_blank",
    "is_write",
    "resolve_property_set",
    "resolve_unit",
    "unapproved_grounds",
]
