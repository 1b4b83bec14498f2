"""What the fleet once found, told plainly: each story was lost, doubled or shown wrongly before."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from random import Random

import pytest

from tests.fleet import office, truth
from tests.fleet.beginning import World
from tests.fleet.causality import nothing_was_replaced_unseen
from tests.fleet.doorstep import Form
from tests.fleet.people import BOB, CAROL
from tests.fleet.phone import Draft, Phone
from tests.fleet.server import VERSIONS, Server
from tests.making import SANLI, YIJIA


class Village:
    """The fleet's world with the phones by name, and short ways to record."""

    def __init__(self, world: World) -> None:
        self.server: Server = world.server
        self.server.begin_anew()
        self.server.ids.seed(1)
        self.phones = {phone.name: phone.twin() for phone in world.phones}
        self.first = self["alice-1"].households()[0]

    def __getitem__(self, name: str) -> Phone:
        return self.phones[name]

    def registers(
        self, phone: str, village: str, *names: str, version: int = 0
    ) -> tuple[str, list[str], str]:
        """A phone registers a household and sends it; returns the ids of all of it.

        version: 0, or 1 for the form's second version, which two people have to approve.
        """
        people = {str(uuid.uuid4()): {"person_name": name, "member_status": "in"} for name in names}
        form = Form(
            form_id="doorstep",
            version=VERSIONS["doorstep"][version],
            household=str(uuid.uuid4()),
            known=False,
            event_date="2026-11-20",
            answers={"village_code": village, "head": min(people)},
            people=people,
            new_people=frozenset(people),
        )
        draft = Draft(str(uuid.uuid4()), form, {}, village)
        self._send(phone, draft)
        return form.household, sorted(people), draft.instance_id

    def changes(self, phone: str, household: str, **answers: str) -> str:
        """A phone opens a known household, changes something and sends it; returns the record."""
        home = self[phone].view(household)
        assert home is not None
        form = Form(
            form_id="doorstep",
            version=VERSIONS["doorstep"][0],
            household=household,
            known=True,
            event_date="2026-11-20",
            answers={name: home.text(name) for name in ("village_code", "head", "phone")} | answers,
        )
        draft = Draft(str(uuid.uuid4()), form, {household: home.shown()}, home.text("village_code"))
        self._send(phone, draft)
        return draft.instance_id

    def _send(self, name: str, draft: Draft) -> None:
        phone = self[name]
        self.server.wait(minutes=1)
        phone.drafts.append(draft)
        phone.finish(draft)
        phone.synchronize()

    def comes_to_rest(self) -> None:
        """Every phone has pulled and shows the registers; nothing vanished; a rebuild agrees."""
        for phone in self.phones.values():
            phone.synchronize()
            truth.phone_shows_the_registers(self.server.app, phone)
        nothing_was_replaced_unseen(self.server.app)
        truth.registers_follow_from_the_submissions(self.server.app)


@pytest.fixture
def village(on_sqlite: World) -> Iterator[Village]:
    told = Village(on_sqlite)
    yield told
    told.comes_to_rest()


def test_members_of_a_joined_household_move_with_it(village: Village) -> None:
    app = village.server.app
    second, members, _ = village.registers("erin-1", YIJIA, "杨洪涛", "杨晨")
    assert office.joining(app, BOB, village.first, second, Random(1)) == "done"
    erin = village["erin-1"]
    erin.synchronize()
    whole = min(village.first, second)
    for there in (YIJIA, SANLI):
        record = village.changes("erin-1", whole, village_code=there)
        office.decision(app, BOB, record, "approve")
        erin.synchronize()
        places = [erin.row_of(one) for one in (whole, *members)]
        assert {row["area"] for row in places if row} == {there}
        assert all(places)


def test_a_form_of_two_steps_is_approved_by_two_people(village: Village) -> None:
    app = village.server.app
    _, _, record = village.registers("alice-1", SANLI, "陈雪莲", version=1)
    assert office.decision(app, BOB, record, "approve") == "done"
    village["alice-1"].synchronize()
    assert village["alice-1"].state_of(record) == "received"
    assert office.decision(app, BOB, record, "approve") == "right-missing"
    village.server.wait(minutes=1)
    assert office.decision(app, CAROL, record, "approve") == "done"
    village["alice-1"].synchronize()
    assert village["alice-1"].state_of(record) == "approved"


def test_what_the_office_withdrew_is_no_record_of_a_household_that_is_joined(
    village: Village,
) -> None:
    app = village.server.app
    later, record = "", ""
    while later < village.first:  # the whole goes by the smaller name: this one's records move
        later, _, record = village.registers("alice-1", SANLI, "杨洪涛")
    assert office.decision(app, BOB, record, "approve") == "done"
    village["alice-1"].synchronize()
    (numbered,) = office.acts(app)
    assert office.turning(app, BOB, numbered) == "withdraw"
    assert office.joining(app, BOB, village.first, later, Random(1)) == "done"
