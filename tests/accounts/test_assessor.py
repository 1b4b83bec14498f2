"""An assessor of houses goes to a whole town and is told nothing of illness, income or numbers."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.forms.instances import new_id, register_xml
from tests.making import SANLI, TOWN, YIJIA, a_device, publish_forms
from tests.phone import Phone


def test_an_assessor_gets_the_houses_of_the_town_and_nothing_private(
    app: Flask, client: FlaskClient
) -> None:
    publish_forms(app)
    for village in (SANLI, YIJIA):
        author = Phone(client, a_device(client, area=village))
        author.send(
            "household_register",
            lambda i, village=village: register_xml(new_id(), instance_id=i, village_code=village),
        )
    assessor = Phone(client, a_device(client, "assessor", TOWN))
    assessor.pull()
    homes = {row["area"] for (kind, _), row in assessor.rows.items() if kind == "households"}
    assert homes == {SANLI, YIJIA}
    people = [row for (kind, _), row in assessor.rows.items() if kind == "persons"]
    assert people
    for person in people:
        assert person["units"].keys() & {"person_name"}
        assert not person["units"].keys() & {"health_status", "annual_income", "id_number"}
        assert "379999" not in str(person)
