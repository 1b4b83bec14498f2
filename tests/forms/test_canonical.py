"""One spelling for each value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.forms.canonical import canonical, is_of_kind

KINDS = st.sampled_from(
    ["text", "integer", "decimal", "date", "select_one", "select_multiple", "geopoint"]
)


@pytest.mark.parametrize(
    ("value", "kind", "spelt"),
    [
        ("3.50", "decimal", "3.5"),
        ("2.0", "decimal", "2"),
        ("2", "decimal", "2"),
        ("100", "decimal", "100"),
        ("-0.0", "decimal", "0"),
        (".5", "decimal", "0.5"),
        ("01998", "integer", "1998"),
        ("2.0", "integer", "2"),
        (" yes ", "select_one", "yes"),
        ("02", "select_one", "02"),
        ("b a b", "select_multiple", "a b"),
        ("2026-11-20T00:00:00.000+08:00", "date", "2026-11-20"),
        ("36.900 118.10 0 5.0", "geopoint", "36.9 118.1 0 5"),
        ("13900008468", "text", "13900008468"),
        ("许多", "decimal", "许多"),
        ("", "integer", ""),
    ],
)
def test_each_value_has_one_spelling(value: str, kind: str, spelt: str) -> None:
    assert canonical(value, kind) == spelt


@given(st.text(max_size=40), KINDS)
def test_the_one_spelling_is_its_own(value: str, kind: str) -> None:
    assert canonical(canonical(value, kind), kind) == canonical(value, kind)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9
    )
)
def test_a_number_keeps_its_value(number: object) -> None:
    assert float(canonical(str(number), "decimal")) == float(str(number))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("2026-02-30", "date"),
        ("20261120", "date"),
        ("1.5", "integer"),
        ("1e3", "decimal"),
        ("NaN", "decimal"),
        ("91 10", "geopoint"),
        ("36.9", "geopoint"),
    ],
)
def test_what_cannot_be_read_as_its_kind_is_told(value: str, kind: str) -> None:
    assert not is_of_kind(value, kind)
