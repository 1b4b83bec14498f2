"""Names are found by the initials of every reading of their characters."""

from __future__ import annotations

import pytest

from server.followup.initials import MOST, initials


@pytest.mark.parametrize(
    ("name", "found"),
    [("陈广田", "cgt"), ("曾庆祥", "zqx"), ("曾庆祥", "cqx"), ("单立人", "slr"), ("解放", "xf")],
)
def test_a_name_is_found_by_each_reading(name: str, found: str) -> None:
    assert found in initials(name).split()


def test_the_usual_reading_comes_first() -> None:
    assert initials("陈广田").split()[0] == "cgt"


def test_a_rare_character_without_a_reading_stands_for_itself() -> None:
    assert initials("王\U0002b8c6").startswith("w")
    assert initials("\U000323ae") == "\U000323ae"


def test_letters_and_points_of_a_name_are_kept() -> None:
    assert initials("阿依·古丽").split()[0] == "aygl"
    assert initials("") == ""


def test_many_polyphones_stay_few_spellings() -> None:
    assert len(initials("行行行行行行").split()) <= MOST


def test_a_long_text_in_place_of_a_name_costs_nothing() -> None:
    assert len(initials("行" * 500).split()) <= MOST
