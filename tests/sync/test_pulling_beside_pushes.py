"""A phone that pulls while twelve others push has in the end what a fresh phone gets."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from tests.forms.instances import new_id, register_xml, visit_xml
from tests.phone import Phone

PHONES = 12


def test_nothing_is_missed_between_twelve_phones(app: Flask, alice: Phone, dora: Phone) -> None:
    shared = new_id()
    alice.send("household_register", lambda i: register_xml(shared, instance_id=i))
    done = threading.Event()

    def record(number: int) -> None:
        phone = Phone(app.test_client(), alice.device)
        mine, day = new_id(), f"2026-11-{number + 1:02}"
        phone.send("household_register", lambda i: register_xml(mine, members=[], instance_id=i))
        phone.send("visit", lambda i: visit_xml(shared, instance_id=i, event_date=day))

    def pull() -> None:
        puller = Phone(app.test_client(), dora.device, rows=dora.rows)
        while not done.is_set():
            puller.pull()
        dora.cursor = puller.cursor

    beside = threading.Thread(target=pull)
    beside.start()
    with ThreadPoolExecutor(PHONES) as pool:
        list(pool.map(record, range(PHONES)))
    done.set()
    beside.join()
    dora.pull()
    fresh = Phone(alice.client, dora.device)
    fresh.pull()
    assert dora.rows == fresh.rows
    kinds = [kind for kind, _ in fresh.rows]
    assert (kinds.count("households"), kinds.count("review")) == (1 + PHONES, 1 + 2 * PHONES)
