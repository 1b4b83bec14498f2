"""Visits a second from phones that push, what each costs the server, and how large it is.

Every figure is taken twice over: with one visit a request, as a phone sends that was alone with
its signal all day, and with 25 visits a request, as one sends that comes home in the evening.
Sign-in by token, checks against the form, merge and fsync are on. Requests are made and packed
before the clock starts, and are sent by processes of their own (`bench.clients`).
"""

from __future__ import annotations

import gzip
import json
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import create_engine, text

from bench.clients import Told
from bench.instance import ROOT, Instance, call, served
from bench.processes import cpu_ms
from server import clock
from server.forms.definition import Definition
from tests.forms.instances import compiled, new_id, our_dictionary, visit_xml
from tests.postgresql import Server

#: Twenty accounts in one process; the command line would take one for each.
_PEOPLE = """
from datetime import date
from bench.instance import PASSWORD
from bench.push import CLIENTS, TOWN
from server import clock, create_app
from server.accounts import people
from server.database import transaction
with create_app().app_context(), transaction() as session:
    for number in range(CLIENTS):
        people.add(
            session, username=f"push{number}", name="测试员", password=PASSWORD,
            role="team_member", area=TOWN, now=clock.now(), valid_from=date(2026, 1, 1),
        )
"""

Figure = dict[str, object]
Shown = dict[str, dict[str, Any]]
TOWN = "370321110"
PROCESSES = 4


@dataclass(frozen=True)
class Shape:
    """How many phones send how many requests of how many visits."""

    clients: int
    visits_a_request: int
    requests: int

    @property
    def visits(self) -> int:
        """All visits of all phones."""
        return self.clients * self.visits_a_request * self.requests


SHAPES = (
    Shape(clients=1, visits_a_request=1, requests=150),
    Shape(clients=1, visits_a_request=25, requests=20),
    Shape(clients=20, visits_a_request=1, requests=60),
    Shape(clients=20, visits_a_request=25, requests=8),
)
CLIENTS = max(shape.clients for shape in SHAPES)


@dataclass
class Town:
    """What the phones have pulled, as the visit form shows it, and what they recorded since.

    rows: household -> entity -> unit -> (value, heads), of the units that the form writes.
    """

    tokens: list[str]
    rows: dict[str, dict[str, dict[str, tuple[object, list[str]]]]]
    turns: dict[str, int] = field(default_factory=dict)

    def shown(self, household: str) -> Shown:
        """As the form shows a household and its members now."""
        return {name: _as_row(units) for name, units in self.rows[household].items()}

    def note(self, household: str, instance_id: str, answers: Mapping[str, str]) -> None:
        """What was recorded is what the next visit is shown."""
        known = self.rows[household][household]
        known |= {unit: (value, [instance_id]) for unit, value in answers.items()}


def push(instance: Instance) -> Iterator[Figure]:
    """All figures on SQLite."""
    yield from _figures(instance, "sqlite", None)


def push_postgresql(_: Instance) -> Iterator[Figure]:
    """The same on a PostgreSQL of our own that syncs every commit."""
    server = Server(durable=True)
    try:
        with served(server.url(server.create())) as instance:
            yield from _figures(instance, "postgresql", server.process.pid)
    finally:
        server.stop()


def _figures(instance: Instance, database: str, database_pid: int | None) -> Iterator[Figure]:
    town = _town(instance)
    _measured(instance, town, Shape(CLIENTS, 1, 3), database_pid)  # warms up, unmeasured
    for shape in SHAPES:
        named = {
            "database": database,
            "clients": shape.clients,
            "visits_a_request": shape.visits_a_request,
        }
        for figure in _measured(instance, town, shape, database_pid):
            yield figure | named


