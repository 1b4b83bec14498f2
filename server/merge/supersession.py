"""Which words supersede which: by what their authors had seen, never by arrival (rule 2)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby

from server.merge.chains import Chains
from server.merge.judging import is_dated, only_the_office_settles
from server.merge.records import Record
from server.merge.statements import Rule, Statement

Edges = Mapping[int, bool]
"""The records that an author saw, and whether he saw what each says now."""


def unsuperseded(records: Sequence[Record], chains: Chains, rule: Rule) -> list[Statement]:
    """The words in force that no other word in force supersedes.

    A set of records is kept as the bits of one integer: 250 records on a unit are usual.
    """
    reached, replaced = _follow(_edges(records, chains, rule))
    may_replace = _not_newer(records, rule)
    gone = 0
    for index, record in enumerate(records):
        if record.in_force:
            gone |= replaced[index] & may_replace[index] & ~_mutual(index, reached)
    return [r.last for index, r in enumerate(records) if r.in_force and not gone >> index & 1]


def _edges(records: Sequence[Record], chains: Chains, rule: Rule) -> list[Edges]:
    by_chain: dict[str, list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        by_chain[record.chain].append(index)
    edges: list[Edges] = []
    for record in records:
        seen = [
            (version, other)
            for version in sorted(record.sees)
            for other in _meant(record, by_chain.get(chains.original(version), ()), records)
            if records[other].chain != record.chain
        ]
        binding = record.last.settles or not _saw_a_dispute(record, seen, records, rule)
        landing: dict[int, bool] = {}
        for version, other in seen:
            kept = binding and records[other].keeps(version)
            landing[other] = kept or landing.get(other, False)
        edges.append(landing)
    return edges


def _meant(record: Record, spoken: Sequence[int], records: Sequence[Record]) -> Sequence[int]:
    """Which words of a submission were seen, if it spoke of several entities joined since.

    Those on the entity that the author wrote to; a settlement saw the joined entity, so all.
    """
    same = [other for other in spoken if records[other].entity == record.entity]
    return spoken if record.last.settles or not same else same


def _saw_a_dispute(
    record: Record, seen: Sequence[tuple[str, int]], records: Sequence[Record], rule: Rule
) -> bool:
    words = [
        records[other].versions[version]
        for version, other in seen
        if version in records[other].versions
    ]
    return len(words) > 1 and only_the_office_settles(record.last, words, rule)


def _follow(edges: Sequence[Edges]) -> tuple[list[int], list[int]]:
    """For each record all that it reaches, and of those the ones reached at what they say now."""
    reached, replaced = [0] * len(edges), [0] * len(edges)
    order = _seen_before_seer(edges)
    moved = True
    while moved:  # once, and once more to see that nothing moves; oftener only on a cycle
        moved = False
        for index in order:
            reach, replace = reached[index], replaced[index]
            for other, lands in edges[index].items():
                reach |= 1 << other | reached[other]
                replace |= lands << other | replaced[other]
            moved |= (reach, replace) != (reached[index], replaced[index])
            reached[index], replaced[index] = reach, replace
    return reached, replaced


def _seen_before_seer(edges: Sequence[Edges]) -> list[int]:
    order: list[int] = []
    met = [False] * len(edges)
    for start in range(len(edges)):
        stack = [] if met[start] else [(start, iter(edges[start]))]
        met[start] = True
        while stack:
            index, rest = stack[-1]
            other = next((o for o in rest if not met[o]), None)
            if other is None:
                order.append(index)
                stack.pop()
            else:
                met[other] = True
                stack.append((other, iter(edges[other])))
    return order


def _mutual(index: int, reached: Sequence[int]) -> int:
    """The records that a record reaches and is reached by: of these neither replaces the other."""
    if not reached[index] >> index & 1:
        return 0
    return sum(
        1 << other
        for other, back in enumerate(reached)
        if reached[index] >> other & 1 and back >> index & 1
    )


def _not_newer(records: Sequence[Record], rule: Rule) -> list[int]:
    """For each record those that its date lets it replace: under `latest` none that is newer."""
    everything = (1 << len(records)) - 1
    if rule.kind != "latest":
        return [everything] * len(records)
    dated = [index for index, record in enumerate(records) if is_dated(record.last)]
    dated.sort(key=lambda index: records[index].last.event_date)
    masks = [everything] * len(records)
    older = everything & ~sum(1 << index for index in dated)
    for _, day in groupby(dated, key=lambda index: records[index].last.event_date):
        same_day = list(day)
        older |= sum(1 << index for index in same_day)
        for index in same_day:
            masks[index] = older
    return masks
