"""Rule 8: entities joined as duplicates are one, named by the smallest id."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from server.merge import components

PAIRS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=12)


def test_joined_entities_are_named_by_the_smallest() -> None:
    assert components([("b", "c"), ("x", "y"), ("c", "a")]) == {
        "a": "a",
        "b": "a",
        "c": "a",
        "x": "x",
        "y": "x",
    }


def test_nothing_joined_names_nothing() -> None:
    assert components([]) == {}


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_joins_has_no_influence(joins: list[tuple[str, str]], random: Random) -> None:
    shuffled = [(b, a) for a, b in random.sample(joins, len(joins))] + joins[:2]
    assert components(joins) == components(shuffled)


@given(PAIRS)
def test_a_pair_shares_one_name_that_is_its_own(joins: list[tuple[str, str]]) -> None:
    named = components(joins)
    assert all(named[a] == named[b] for a, b in joins)
    assert all(named[name] == name and name <= entity for entity, name in named.items())
