"""Another client shows a helper (帮扶责任人) no more than our phone does."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.accounts import helping
from tests.forms.instances import new_id, register_xml
from tests.making import a_person, writing
from tests.openrosa.collecting import Collect
from tests.phone import Phone


def test_lists_hold_his_households_only(
    app: Flask, client: FlaskClient, phone: Phone, household: str
) -> None:
    other = new_id()
    phone.send("household_register", lambda i: register_xml(other, instance_id=i))
    person = a_person(app, "helper", name="周帮扶")
    with writing(app) as session:
        helping.assign(session, person, [household], clock.today())
    helper = Collect(client, person)
    households = helper.get("/openrosa/lists/households.csv").get_data(as_text=True)
    people = helper.get("/openrosa/lists/persons.csv").get_data(as_text=True)
    assert household in households
    assert other not in households + people
    gone = helper.get(f"/openrosa/lists/households/integrity?id={household},{other}")
    said = gone.get_data(as_text=True)
    assert said.index(household) < said.index("false")
    assert said.count("true") == 1


def test_a_village_doctor_is_not_offered_what_he_does_not_record(
    app: Flask, client: FlaskClient, phone: Phone, collect: Collect
) -> None:
    assert "visit" in collect.forms()
    doctor = Collect(client, a_person(app, "village_doctor", name="刘村医"))
    assert set(doctor.forms()) <= {"health_eight"}
