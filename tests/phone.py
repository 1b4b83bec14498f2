"""A phone in Python for tests: holds the rows it pulled and pushes filled forms over HTTP."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient

from server import clock
from tests.forms.instances import compiled, new_id
from tests.making import SignedInDevice


@dataclass
class Phone:
    """What one signed-in phone knows; nothing is sent or fetched unless asked."""

    client: FlaskClient
    device: SignedInDevice
    cursor: str = ""
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def pull(self) -> list[dict[str, Any]]:
        """Fetch what changed, apply it, and return the changes."""
        changes: list[dict[str, Any]] = []
        more = True
        while more:
            page = self._get("pull", cursor=self.cursor)
            changes += page["changes"]
            self.cursor, more = page["cursor"], page["more"]
        for row in changes:
            if row["gone"]:
                self.rows.pop((row["kind"], row["id"]), None)
            else:
                self.rows[(row["kind"], row["id"])] = row
        return changes

    def shown(self, *entities: str) -> dict[str, Any]:
        """What a form shows of some entities, copied from the rows that the phone holds."""
        found: dict[str, Any] = {}
        for (_, entity), row in self.rows.items():
            if entity in entities and "units" in row:
                found[entity] = {"heads": row["heads"], "values": row["units"]}
        return found

    def value(self, entity: str, unit: str, kind: str = "households") -> object:
        """One value as this phone shows it."""
        return self.rows[(kind, entity)]["units"][unit][0]

    def submission(self, form_id: str, xml: str, instance_id: str, **more: Any) -> dict[str, Any]:
        """A submission as this phone would send it."""
        return {
            "instance_id": instance_id,
            "form_id": form_id,
            "form_version": more.get("form_version") or compiled(form_id).definition.version,
            "xml": xml,
            "recorded_at": clock.now().isoformat(),
            "shown": {},
            "confirmed": [],
            "attachments": [],
            "deprecated_id": None,
        } | more

    def push(self, *submissions: Mapping[str, Any]) -> dict[str, Any]:
        """Send submissions in one request and return the whole answer."""
        body = {
            "device": self.device.id,
            "sent_at": clock.now().isoformat(),
            "submissions": list(submissions),
        }
        response = self.client.post(
            "/api/v1/sync/push",
            data=gzip.compress(json.dumps(body).encode()),
            headers={
                **self.device.headers,
                "Content-Encoding": "gzip",
                "Content-Type": "application/json",
            },
        )
        assert response.status_code == 200, response.get_data(as_text=True)
        answer: dict[str, Any] = response.get_json()
        return answer

    def send(self, form_id: str, xml_of: Any, **more: Any) -> tuple[str, str]:
        """Send one filled form; returns its id and its outcome.

        xml_of: called with the new instance id, returns the XML.
        """
        instance_id = new_id()
        answer = self.push(self.submission(form_id, xml_of(instance_id), instance_id, **more))
        return instance_id, answer["outcomes"][0]["outcome"]

    def _get(self, path: str, **arguments: str) -> dict[str, Any]:
        response = self.client.get(
            f"/api/v1/sync/{path}", query_string=arguments, headers=self.device.headers
        )
        assert response.status_code == 200, response.get_data(as_text=True)
        answer: dict[str, Any] = response.get_json()
        return answer