def _measured(
    instance: Instance, town: Town, shape: Shape, database_pid: int | None
) -> list[Figure]:
    requests = _requests(instance, town, shape)
    before, database_before = cpu_ms(instance.pid), cpu_ms(database_pid)
    told = sent(instance.url, requests)
    answered = cpu_ms(instance.pid) - before
    seconds = max(one.ended for one in told) - min(one.started for one in told)
    _wait_for_checks(instance)
    whole_seconds = time.time() - min(one.started for one in told)
    whole = cpu_ms(instance.pid) - before
    refused = [each for one in told for each in one.refused]
    if refused or sum(one.stored for one in told) != shape.visits:
        raise AssertionError(f"not every visit was stored: {refused[:3]}")
    times = sorted(second for one in told for second in one.seconds)
    size = sum(len(request) for some in requests for request in some)
    return [
        {
            "name": "push_visits_per_s",
            "value": round(shape.visits / whole_seconds, 1),
            "unit": "1/s",
            "answered_per_s": round(shape.visits / seconds, 1),
            "visits": shape.visits,
        },
        {
            "name": "push_p95_ms",
            "value": round(times[int(len(times) * 0.95)] * 1000, 1),
            "unit": "ms",
            "median": round(times[len(times) // 2] * 1000, 1),
        },
        {
            "name": "server_cpu_ms_per_visit",
            "value": round(whole / shape.visits, 2),
            "unit": "ms",
            "answered": round(answered / shape.visits, 2),
            "database_processes": round((cpu_ms(database_pid) - database_before) / shape.visits, 2),
        },
        {"name": "push_bytes_per_visit", "value": round(size / shape.visits), "unit": "B"},
    ]


def sent(url: str, requests: list[list[bytes]]) -> list[Told]:
    """Send from several processes at once; every phone has a connection of its own."""
    address = urlsplit(url)
    senders = []
    for number in range(min(PROCESSES, len(requests))):
        sender = subprocess.Popen(
            [sys.executable, "-m", "bench.clients"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert sender.stdin
        pickle.dump(((address.hostname, address.port), requests[number::PROCESSES]), sender.stdin)
        sender.stdin.flush()
        senders.append(sender)
    for sender in senders:
        assert sender.stdout
        sender.stdout.readline()
    for sender in senders:
        assert sender.stdin
        sender.stdin.write(b"go\n")
        sender.stdin.flush()
    told: list[Told] = []
    for sender in senders:
        assert sender.stdout
        told += [Told(**one) for one in json.loads(sender.stdout.readline())]
        sender.communicate()
    return told


def _requests(instance: Instance, town: Town, shape: Shape) -> list[list[bytes]]:
    """The packed requests of each phone; a household is visited by one phone, time and again."""
    homes = sorted(town.rows)
    return [
        [
            _request(
                instance,
                town.tokens[number],
                [
                    _visit(town, mine[(turn * shape.visits_a_request + place) % len(mine)])
                    for place in range(shape.visits_a_request)
                ],
            )
            for turn in range(shape.requests)
        ]
        for number in range(shape.clients)
        for mine in [homes[number::CLIENTS]]
    ]


def _request(instance: Instance, token: str, visits: list[dict[str, Any]]) -> bytes:
    body = {"sent_at": clock.now().isoformat(), "submissions": visits}
    packed = gzip.compress(json.dumps(body, ensure_ascii=False).encode(), 6)
    head = (
        "POST /api/v1/sync/push HTTP/1.1\r\n"
        f"Host: {urlsplit(instance.url).netloc}\r\n"
        f"Authorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"
        f"Content-Length: {len(packed)}\r\n\r\n"
    )
    return head.encode() + packed


def _visit(town: Town, household: str) -> dict[str, Any]:
    """An uneventful visit of today, every observation answered by hand."""
    turn = town.turns[household] = town.turns.get(household, -1) + 1
    day = clock.today()
    instance_id = new_id()
    answers = {
        "food_ok": "yes", "clothes_ok": "yes", "edu_ok": "ok", "medical_ok": "ok",
        "housing_ok": "ok", "water_ok": "ok", "income_change": "flat", "expense_shock": "no",
        "member_changed": "no", "risk_clue": "no",
    }  # fmt: skip
    visit = {
        "instance_id": instance_id,
        "form_id": "visit",
        "form_version": compiled("visit").definition.version,
        "xml": visit_xml(
            household,
            instance_id=instance_id,
            event_date=day.isoformat(),
            account_text=_account(day, turn),
            **answers,
        ),
        "recorded_at": clock.now().isoformat(),
        "shown": town.shown(household),
        "confirmed": [f"{household}/{unit}" for unit in answers],
        "attachments": [],
        "deprecated_id": None,
    }
    town.note(household, instance_id, answers)
    return visit


def _account(day: date, turn: int) -> str:
    return f"{day.month}月{day.day}日到家走访，看了粮食、住房和用水，第{turn + 1}次，一切都好。"


def _as_row(units: Mapping[str, tuple[object, list[str]]]) -> dict[str, Any]:
    heads: dict[str, int] = {}
    values = {
        unit: [value, [heads.setdefault(head, len(heads)) for head in some]]
        for unit, (value, some) in units.items()
    }
    return {"heads": list(heads), "values": values}


def _town(instance: Instance) -> Town:
    subprocess.run([sys.executable, "-c", _PEOPLE], cwd=ROOT, env=instance.env, check=True)
    tokens = [instance.sign_in(f"push{number}") for number in range(CLIENTS)]
    rows: dict[str, dict[str, dict[str, tuple[object, list[str]]]]] = {}
    written = _units_of(compiled("visit").definition)
    for kind in ("households", "persons"):
        for row in _pulled(instance, tokens[0], kind):
            home = row["id"] if kind == "households" else row["units"].get("household", [""])[0]
            if home == row["id"] or home in rows:
                rows.setdefault(home, {})[row["id"]] = {
                    unit: (value, [row["heads"][index] for index in indexes])
                    for unit, (value, indexes) in row["units"].items()
                    if unit in written[kind]
                }
    return Town(tokens, rows)


def _units_of(definition: Definition) -> dict[str, set[str]]:
    """The units of each register that a form writes: what it is shown of."""
    units: dict[str, set[str]] = {}
    for question in definition.questions:
        if saved := question.save_to:
            prop = our_dictionary().property(saved.register, saved.property)
            if prop:
                units.setdefault(saved.register, set()).add(prop.unit)
    return units


def _pulled(instance: Instance, token: str, kind: str) -> Iterator[dict[str, Any]]:
    cursor, more = "", True
    while more:
        page = call(f"{instance.url}/api/v1/sync/pull?limit=2000&cursor={cursor}", token=token)
        yield from (row for row in page["changes"] if row["kind"] == kind and not row["gone"])
        cursor, more = page["cursor"], page["more"]


def _wait_for_checks(instance: Instance) -> None:
    """Until the server has checked every visit against its form."""
    engine = create_engine(instance.database_url)
    waiting = text(
        "select count(*) from jobs where kind = 'check' and state in ('queued', 'running')"
    )
    try:
        for _ in range(1200):
            with engine.connect() as connection:
                if not connection.execute(waiting).scalar():
                    return
            time.sleep(0.05)
    finally:
        engine.dispose()
    raise TimeoutError("checks did not finish")
