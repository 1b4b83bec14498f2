"""One unit of one entity: from everything ever said of it to what holds."""

from collections.abc import Collection, Mapping

from server.merge.chains import Chains
from server.merge.judging import judge
from server.merge.records import records_of
from server.merge.statements import Reading, Rule, Statement, UnitState, Version
from server.merge.supersession import unsuperseded


def resolve_unit(
    statements: Collection[Statement],
    versions: Mapping[str, Version],
    rule: Rule,
    reading: Reading = "live",
) -> UnitState:
    """What holds for a unit.

    statements: all that were ever made on this unit of this entity (of all that were joined with
      it), withdrawn ones and those that write nothing included: they lead from one to the next.
    versions: every submission of the chains concerned, by id.
    The order of both, and statements given twice, have no influence.
    Raises KeyError for a statement whose submission is missing from `versions`, ValueError for
    statements on several units.
    Source: docs/decisions/0003-merge-by-unit.md
    """
    units = {statement.unit for statement in statements}
    if len(units) > 1:
        raise ValueError(f"One unit at a time, not {sorted(units)}")
    if rule.applies == "approved":
        reading = "approved"
    chains = Chains(versions)
    records = records_of(statements, chains, reading, choice=rule.kind == "set")
    return judge(unsuperseded(records, chains, rule), rule)
