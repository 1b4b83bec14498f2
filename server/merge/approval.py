"""What a record rests on that nobody has approved: shown to the reviewer who approves it."""

from collections.abc import Collection, Mapping

from server.merge.chains import Chains
from server.merge.records import Record, records_of
from server.merge.statements import Head, Statement, Version


def unapproved_grounds(
    submission: str, statements: Collection[Statement], versions: Mapping[str, Version]
) -> tuple[Head, ...]:
    """The values of a unit that a submission was shown and no approved submission says, by id.

    statements, versions: as for `resolve_unit`. An answer left untouched rests on what was shown
    just as a change does; approving it approves neither.
    """
    chains = Chains(versions)
    records = records_of(statements, chains, "approved", choice=False)
    seen = {v for record in records if submission in record.versions for v in record.sees}
    return tuple(
        Head(version, record.versions[version].value, record.versions[version].event_date)
        for version in sorted(seen)
        for record in records
        if version in record.versions and not _approved(record, version, chains)
    )


def _approved(record: Record, version: str, chains: Chains) -> bool:
    return chains.counted(record.chain, "approved") in record.versions and record.keeps(version)
