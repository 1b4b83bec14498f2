"""What may happen to a fleet, drawn at random, with the invariants after every step and at rest."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Sequence
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TypeVar, cast

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from server.review.decide import Word
from tests.fleet import office, truth
from tests.fleet.causality import nothing_was_replaced_unseen
from tests.fleet.doorstep import VISIT, Form, View
from tests.fleet.ledger import Ledger
from tests.fleet.people import BOB, RECORDERS, REVIEWERS, Somebody, move
from tests.fleet.phone import Draft, Fate, NotAllowed, Offline, Phone, SignedOut, TooOld
from tests.fleet.server import VERSIONS, Server
from tests.fleet.story import Story
from tests.making import SANLI, TOWN, YIJIA
from tests.roster.making_rosters import HEAD_ID, SON_ID, WIFE_ID

T = TypeVar("T")

#: What people answer; few values, so that they meet.
ANSWERS = {
    "phone": ("13900000001", "13900000002", "13900000003"),
    "food_ok": ("yes", "no"),
    "clothes_ok": ("yes", "no"),
    "housing_ok": ("ok", "dangerous"),
    "helper_name": ("王芳", "李强"),
    "helper_phone": ("13800000001", "13800000002"),
    "fuel": ("electric", "gas", "electric gas", "coal firewood", "electric coal gas"),
    "household_type": ("ordinary", "monitored_edge", "moved_away"),
    "village_code": (SANLI, SANLI, YIJIA),
    "person_name": ("杨洪涛", "陈雪莲", "杨晨"),
    "id_number": (HEAD_ID, WIFE_ID, SON_ID),
    "health_status": ("healthy", "chronic", "serious", "chronic serious"),
    "member_status": ("in", "removed"),
}
CLOCKS = [timedelta()] * 3 + [
    timedelta(hours=5),
    timedelta(days=3),
    timedelta(days=-3),
    timedelta(days=3653),
    timedelta(days=-3653),
]
FATES: list[Fate] = ["arrives", "arrives", "arrives", "lost", "reply lost", "twice"]
PICKS = st.integers(0, 2**16)
#: What a step draws for itself, by its seed.
CHANCES = st.integers(0, 2**32).map(Random)


class Fleet(RuleBasedStateMachine):
    """One history. `server` and `first`, the phones, are set by the test that runs it."""

    server: Server
    first: Sequence[Phone]
    #: How many came to rest with everything as it has to be.
    histories = 0

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.ledger = Ledger()
        self.numbers = truth.Numbers()
        self.phones: list[Phone] = []
        self.backups: list[Path] = []
        self.files: dict[Path, list[str]] = {}
        self.judged: object = None

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.server.begin_anew()
        self.server.ids.seed(seed)
        self.phones = [phone.twin() for phone in self.first]
        for phone in self.phones:
            for item in phone.sent.values():
                self.ledger.finished(phone, item.body)
                self.ledger.acknowledged.add(item.id)
        first = self.phones[0].households()[0]
        home = self.story.name(first, "entity")
        self._tell("Everybody", f"begins with {home} on the phone (ids of {seed})")

    # Recording

    @rule(who=PICKS, chance=CHANCES)
    def register_household(self, who: int, chance: Random) -> None:
        self._register(self.phones[who % len(self.phones)], chance)

    @rule(who=PICKS, which=PICKS, chance=CHANCES)
    def open_form(self, who: int, which: int, chance: Random) -> None:
        phone = self.phones[who % len(self.phones)]
        household = _one(phone.households(), which)
        if household is None:
            return
        draft = self._open(phone, household, chance)
        phone.drafts.append(draft)
        self._tell(phone.name, f"opens {self._draft(draft)}")

    @rule(who=PICKS, which=PICKS, chance=CHANCES)
    def edit_draft(self, who: int, which: int, chance: Random) -> None:
        phone = self.phones[who % len(self.phones)]
        draft = _one(phone.drafts, which)
        if draft is None:
            return
        said = _answer(draft.form, chance)
        self._tell(phone.name, f"writes {said} into {self.story.name(draft.instance_id)}")

    @rule(who=PICKS, which=PICKS)
    def finish_draft(self, who: int, which: int) -> None:
        phone = self.phones[who % len(self.phones)]
        draft = _one(phone.drafts, which)
        if draft is not None:
            self._finish(phone, draft)

    @rule(who=PICKS, which=PICKS, chance=CHANCES)
    def record_at_once(self, who: int, which: int, chance: Random) -> None:
        phone = self.phones[who % len(self.phones)]
        household = _one(phone.households(), which)
        if household is None:
            return
        draft = self._open(phone, household, chance)
        phone.drafts.append(draft)
        said = _answer(draft.form, chance)
        self._tell(phone.name, f"opens {self._draft(draft)} and writes {said}")
        self._finish(phone, draft)

    @rule(who=PICKS, which=PICKS, chance=CHANCES)
    def record_and_send(self, who: int, which: int, chance: Random) -> None:
        """A usual day: fetch, record, send."""
        self.synchronize(who)
        self.record_at_once(who, which, chance)
        self.synchronize(who)

    @rule(who=PICKS, which=PICKS, chance=CHANCES)
    def correct(self, who: int, which: int, chance: Random) -> None:
        phone = self.phones[who % len(self.phones)]
        sent = _one(sorted(phone.sent), which)
        if sent is None:
            return
        item = phone.sent[sent]
        draft = Draft(
            instance_id=self._id(),
            form=deepcopy(item.form),
            shown=item.body["shown"],
            area=item.area,
            confirmed=list(item.body["confirmed"]),
            corrects=item.id,
        )
        phone.drafts.append(draft)
        said = _answer(draft.form, chance)
        correction = self.story.name(draft.instance_id)
        self._tell(phone.name, f"corrects {self.story.name(sent)} by {correction}: {said}")
        self._finish(phone, draft)

    # Sending and fetching

    @rule(who=PICKS, chance=CHANCES, fate=st.sampled_from(FATES))
    def push(self, who: int, chance: Random, fate: Fate) -> None:
        phone = self.phones[who % len(self.phones)]
        if not phone.outbox or not phone.token:
            return
        ids = sorted(phone.outbox)
        chance.shuffle(ids)
        some = ids[: chance.randint(1, len(ids))]
        self._tell(phone.name, f"sends {self.story.names(some)}: {fate}")
        try:
            outcomes = phone.push(some, fate)
        except Offline:
            return
        except SignedOut:
            phone.token = ""
            return
        self.ledger.told(outcomes)
        odd = {k: v for k, v in outcomes.items() if v != "stored"}
        if odd:
            self._tell("server", ", ".join(f"{self.story.name(k)} is {v}" for k, v in odd.items()))

    @rule(who=PICKS, limit=st.sampled_from([1, 3, 500]), pages=st.sampled_from([1, 2, 1000]))
    def pull(self, who: int, limit: int, pages: int) -> None:
        phone = self.phones[who % len(self.phones)]
        if not phone.token or phone.cursor is None:
            return
        self._tell(
            phone.name, f"pulls {'all' if pages == 1000 else f'{pages - 1} pages of {limit}'}"
        )
        try:
            phone.pull(limit, pages)
        except Offline:
            return
        except SignedOut:
            phone.token = ""
        except (TooOld, NotAllowed) as refused:
            self._tell(phone.name, f"is refused: {type(refused).__name__}")
            phone.cursor = None
        else:
            truth.phone_shows_the_registers(self.server.app, phone)

    @rule(who=PICKS)
    def synchronize(self, who: int) -> None:
        phone = self.phones[who % len(self.phones)]
        self._tell(phone.name, "synchronises")
        self._synchronize(phone)

    # What happens to phones

    @rule(who=PICKS)
    def wipe(self, who: int) -> None:
        phone = self.phones[who % len(self.phones)]
        others = [other for other in self.phones if other is not phone]
        self.ledger.wiped(phone, others, self._carried() | truth.on_server(self.server.app))
        self._tell(phone.name, f"is wiped, with {self.story.names(phone.outbox)} unsent")
        phone.wipe()

    @rule(who=PICKS)
    def update_app(self, who: int) -> None:
        phone = self.phones[who % len(self.phones)]
        phone.update_app()
        phone.versions = dict.fromkeys(VERSIONS, 1)
        self._tell(phone.name, "gets a new app and the new forms")

    @rule(who=PICKS, off=st.sampled_from(CLOCKS), hours=st.sampled_from([1, 20]))
    def time_passes(self, who: int, off: timedelta, hours: int) -> None:
        phone = self.phones[who % len(self.phones)]
        phone.clock_off = off
        self.server.wait(hours=hours)
        self._tell(phone.name, f"has a clock that is off by {off}; {hours} hours pass")

    @rule(who=st.sampled_from(RECORDERS), area=st.sampled_from([SANLI, YIJIA, TOWN, None]))
    def change_area(self, who: Somebody, area: str | None) -> None:
        move(self.server.app, who, area)
        self._tell(who.name, f"works in {area} from now on")

    # The township

    @rule(
        who=st.sampled_from(REVIEWERS),
        which=PICKS,
        word=st.sampled_from(["approve", "approve", "return", "reject"]),
    )
    def decide(self, who: Somebody, which: int, word: str) -> None:
        record = _one(office.reviewable(self.server.app), which)
        if record is not None:
            done = office.decision(self.server.app, who, record, cast("Word", word))
            self._tell(who.name, f"{word}s {self.story.name(record)}: {done}")

    @rule(who=st.sampled_from(REVIEWERS), which=PICKS)
    def undo(self, who: Somebody, which: int) -> None:
        record = _one(office.reviewable(self.server.app), which)
        if record is not None:
            done = office.taking_back(self.server.app, who, record)
            self._tell(who.name, f"takes back the decision on {self.story.name(record)}: {done}")

    @rule(who=st.sampled_from(REVIEWERS), which=PICKS, side=PICKS)
    def settle(self, who: Somebody, which: int, side: int) -> None:
        dispute = _one(office.disputes(self.server.app), which)
        if dispute is not None:
            said = office.settling(self.server.app, who, *dispute, side)
            entity, unit = dispute
            self._tell(who.name, f"settles {unit} of {self.story.name(entity, 'entity')}: {said}")

    @rule(who=st.sampled_from(REVIEWERS), which=PICKS)
    def admit(self, who: Somebody, which: int) -> None:
        record = _one(office.set_aside(self.server.app), which)
        if record is not None:
            done = office.admitting(self.server.app, who, record)
            self._tell(who.name, f"vouches for {self.story.name(record)}: {done}")

    @rule(
        who=st.sampled_from(REVIEWERS),
        register=st.sampled_from(["households", "persons"]),
        one=PICKS,
        other=PICKS,
        are_one=st.sampled_from([True, True, False]),
        chance=CHANCES,
    )
    def join(
        self, who: Somebody, register: str, one: int, other: int, are_one: bool, chance: Random
    ) -> None:
        entities = office.known(self.server.app, register)
        if len(entities) < 2:
            return
        first = entities.pop(one % len(entities))
        second = entities[other % len(entities)]
        fate = office.joining(self.server.app, who, first, second, chance, one=are_one)
        names = self.story.names([first, second], "entity")
        self._tell(who.name, f"{'joins' if are_one else 'tells apart'} {names}: {fate}")

    @rule(who=st.sampled_from(REVIEWERS), which=PICKS)
    def turn(self, who: Somebody, which: int) -> None:
        act = _one(office.acts(self.server.app), which)
        if act is not None:
            done = office.turning(self.server.app, who, act)
            self._tell(who.name, f"turns its own {self.story.name(act, 'act')}: {done}")

    @rule(
        phone=st.sampled_from(ANSWERS["phone"]),
        name=st.sampled_from(["杨洪涛", "杨红涛"]),
        days_ago=st.integers(0, 2),
    )
    def import_roster(self, phone: str, name: str, days_ago: int) -> None:
        as_of = (self.server.now - timedelta(days=days_ago)).date()
        done = office.roster(self.server.app, REVIEWERS[0], phone, name, as_of)
        self._tell("bob", f"imports a roster of {as_of} with {phone}, {name}: {done.sentence}")

    # Disasters

    @rule(who=PICKS)
    def write_carry_file(self, who: int) -> None:
        phone = self.phones[who % len(self.phones)]
        if phone.outbox and phone.token:
            file = self.server.put(phone.carry_file())
            self.files[file] = sorted(phone.outbox)
            names = self.story.names(phone.outbox)
            self._tell(phone.name, f"writes {names} to carry file {len(self.files)}")

    @precondition(lambda self: self.files)
    @rule(which=PICKS, accept=st.booleans())
    def import_carry_file(self, which: int, accept: bool) -> None:
        number = which % len(self.files)
        said = office.importing(self.server.app, BOB, list(self.files)[number], accept=accept)
        self._tell("bob", f"imports carry file {number + 1}: {said}")

    @rule()
    def back_up(self) -> None:
        self.backups.append(self.server.back_up())
        self._tell("Server", f"is backed up ({len(self.backups)})")

    @precondition(lambda self: self.backups)
    @rule(which=PICKS, journal=st.sampled_from([True, True, False]))
    def restore(self, which: int, journal: bool) -> None:
        number = which % len(self.backups)
        self.server.restore(self.backups[number], journal=journal)
        if not journal:
            stored = truth.on_server(self.server.app)
            self.ledger.server_lost(self.phones, self._carried(), stored)
        way = "with" if journal else "without"
        self._tell("Server", f"is restored from backup {number + 1} {way} the journal")

    # What always holds

    @invariant()
    def holds(self) -> None:
        if not self.phones:
            return
        app = self.server.app
        self.ledger.office |= truth.made_by_the_office(app)
        truth.nothing_is_lost(app, self.ledger, self.phones, self._carried())
        number = self.numbers.only_grow(app, self.phones)
        if number != self.judged:
            nothing_was_replaced_unseen(app)
            self.judged = number

    def teardown(self) -> None:
        """At rest everybody has synchronised, and everything agrees; unless it broke before."""
        try:
            if self.phones and sys.exc_info()[0] is None:
                self._come_to_rest()
        finally:
            note(str(self.story))

    def _come_to_rest(self) -> None:
        app = self.server.app
        self._tell("Everybody", "comes to rest")
        for phone in self.phones:
            phone.clock_off = timedelta()
        for file in self.files:
            office.importing(app, BOB, file, accept=True)
        for phone in self.phones:
            if phone.outbox or phone.lacking(truth.on_server(app)):
                self._synchronize(phone)
        for phone in self.phones:  # the first ones see now what the last one sent
            self._synchronize(phone)
        self.holds()
        truth.everything_arrived(app, self.ledger)
        truth.registers_follow_from_the_submissions(app)
        type(self).histories += 1

    # How it is done

    def _tell(self, who: str, what: str) -> None:
        self.story.tell(who, what)
        self.server.wait(seconds=1)

    def _carried(self) -> set[str]:
        return {one for some in self.files.values() for one in some}

    def _id(self) -> str:
        return str(uuid.uuid4())

    def _synchronize(self, phone: Phone) -> None:
        waiting = set(phone.outbox)
        phone.synchronize()
        self.ledger.acknowledged |= waiting & phone.sent.keys()
        if phone.cursor is not None:
            truth.phone_shows_the_registers(self.server.app, phone)

    def _register(self, phone: Phone, chance: Random) -> None:
        village = chance.choice(sorted(phone.areas) or [SANLI])
        people = {self._id(): _person(chance) for _ in range(chance.randint(1, 2))}
        form = Form(
            form_id="doorstep",
            version=VERSIONS["doorstep"][phone.versions["doorstep"]],
            household=self._id(),
            known=False,
            event_date=_day(phone, chance),
            answers={"village_code": village, "head": min(people)} | _some(HOUSEHOLD_TOO, chance),
            people=people,
            new_people=frozenset(people),
        )
        draft = Draft(self._id(), form, {}, village)
        phone.drafts.append(draft)
        home = self.story.name(form.household, "entity")
        names = self.story.names(people, "entity")
        self._tell(phone.name, f"registers {home} with {names}, {form.answers}")
        self._finish(phone, draft)

    def _open(self, phone: Phone, household: str, chance: Random) -> Draft:
        """A form on a known household, with everything that is shown filled in."""
        home = cast("View", phone.view(household))
        shown = {household: home.shown()}
        form = Form(
            form_id=chance.choice(["doorstep", "visit"]),
            version="",
            household=household,
            known=True,
            event_date=_day(phone, chance),
            answers={},
        )
        form.version = VERSIONS[form.form_id][phone.versions[form.form_id]]
        if form.form_id == "visit":
            form.answers = {name: home.text(name) for name in VISIT}
        else:
            form.answers = {
                name: home.text(name) for name in (*HOUSEHOLD_TOO, "village_code", "head")
            }
            for person in phone.members(household):
                shown[person.id] = person.shown()
                form.people[person.id] = {name: person.text(name) for name in PERSON_TOO}
        area = home.text("village_code")
        return Draft(self._id(), form, shown, area, _confirmed(form, chance))

    def _finish(self, phone: Phone, draft: Draft) -> None:
        item = phone.finish(draft)
        self.ledger.finished(phone, item.body)
        self._tell(phone.name, f"finishes {self.story.name(item.id)}")

    def _draft(self, draft: Draft) -> str:
        home = self.story.name(draft.form.household, "entity")
        heads = sorted({head for one in draft.shown.values() for head in one["heads"]})
        return (
            f"{self.story.name(draft.instance_id)}, {draft.form.form_id} {draft.form.version} of"
            f" {draft.form.event_date} on {home}, shown {self.story.names(heads)},"
            f" confirming {len(draft.confirmed)}"
        )


HOUSEHOLD_TOO = ("phone", "food_ok", "helper_name", "helper_phone", "fuel", "household_type")
PERSON_TOO = ("person_name", "health_status", "member_status")


def _one(some: Sequence[T], which: int) -> T | None:
    return some[which % len(some)] if some else None


def _some(names: Sequence[str], chance: Random) -> dict[str, str]:
    return {name: chance.choice(ANSWERS[name]) for name in names if chance.random() < 0.6}


def _person(chance: Random) -> dict[str, str]:
    usual = {"person_name": chance.choice(ANSWERS["person_name"]), "member_status": "in"}
    return usual | _some(("id_number", "health_status"), chance)


def _day(phone: Phone, chance: Random) -> str:
    return (phone.today - timedelta(days=chance.choice([0, 0, 1, 2, -1]))).isoformat()


def _confirmed(form: Form, chance: Random) -> list[str]:
    """“均无变化” confirms the visit's checks; elsewhere single questions are confirmed."""
    names = VISIT if form.form_id == "visit" else HOUSEHOLD_TOO
    chosen = names if chance.random() < 0.3 else chance.sample(names, chance.choice([0, 0, 1]))
    units = {"helper" if name.startswith("helper") else name for name in chosen}
    return sorted(f"{form.household}/{unit}" for unit in units)


def _answer(form: Form, chance: Random) -> dict[str, str]:
    """Change one to three answers, of the household or of a member; returns them for the story."""
    said: dict[str, str] = {}
    for _ in range(chance.randint(1, 3)):
        if form.people and chance.random() < 0.4:
            person = chance.choice(sorted(form.people))
            name = chance.choice(PERSON_ANSWERS)
            value = form.people[person][name] = chance.choice(ANSWERS[name])
        else:
            name = chance.choice(VISIT if form.form_id == "visit" else HOUSEHOLD_ANSWERS)
            value = form.answers[name] = chance.choice(ANSWERS[name])
        said[name] = value
    return said


HOUSEHOLD_ANSWERS = (*HOUSEHOLD_TOO, "village_code")
PERSON_ANSWERS = (*PERSON_TOO, "id_number")
