"""The lines and terms of a record are judged by the policy of the day that it is about."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from server.intake.check import check_stored
from server.policy.models import PolicyValue
from server.submissions.models import Finding
from tests.forms.instances import compiled, instance_xml, new_id, register_xml
from tests.making import SANLI, looking, writing
from tests.phone import Phone

LINES = {date(2025, 1, 1): 7600, date(2026, 1, 1): 8200}


@pytest.mark.parametrize(
    ("day", "line", "wrong"),
    [
        ("2026-11-20", "8200", ""),
        ("2026-11-20", "8200.0", ""),
        ("2025-12-31", "7600", ""),
        ("2025-12-31", "8200", "手机上用的是“8200”，12月31日的规定是“7600”"),
        ("2026-11-20", "", ""),
    ],
)
def test_a_line_is_that_of_the_day_of_the_record(
    app: Flask, alice: Phone, day: str, line: str, wrong: str
) -> None:
    with writing(app) as session:
        for since, value in LINES.items():
            row = PolicyValue(key="line.monitoring", area="", valid_from=since, entry=1)
            row.value, row.source = value, "县里的文件"
            session.add(row)
    home = new_id()
    said = {"hh_uuid": home, "income_id": new_id()}
    alice.send(
        "household_register", lambda i: register_xml(home, instance_id=i, village_code=SANLI)
    )
    name, outcome = alice.send(
        "income_account",
        lambda i: instance_xml(
            compiled("income_account").definition,
            said | {"line_amount": line, "event_date": day},
            instance_id=i,
        ),
    )
    assert outcome == "stored"
    found = _policy_findings(app, name)
    assert len(found) == bool(wrong)
    assert all(wrong in message for message in found)
    with app.app_context():
        check_stored({"instance_ids": [name]}, lambda *_: None)
    assert _policy_findings(app, name) == found


def _policy_findings(app: Flask, instance_id: str) -> list[str]:
    with looking(app) as session:
        rows = session.scalars(select(Finding).where(Finding.instance_id == instance_id)).all()
        return [row.message for row in rows if row.kind == "policy"]
