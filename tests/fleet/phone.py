"""A model phone: what it keeps, what it shows, and how it speaks with the server.

It follows `pwa/src`: `device/outbox.ts`, `device/overlay.ts`, `sync/push.ts`, `sync/pull.ts`,
`sync/synchronize.ts`. It takes everything by pulling, as a phone with few households may; the
first-sync files have tests of their own. Nothing is sent or fetched unless it is told to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from werkzeug.test import TestResponse

from server import clock
from tests.carry.writing import carried
from tests.fleet.doorstep import ON_APPROVAL, Form, Units, View
from tests.fleet.people import Somebody
from tests.fleet.server import Server
from tests.making import PASSWORD, SignedInDevice

#: What becomes of one request.
Fate = Literal["arrives", "lost", "reply lost", "twice"]
Row = dict[str, Any]


@dataclass
class Draft:
    """A form that is open; what was shown is frozen since it was opened."""

    instance_id: str
    form: Form
    shown: dict[str, Any]
    area: str
    confirmed: list[str] = field(default_factory=list)
    corrects: str | None = None


@dataclass
class Item:
    """A finished record, waiting or sent; `body` is what goes over the wire."""

    body: dict[str, Any]
    form: Form
    area: str
    sequence: int
    number: int | None = None
    reached: bool = False

    @property
    def id(self) -> str:
        return str(self.body["instance_id"])


class Offline(Exception):
    """The request, or its answer, was lost on the way."""


class SignedOut(Exception):
    """The server does not know this phone any more."""


class NotAllowed(Exception):
    """The holder has no role that lets him read."""


class TooOld(Exception):
    """The epoch or the scope changed: take everything anew."""


class Phone:
    """One phone in one person's hand."""

    def __init__(self, server: Server, holder: Somebody, name: str) -> None:
        self.server, self.holder, self.name = server, holder, name
        self.clock_off = timedelta()
        self.versions = {"doorstep": 0, "visit": 0}
        self.begun = 0
        self.wipe()

    def wipe(self) -> None:
        """The browser's storage is gone, or the app was installed anew."""
        self.token = ""
        self.device = ""
        self.person = ""
        self.carry_key: dict[str, str] = {}
        self.drafts: list[Draft] = []
        self.outbox: dict[str, Item] = {}
        self.sent: dict[str, Item] = {}
        self.rows: dict[tuple[str, str, str], Row] = {}
        self.areas: set[str] = set()
        self.cursor: str | None = None
        self.epoch = ""
        self.reached = 0
        self.begun += 1
        self._sequence = 0

    def twin(self) -> Phone:
        """The same phone with the same memory, for another history."""
        other = Phone(self.server, self.holder, self.name)
        kept = {name: value for name, value in vars(self).items() if name != "server"}
        vars(other).update(deepcopy(kept))
        return other

    def update_app(self) -> None:
        """A new version of the app reads what the old one kept."""
        self.rows = {key: json.loads(json.dumps(row)) for key, row in self.rows.items()}
        self.drafts = deepcopy(self.drafts)
        self.outbox, self.sent = deepcopy(self.outbox), deepcopy(self.sent)

    @property
    def now(self) -> datetime:
        """What this phone believes the time to be."""
        return clock.now() + self.clock_off

    @property
    def today(self) -> date:
        """What this phone believes the day to be."""
        return clock.local(self.now).date()

    def lacking(self, stored: set[str]) -> bool:
        """Whether it holds something that the server, restored since, does not have."""
        return not stored >= self.sent.keys()

    # What it shows

    def view(self, entity: str) -> View | None:
        """One entity: the server's row with this phone's own unsent answers over it."""
        row = self.row_of(entity)
        own = [item for item in self._laid() if entity in item.form.units()]
        if row is None and not own:
            return None
        register = row["kind"] if row else _register(own[0], entity)
        view = View(entity, register, fresh=row is None)
        if row:
            for unit, (value, indexes) in row["units"].items():
                view.units[unit] = value
                view.heads[unit] = [row["heads"][index] for index in indexes]
        for item in own:
            self._lay(view, item)
        return view

    def row_of(self, entity: str) -> Row | None:
        """The newest row of a household or person, from whichever village."""
        found = [
            row
            for (_, kind, name), row in self.rows.items()
            if name == entity and kind in ("households", "persons")
        ]
        return max(found, key=lambda row: row["number"], default=None)

    def households(self) -> list[str]:
        """The households that it shows, its own new ones included."""
        rows = {name for (_, kind, name) in self.rows if kind == "households"}
        return sorted(rows | {item.form.household for item in self._laid()})

    def members(self, household: str) -> list[View]:
        """The persons that it shows in a household."""
        ids = {name for (_, kind, name) in self.rows if kind == "persons"}
        ids |= {person for item in self._laid() for person in item.form.people}
        found = [view for name in sorted(ids) if (view := self.view(name))]
        return [view for view in found if view.units.get("household") == household]

    def state_of(self, instance_id: str) -> str | None:
        """What it shows of the fate of a record."""
        found = [row for (_, _, name), row in self.rows.items() if name == instance_id]
        return found[0]["state"] if found else None

    def _laid(self) -> list[Item]:
        unreached = [item for item in self.sent.values() if not item.reached]
        return sorted([*unreached, *self.outbox.values()], key=lambda item: item.sequence)

    def _lay(self, view: View, item: Item) -> None:
        for unit, value in writes(item, view.id).items():
            if view.fresh or unit not in ON_APPROVAL:
                view.units[unit] = value
                view.heads[unit] = [item.id]

    # Recording

    def finish(self, draft: Draft) -> Item:
        """Put a finished draft into the outbox."""
        self.drafts.remove(draft)
        self._sequence += 1
        body = {
            "instance_id": draft.instance_id,
            "form_id": draft.form.form_id,
            "form_version": draft.form.version,
            "xml": draft.form.xml(draft.instance_id, draft.corrects),
            "recorded_at": self.now.isoformat(),
            "shown": draft.shown,
            "confirmed": sorted(draft.confirmed),
            "attachments": [],
            "deprecated_id": draft.corrects,
        }
        item = Item(body, draft.form, draft.area, self._sequence)
        self.outbox[item.id] = item
        return item

    def carry_file(self) -> bytes:
        """Everything unsent in one encrypted file, to be carried by hand."""
        me = SignedInDevice(self.device, self.token, self.person)
        return carried(me, self.carry_key, [item.body for item in self.outbox.values()])

    # Speaking with the server

    def sign_in(self) -> None:
        """The holder signs in; the outbox stays."""
        body = {"username": self.holder.name, "password": PASSWORD, "device_name": self.name}
        response = self.server.client.post("/api/v1/devices", json=body)
        assert response.status_code == 201, response.get_data(as_text=True)
        answer = response.get_json()
        self.token, self.device = answer["token"], answer["device"]["id"]
        self.person, self.carry_key = answer["person"]["id"], answer["carry_key"]
        self._note_areas(answer)

    def push(self, ids: Sequence[str], fate: Fate = "arrives") -> dict[str, str]:
        """Send some records in one request; returns the outcomes that came back."""
        items = [self.outbox[one] for one in ids]
        sent_at = self.now.isoformat()
        body = {"device": self.device, "sent_at": sent_at, "submissions": [i.body for i in items]}
        answer = self._ask("POST", "/sync/push", fate, json=body)
        outcomes: dict[str, str] = {}
        for one in answer["outcomes"]:
            outcomes[one["instance_id"]] = one["outcome"]
            if one["outcome"] != "retry" and one["instance_id"] in self.outbox:
                item = self.outbox.pop(one["instance_id"])
                item.number, item.reached = one.get("number", answer["number"]), False
                self.sent[item.id] = item
        return outcomes

    def pull(self, limit: int = 500, pages: int = 1000) -> None:
        """Fetch pages until nothing more comes, or the line breaks after some pages.

        Raises TooOld as the server says it.
        """
        before = [item.id for item in self.sent.values() if not item.reached]
        for page in range(pages):
            fate: Fate = "lost" if page == pages - 1 and pages < 1000 else "arrives"
            path = f"/sync/pull?limit={limit}&cursor={self.cursor or ''}"
            if not self._take_page(self._ask("GET", path, fate)):
                break
            self._mark_reached(
                [i.id for i in self.sent.values() if i.number and i.number <= self.reached]
            )
        self._mark_reached(before)

    def begin_anew(self) -> None:
        """Forget the rows and the cursor, and put into the outbox what the server no longer has."""
        self._note_areas(self._ask("GET", "/devices/me"))
        self.rows, self.cursor, self.reached = {}, "", 0
        self.begun += 1
        self.offer_again()

    def offer_again(self) -> None:
        """What the server no longer has goes back into the outbox."""
        if self.sent:
            asked = {"instance_ids": sorted(self.sent)}
            for name in self._ask("POST", "/sync/known", json=asked)["missing"]:
                self.outbox[name] = self.sent.pop(name)

    def synchronize(self) -> None:
        """The whole round, as the app does it; signs in again when it has to."""
        if not self.token:
            self.sign_in()
        try:
            self._round()
        except SignedOut:
            self.sign_in()
            self._round()

    def _round(self) -> None:
        self._push_all()
        try:
            self._fetch()
        except NotAllowed:
            # He is not told of a new epoch, and the server may have lost his records all the same.
            self.rows, self.cursor = {}, None
            self.offer_again()
            self._push_all()

    def _fetch(self) -> None:
        if self.cursor is not None:
            with suppress(TooOld):
                self.pull()
                return
        self.begin_anew()
        self._push_all()
        self.pull()

    def _push_all(self) -> None:
        if self.outbox:
            self.push(sorted(self.outbox, key=lambda one: self.outbox[one].sequence))

    def _take_page(self, page: dict[str, Any]) -> bool:
        numbers = [row["number"] for row in page["changes"]]
        assert numbers == sorted(set(numbers)), f"numbers of a page grow: {numbers}"
        for row in page["changes"]:
            key = row["area"], row["kind"], row["id"]
            if row["kind"] in ("form", "policy"):
                continue
            if key in self.rows and self.rows[key]["number"] > row["number"]:
                continue
            if row["gone"]:
                self.rows.pop(key, None)
            else:
                self.rows[key] = row
        self.cursor, self.epoch = page["cursor"], page["epoch"]
        self.reached = max([self.reached, *numbers])
        return bool(page["more"])

    def _mark_reached(self, ids: Sequence[str]) -> None:
        for one in ids:
            if one in self.sent:
                self.sent[one].reached = True

    def _note_areas(self, profile: dict[str, Any]) -> None:
        self.areas = {area["code"] for area in profile["areas"] if area["level"] == "village"}

    def _ask(self, method: str, path: str, fate: Fate = "arrives", **body: Any) -> dict[str, Any]:
        """One request over an uncertain line. Raises Offline, SignedOut, NotAllowed or TooOld."""
        if fate == "lost":
            raise Offline
        send: Callable[[], TestResponse] = lambda: self.server.client.open(  # noqa: E731
            f"/api/v1{path}",
            method=method,
            headers={"Authorization": f"Bearer {self.token}"},
            **body,
        )
        response = send()
        if fate == "twice":
            response = send()
        if response.status_code == 401:
            raise SignedOut
        if response.status_code == 403:
            raise NotAllowed
        if response.status_code == 410:
            raise TooOld
        assert response.status_code == 200, (path, response.get_data(as_text=True))
        if fate == "reply lost":
            raise Offline
        answer: dict[str, Any] = response.get_json()
        return answer


def writes(item: Item, entity: str) -> Units:
    """The units of an entity that a record writes, as the phone reckons (`overlay.ts`)."""
    shown = item.body["shown"].get(entity, {}).get("values", {})
    said = item.form.units().get(entity, {})
    answered = {unit.partition("/")[0] for unit in said if "/" in unit}
    for unit, (value, _) in shown.items():
        name, _, choice = unit.partition("/")
        if choice and name in answered and value == "1" and unit not in said:
            said[unit] = "0"
    confirmed = set(item.body["confirmed"])
    return {
        unit: value
        for unit, value in said.items()
        if not _same(value, _shown_value(shown, unit))
        or confirmed & {f"{entity}/{unit}", f"{entity}/{unit.partition('/')[0]}"}
    }


def _shown_value(shown: dict[str, Any], unit: str) -> object:
    if unit in shown:
        return shown[unit][0]
    return "0" if unit.partition("/")[0] in shown else None


def _same(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return {k: v for k, v in one.items() if v} == {k: v for k, v in other.items() if v}
    return one == other


def _register(item: Item, entity: str) -> str:
    return "households" if item.form.household == entity else "persons"
