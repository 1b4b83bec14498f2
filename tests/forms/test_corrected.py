"""Where phone and server come to another result, the server's is written."""

from __future__ import annotations

from flask import Flask

from server.forms.check import computed
from server.forms.compile import compile_form
from server.forms.corrected import corrected
from server.forms.instance import read_instance
from server.registers import values
from server.registers.models import Entity
from server.submissions.models import Finding
from tests.forms.corpus import FILLED_AT
from tests.forms.instances import known_member, member, new_id, register_xml
from tests.making import a_device, looking, publish_forms
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

FORM = """
| survey |
| | type | name | label | calculation |
| | date | event_date | 日期 | |
| | calculate | kept | | once(uuid()) |
| | begin repeat | row | 行 | |
| | decimal | a | 元 | |
| | decimal | b | 元 | |
| | begin group | sums | 和 | |
| | calculate | fen | | round(round(${a} * 100) * round(${b} * 100) div 100) |
| | end group | | | |
| | end repeat | | | |
| | calculate | total | | if(count(${row}) > 0, sum(${fen}), 0) |
| settings |
| | form_title | form_id | version |
| | 试 | trial | 2026112201 |
"""


def result(content: str) -> tuple[dict[str, str], bool]:
    """The values after correction, by place, and whether anything had to be corrected."""
    definition = compile_form(FORM.encode()).definition
    meta = f"<meta><instanceID>uuid:{new_id()}</instanceID></meta>"
    instance = read_instance(f'<data id="trial" version="2026112201">{content}{meta}</data>')
    found = corrected(instance, computed(instance, definition, FILLED_AT))
    tree = found.root.getroottree()
    said = {tree.getpath(one): one.text or "" for one in found.root.iter() if not len(one)}
    return said, found is not instance


ROWS = "<row><a>3.5</a><b>1.11</b></row><row><a>2</a><b>0.05</b></row>"


def test_what_agrees_is_left_alone() -> None:
    said, changed = result(
        "<kept>k</kept><row><a>3.5</a><b>1.11</b><sums><fen>389.0</fen></sums></row>"
        "<total>389</total>"
    )
    assert not changed
    assert said["/data/total"] == "389"


def test_what_differs_or_is_left_out_is_as_the_server_computes_it() -> None:
    said, changed = result(f"<kept>k</kept>{ROWS}<total>1000</total>")
    assert changed
    assert said["/data/row[1]/sums/fen"] == "389"
    assert said["/data/row[2]/sums/fen"] == "10"
    assert said["/data/total"] == "399"
    assert said["/data/kept"] == "k"


def test_a_register_holds_the_servers_sum_and_the_reviewer_sees_both(app: Flask) -> None:
    publish_forms(app)
    phone = Phone(app.test_client(), a_device(app.test_client()))
    household, person = new_id(), new_id()
    phone.send(
        "household_register",
        lambda i: register_xml(
            household,
            instance_id=i,
            members=[member(person_id=person, birth_date="1960-01-01")],
        ),
    )
    with looking(app) as session:
        live = session.get_one(Entity, person).live
        findings = session.query(Finding).filter_by(kind="calculation").all()
        messages = [finding.message for finding in findings]
    assert values.text(live, "birth_date") == "1952-03-15"
    assert any("1960-01-01" in message and "1952-03-15" in message for message in messages)
    assert_rebuilds(app)


def test_no_sum_turns_one_person_into_another(app: Flask) -> None:
    publish_forms(app)
    phone = Phone(app.test_client(), a_device(app.test_client()))
    household, person = new_id(), new_id()
    phone.send(
        "household_register",
        lambda i: register_xml(household, instance_id=i, members=[member(person_id=person)]),
    )
    phone.send(
        "household_register",
        lambda i: register_xml(
            household,
            instance_id=i,
            known=True,
            head=person,
            members=[known_member(person, head=True, person_known="1", age="3")],
        ),
    )
    with looking(app) as session:
        people = [e.id for e in session.query(Entity).filter_by(register="persons")]
    assert people == [person]
