"""The demo town as the database knows it: each story takes households that no other has touched."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bench.instance import Instance
from tests.browser.serving import rows

SANLI = "370321110217"


@dataclass(frozen=True)
class Member:
    """One person of a household."""

    id: str
    name: str
    relation: str
    id_number: str


@dataclass(frozen=True)
class Household:
    """One household, its head first among the members."""

    id: str
    number: str
    head: str
    members: tuple[Member, ...]


class Town:
    """Gives out the households of 三里村, the larger ones first, and whole other villages."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._free = self.households(SANLI)
        found = rows(instance, "select distinct area from household_rows order by area desc")
        self._villages = [str(area) for (area,) in found if area != SANLI]

    def household(self) -> Household:
        """A household that no story has had yet."""
        return self._free.pop(0)

    def village(self) -> str:
        """A village that no story has had yet."""
        return self._villages.pop(0)

    def households(self, area: str) -> list[Household]:
        """The households of a village, those of two to five people first."""
        found = rows(
            self.instance,
            "select household_id, household_no, head_name from household_rows"
            " where area = ? and family_size > 0"
            " order by family_size not between 2 and 5, household_no",
            area,
        )
        return [self._read(*row) for row in found]

    def household_of(self, head: str) -> Household:
        """The household of somebody by name, wherever it is."""
        found = rows(
            self.instance,
            "select household_id, household_no, head_name from household_rows where head_name = ?",
            head,
        )
        return self._read(*found[0])

    def value(self, entity_id: str, unit: str) -> object:
        """What the live register says of one unit, or None."""
        live = self._live(entity_id)
        return live["units"].get(unit, [None])[0]

    def disputed(self, entity_id: str) -> dict[str, list[object]]:
        """The disputed units of an entity with their values."""
        found = self._live(entity_id)["disputed"]
        return {unit: [one["value"] for one in values] for unit, values in found.items()}

    def submissions(self, household_id: str) -> list[tuple[str, str]]:
        """Form and id of what phones sent about a household, in the order of arrival."""
        found = rows(
            self.instance,
            "select form_id, instance_id from submissions"
            " where household_id = ? and source = 'phone' order by received_at",
            household_id,
        )
        return [(form, instance) for form, instance in found]

    def photos(self, instance_id: str) -> list[tuple[str, bytes]]:
        """Media type and content of what was uploaded with a submission."""
        found = rows(
            self.instance,
            "select sha256, media_type from submission_attachments where instance_id = ?"
            " order by name",
            instance_id,
        )
        files = {path.stem: path for path in self.instance.folder.rglob("*") if path.is_file()}
        return [(kind, files[sha256].read_bytes()) for sha256, kind in found]

    def _live(self, entity_id: str) -> dict[str, dict[str, list[dict[str, object]]]]:
        found = rows(self.instance, "select live from entities where id = ?", entity_id)
        live: dict[str, dict[str, list[dict[str, object]]]] = json.loads(found[0][0])
        return live

    def _read(self, household_id: str, number: str, head: str) -> Household:
        found = rows(
            self.instance,
            "select id, live from entities where register = 'persons' and household_id = ?",
            household_id,
        )
        members = [
            Member(id_, *(units[name][0] for name in ("person_name", "relation", "id_number")))
            for id_, units in ((id_, json.loads(live)["units"]) for id_, live in found)
        ]
        members.sort(key=lambda one: (one.name != head, one.relation, one.name))
        return Household(household_id, number, head, tuple(members))
