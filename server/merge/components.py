"""Entities that were joined as duplicates, and the name of the whole (rule 8)."""

from collections.abc import Iterable


def components(joins: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each joined entity with the smallest id of its component.

    joins: pairs of entity ids, in any order, repeated or not. An entity in no pair is not listed.
    """
    above: dict[str, str] = {}
    for one, other in joins:
        low, high = sorted((_top(one, above), _top(other, above)))
        above[high] = low
    return {entity: _top(entity, above) for entity in above}


def _top(entity: str, above: dict[str, str]) -> str:
    above.setdefault(entity, entity)
    while above[entity] != entity:
        above[entity] = above[above[entity]]
        entity = above[entity]
    return entity
