"""Dates and numbers as the office writes them."""

import pytest

from server.household_file import words


@pytest.mark.parametrize(
    ("write", "value", "expected"),
    [
        (words.long_date, "2026-02-08", "2026年2月8日"),
        (words.short_date, "2026-02-08", "2026.02.08"),
        (words.month, "1968-04-12", "1968.04"),
        (words.long_month, "2026-02-08", "2026年2月"),
        (words.long_date, "不详", "不详"),
        (words.short_date, "", ""),
        (words.said, "2026-02-18", "2026年2月18日"),
        (words.said, "13900005568", "13900005568"),
        (words.masked, "6223199912343308", "************3308"),
        (words.masked, "3308", "****"),
        (words.wide, "脱贫户(享受政策)", "脱贫户（享受政策）"),
        (words.money, "860", "860.00"),
        (words.money, "约八百", "约八百"),
        (words.short_hash, "9f3c1a7e52b084cd00", "9F3C 1A7E 52B0 84CD"),
    ],
)
def test_values_are_written_as_on_paper(write: object, value: str, expected: str) -> None:
    assert callable(write)
    assert write(value) == expected
