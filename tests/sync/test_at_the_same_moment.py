"""Pushes and pulls at the same moment: nothing overwrites, nothing is skipped, nothing fails."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from flask import Flask

from server.registers.models import Entity
from server.registers.values import text
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import a_device, looking
from tests.phone import Phone


def another(phone: Phone) -> Phone:
    """The same village, another phone, with a client of its own."""
    client = phone.client.application.test_client()
    return Phone(client, a_device(client, "team_member"))


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run some acts in threads that start together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def register(phone: Phone) -> str:
    household = new_id()
    phone.send("household_register", lambda i: register_xml(household, instance_id=i))
    return household


def test_two_pushes_to_one_household_both_count(app: Flask, alice: Phone) -> None:
    dora = another(alice)
    for _ in range(3):
        household = register(alice)

        def change(who: Phone, household: str = household, **answers: str) -> object:
            return who.send(
                "household_register",
                lambda i: register_xml(household, known=True, members=[], instance_id=i, **answers),
            )[1]

        said = at_once(
            lambda: change(alice, group_name="二组"),
            lambda: change(dora, house_year="1998"),
        )
        assert said == ["stored", "stored"]
        with looking(app) as session:
            live = session.get_one(Entity, household).live
        assert text(live, "group_name") == "二组"
        assert text(live, "house_year") == "1998"


def test_the_same_submissions_over_two_connections_are_stored_once(alice: Phone) -> None:
    household = register(alice)
    again = Phone(alice.client.application.test_client(), alice.device)
    for _ in range(3):
        visits = []
        for _ in range(3):
            instance = new_id()
            xml = visit_xml(household, instance_id=instance)
            visits.append(alice.submission("visit", xml, instance))
        answers = at_once(
            lambda v=visits: alice.push(*v),  # type: ignore[misc]
            lambda v=visits: again.push(*v),  # type: ignore[misc]
        )
        fates = [
            sorted(a["outcomes"][i]["outcome"] for a in answers)  # type: ignore[index]
            for i in range(3)
        ]
        assert fates == [["already_stored", "stored"]] * 3


def test_households_pushed_in_opposite_orders_do_not_block_each_other(alice: Phone) -> None:
    dora = another(alice)
    homes = [register(alice) for _ in range(4)]

    def visits(who: Phone, order: list[str]) -> list[str]:
        sent = []
        for household in order:
            instance = new_id()
            xml = visit_xml(household, instance_id=instance)
            sent.append(who.submission("visit", xml, instance))
        return [one["outcome"] for one in who.push(*sent)["outcomes"]]

    for _ in range(3):
        assert (
            at_once(lambda: visits(alice, homes), lambda: visits(dora, homes[::-1]))
            == [["stored"] * 4] * 2
        )


def test_twelve_writers_and_a_puller_miss_nothing(alice: Phone) -> None:
    writers = [another(alice) for _ in range(12)]
    reader = another(alice)
    finished = Event()

    def write(who: Phone) -> list[str]:
        return [register(who) for _ in range(2)]

    def pull() -> None:
        while not finished.is_set():
            reader.pull()
        reader.pull()

    with ThreadPoolExecutor(13) as pool:
        pulling = pool.submit(pull)
        made = [household for some in pool.map(write, writers) for household in some]
        finished.set()
        pulling.result()
    assert {i for kind, i in reader.rows if kind == "households"} == set(made)
    fresh = another(alice)
    fresh.pull()
    assert reader.rows == fresh.rows
