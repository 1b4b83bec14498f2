"""What of the eight ones is due: the same cases hold the phone (`pwa/src/records/health`)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from server.followup.eight import items_of

SAID = json.loads(Path(__file__).with_name("eight_due.json").read_text("utf-8"))


@pytest.mark.parametrize("case", SAID["cases"], ids=lambda case: str(case["about"]))
def test_phone_and_desk_find_the_same_due(case: dict[str, Any]) -> None:
    code = case["item"]
    facts = {f"{code}_status": case["status"], f"{code}_on": case["on"]}
    item = next(i for i in items_of(facts, case["born"], SAID["policy"]) if i.code == code)
    assert (item.again_on.isoformat() if item.again_on else "") == case["again"]
    assert item.is_due(date.fromisoformat(SAID["today"])) is case["due"]
