"""What of an entity goes to a phone of each view."""

from __future__ import annotations

import pytest

from server.registers.visibility import for_phone, sees_findings
from tests.forms.instances import our_dictionary

STATE: dict[str, object] = {
    "heads": ["a"],
    "units": {
        "person_name": ["陈广田", [0]],
        "id_number": ["379999195203151016", [0]],
        "health_status/chronic": ["1", [0]],
        "disability": [{"disabled_cert_no": "37999919520315101642"}, [0]],
        "nobody_declares_this": ["x", [0]],
    },
    "disputed": {
        "id_number": [{"value": "379999195203151016", "head": 0, "on": "2026-11-20"}],
        "person_name": [{"value": "陈广田", "head": 0, "on": "2026-11-20"}],
    },
}


@pytest.mark.parametrize(
    ("view", "units", "masked"),
    [
        ("team", {"person_name", "health_status/chronic"}, {"id_number": "1016"}),
        ("town", {"person_name", "health_status/chronic"}, {"id_number": "1016"}),
        ("inspector", {"person_name"}, {"id_number": "1016"}),
        ("grid", {"person_name"}, {}),
        ("none", set(), {}),
    ],
)
def test_each_view_gets_its_part_and_disputes_only_of_that(
    view: str, units: set[str], masked: dict[str, str]
) -> None:
    seen = for_phone(STATE, "persons", view, our_dictionary())
    assert seen["units"] == {unit: STATE["units"][unit] for unit in units}  # type: ignore[index]
    assert seen["masked"] == masked
    assert set(seen["disputed"]) <= units  # type: ignore[call-overload]
    assert "379999195203151016" not in str(seen)
    assert "37999919520315101642" not in str(seen)


def test_only_views_that_see_health_or_income_read_what_a_visit_found() -> None:
    told = {view: sees_findings(view) for view in ("county", "town", "team", "grid", "inspector")}
    assert told == {"county": True, "town": True, "team": True, "grid": False, "inspector": False}
