"""The records that speak of a unit: each a chain of versions of which one counts, or none."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from server.merge.chains import Chains
from server.merge.statements import Reading, Statement
from server.merge.values import comparable
from server.merge.writes import record_writes


@dataclass(frozen=True, slots=True)
class Record:
    """What a chain of versions says of one unit of one entity.

    versions: every version's statement, withdrawn ones included: others may have seen any of them.
    sees: the submissions that the original was shown; withdrawn records still lead on to them.
    last: the statement of the version that counts; of a withdrawn record, its last.
    in_force: whether `last` is a write in force.
    """

    chain: str
    entity: str
    versions: Mapping[str, Statement]
    sees: frozenset[str]
    last: Statement
    in_force: bool

    def keeps(self, version: str) -> bool:
        """Whether this record says now what a person saw who saw that version."""
        seen = self.versions.get(version)
        return seen is not None and comparable(seen.value) == comparable(self.last.value)


def records_of(
    statements: Collection[Statement], chains: Chains, reading: Reading, *, choice: bool
) -> list[Record]:
    """Sort the statements on one unit into records, in a fixed order.

    Raises KeyError when the versions lack a statement's submission.
    """
    spoken: dict[tuple[str, str], dict[str, Statement]] = defaultdict(dict)
    for statement in sorted(set(statements), key=_fixed_order):
        if statement.submission not in chains:
            raise KeyError(statement.submission)
        chain = chains.original(statement.submission)
        spoken[chain, statement.entity][statement.submission] = statement
    return [
        _record(versions, chains, chains.counted(chain, reading), choice=choice)
        for (chain, _), versions in sorted(spoken.items(), key=lambda item: item[0])
    ]


def _record(
    versions: Mapping[str, Statement], chains: Chains, counted: str | None, *, choice: bool
) -> Record:
    if counted is not None and counted in versions:
        path = _spoken_until(counted, versions, chains)
        in_force = record_writes(path, choice=choice)
    else:
        path = _spoken_until(max(versions, key=chains.depth), versions, chains)
        in_force = False
    shown = path[0].shown
    return Record(
        chain=chains.original(path[0].submission),
        entity=path[0].entity,
        versions=versions,
        sees=shown.heads if shown else frozenset(),
        last=path[-1],
        in_force=in_force,
    )


def _spoken_until(
    version: str, versions: Mapping[str, Statement], chains: Chains
) -> list[Statement]:
    return [versions[step] for step in chains.path(version) if step in versions]


def _fixed_order(statement: Statement) -> tuple[object, ...]:
    """A total order, so that an instance which names an entity twice does not depend on luck."""
    shown = statement.shown
    return (
        statement.submission,
        statement.entity,
        statement.event_date,
        (statement.settles, statement.confirmed, statement.doubtful_date),
        repr(statement.value),
        (repr(shown.value), sorted(shown.heads)) if shown else (),
    )
