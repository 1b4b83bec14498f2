"""Records made and reviewed without a network: what a household's file is gathered from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask

from server import clock
from server.accounts.actor import Actor, actor
from server.attachments import store
from server.config import current
from server.intake.receive import receive
from server.registers.models import Entity
from server.review.decide import Word, decide
from server.review.queue import seen_of
from server.submissions.incoming import Incoming, NamedFile
from server.submissions.models import ReviewState
from tests.forms.instances import compiled, member, new_id, register_xml, visit_xml
from tests.household_file.households import Pictures, id_number
from tests.making import SANLI, TOWN, a_person, looking, publish_forms, writing

__all__ = ["Office", "member", "new_id", "visit_xml"]


@dataclass
class Office:
    """A cadre who records and a reviewer who decides, on one application."""

    app: Flask
    cadre: Actor = field(init=False)
    reviewer: Actor = field(init=False)
    pictures: Pictures = field(default_factory=Pictures)
    _damaged: dict[str, dict[str, object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        publish_forms(self.app)
        self.cadre = self.somebody("first_secretary", SANLI, "李明远")
        self.reviewer = self.somebody("town_reviewer", TOWN, "赵国强")

    def somebody(self, role: str, area: str, name: str) -> Actor:
        person = a_person(self.app, role, area, name=name)
        with looking(self.app) as session:
            return actor(session, person, clock.today())

    def send(
        self,
        form_id: str,
        instance_id: str,
        xml: str,
        *,
        files: Sequence[NamedFile] = (),
        by: Actor | None = None,
        replaces: str | None = None,
        now: datetime | None = None,
    ) -> str:
        """Take one filled form in, as if a phone had sent it."""
        author, now = by or self.cadre, now or clock.now()
        incoming = Incoming(
            instance_id=instance_id,
            form_id=form_id,
            form_version=compiled(form_id).definition.version,
            xml=xml,
            recorded_at=now,
            person_id=author.person_id,
            attachments=tuple(files),
            deprecated_id=replaces,
        )
        with writing(self.app) as session:
            outcome = receive(session, [incoming], author, now).outcomes[0]
        assert outcome.fate == "stored", outcome
        return instance_id

    def register(self, *names: str, **answers: Any) -> tuple[str, str]:
        """A new household with these people; returns (household id, instance id)."""
        household, instance = new_id(), new_id()
        people = [
            member(
                id_number(f"19{50 + number}0315", 1 + number),
                name=name,
                relation="02" if number == 0 else "10" if number == 1 else "20",
            )
            for number, name in enumerate(names)
        ]
        xml = register_xml(household, instance_id=instance, members=people, **answers)
        return household, self.send("household_register", instance, xml)

    def visit(self, household: str, *, photos: Sequence[str] = (), **answers: str) -> str:
        """A visit; its photos are named, arrived only after `arrive`."""
        instance = new_id()
        rows = [{"photo": name, "photo_caption": name[:-4]} for name in photos]
        files = [self.named(name) for name in photos]
        if signature := answers.get("signature_household"):
            files.append(self.named(signature))
        xml = visit_xml(household, instance_id=instance, photos=rows, **answers)
        return self.send("visit", instance, xml, files=files)

    def named(self, name: str) -> NamedFile:
        content = name.encode()
        return NamedFile(name, self.pictures.keep(content), len(content), "image/jpeg")

    def arrive(self, name: str, content: bytes) -> None:
        """The file of a name has been uploaded; its thumbnail is `content`."""
        with self.app.app_context():
            path = store.path_of(current().files, self.named(name).sha256, "thumb")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def damage(self, household: str) -> None:
        """What is kept of a household cannot be read any more, until it is mended."""
        with writing(self.app) as session:
            entity = session.get_one(Entity, household)
            self._damaged[household] = entity.live
            entity.live = {"units": "damaged"}

    def mend(self, household: str) -> None:
        """What was damaged is as it was."""
        with writing(self.app) as session:
            session.get_one(Entity, household).live = self._damaged.pop(household)

    def decide(self, instance_id: str, word: Word = "approve", *remarks: str) -> None:
        """The township decides about a record."""
        with writing(self.app) as session:
            state = session.get_one(ReviewState, instance_id)
            said = [(None, remark) for remark in remarks]
            decide(session, self.reviewer, instance_id, word, said, seen_of(state), clock.now())
