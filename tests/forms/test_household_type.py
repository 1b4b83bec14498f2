"""A household's type: the register proposes, but only cases make and end monitoring."""

from __future__ import annotations

from datetime import date

import pytest

from server.forms.check import check
from tests.forms.instances import compiled, known_member, new_id, register_xml

FORM = compiled("household_register").definition


@pytest.mark.parametrize(
    ("known", "proposal", "type_"),
    [
        ("", "monitored_edge", "monitored_edge"),
        ("ordinary", "", "ordinary"),
        ("ordinary", "out_no_policy", "out_no_policy"),
        ("ordinary", "monitored_edge", "ordinary"),
        ("out_policy", "risk_cleared", "out_policy"),
        ("monitored_edge", "risk_cleared", "monitored_edge"),
        ("monitored_edge", "ordinary", "monitored_edge"),
        ("risk_cleared", "ordinary", "ordinary"),
    ],
)
def test_what_a_proposal_comes_to(known: str, proposal: str, type_: str) -> None:
    person = new_id()
    people = [known_member(person, head=True)]
    xml = register_xml(
        known=bool(known),
        members=people if known else None,
        head=person if known else None,
        known_household_type=known,
        type_proposal=proposal,
        household_type="closed",
    )
    found = check(xml, FORM, filled_on=date(2026, 11, 22))
    assert [one.expected for one in found if one.path.endswith("/household_type")] == [type_]
