"""A client of this field in Python: it converses as ODK Collect does, and counts versions so."""

from __future__ import annotations

import base64
import csv
import io
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from tests.forms.instances import new_id
from tests.making import PASSWORD, username_of

LISTS = "{http://openrosa.org/xforms/xformsList}"
MANIFESTS = "{http://openrosa.org/xforms/xformsManifest}"


@dataclass
class Local:
    """An entity as the client holds it (Collect's entities database)."""

    facts: dict[str, str]
    version: int
    trunk: str
    branch: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Collect:
    """One person's client."""

    client: FlaskClient
    person_id: str
    password: str = PASSWORD
    held: dict[str, Local] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        name = username_of(self.client.application, self.person_id)
        said = base64.b64encode(f"{name}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {said}", "X-OpenRosa-Version": "1.0"}

    def get(self, address: str) -> TestResponse:
        return self.client.get(re.sub(r"^https?://[^/]+", "", address), headers=self.headers)

    def forms(self) -> dict[str, dict[str, str]]:
        """The form list: form id -> what it says."""
        answer = self.get("/openrosa/formList")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        root = etree.fromstring(answer.get_data())
        found = [{child.tag.removeprefix(LISTS): child.text or "" for child in x} for x in root]
        return {one["formID"]: one for one in found}

    def fetch(self, form_id: str) -> None:
        """Fetch a form's lists; what comes from the server takes the place of older versions."""
        for name, content in self.files(form_id).items():
            if name not in ("households.csv", "persons.csv"):
                continue
            for row in csv.DictReader(io.StringIO(content.decode())):
                held = self.held.get(row["name"])
                if held is None or held.version <= int(row["__version"]):
                    facts = {k: v for k, v in row.items() if not k.startswith("__")}
                    version = int(row["__version"])
                    self.held[row["name"]] = Local(facts, version, str(version))

    def files(self, form_id: str) -> dict[str, bytes]:
        """The files of a form's manifest, by name."""
        root = etree.fromstring(self.get(self.forms()[form_id]["manifestUrl"]).get_data())
        found = {}
        for one in root:
            said = {child.tag.removeprefix(MANIFESTS): child.text or "" for child in one}
            found[said["filename"]] = self.get(said["downloadUrl"]).get_data()
        return found

    def entity(self, register: str, entity_id: str, **facts: str) -> str:
        """The entity element of a form that updates one, and the client's own bookkeeping."""
        held = self.held[entity_id]
        element = (
            f'<entity dataset="{register}" id="{entity_id}" update="1"'
            f' baseVersion="{held.version}" trunkVersion="{held.trunk}"'
            f' branchId="{held.branch}"/>'
        )
        held.facts |= facts
        held.version += 1
        return element

    def head(self) -> TestResponse:
        return self.client.head("/openrosa/submission", headers=self.headers)

    def send(
        self, xml: str | bytes, files: Mapping[str, bytes] | None = None, **headers: str
    ) -> TestResponse:
        """One request with the form and some of its files."""
        content = xml.encode() if isinstance(xml, str) else xml
        data: dict[str, Any] = {
            "xml_submission_file": (io.BytesIO(content), "submission.xml", "text/xml")
        }
        for name, body in (files or {}).items():
            data[name] = (io.BytesIO(body), name, "image/jpeg")
        return self.client.post(
            "/openrosa/submission",
            data=data,
            content_type="multipart/form-data",
            headers={**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}},
        )


def said(answer: TestResponse) -> str:
    """The message of an answer."""
    root = etree.fromstring(answer.get_data())
    assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
    return "".join(str(text) for text in root.itertext())


def with_entity(xml: str, element: str) -> str:
    """A filled form with the entity element that the client writes into its meta block."""
    return xml.replace("<meta>", f"<meta>{element}", 1)


CONTACT = """
| survey |
| | type | name | label | required | appearance | save_to |
| | start | start | | | | |
| | hidden | hh_uuid | | | | |
| | date | event_date | 日期 | yes | | |
| | text | phone | 联系电话 | | | households#phone |
| | text | group_name | 村民小组 | | | households#group_name |
| | select_multiple welfare | welfare | 救助 | | | households#welfare |
| | select_one yn | food_ok | 不愁吃 | | | households#food_ok |

| choices |
| | list_name | name | label |
| | welfare | dibao | 低保 |
| | welfare | disabled_household | 贫困残疾人家庭 |
| | yn | yes | 是 |
| | yn | no | 否 |

| entities |
| | list_name | entity_id |
| | households | ${hh_uuid} |

| settings |
| | form_title | form_id | version | kind | subject |
| | 联系方式 | contact | 2026112201 | contact | household |
"""
CONTACT_VERSION = "2026112201"


def contact_xml(
    household: str,
    entity: str = "",
    *,
    instance_id: str | None = None,
    deprecated_id: str | None = None,
    event_date: str = "2026-11-20",
    **answers: str,
) -> str:
    """A filled `contact` form."""
    given = {"hh_uuid": household, "event_date": event_date, **answers}
    fields = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in given.items())
    meta = f"<instanceID>uuid:{instance_id or new_id()}</instanceID>"
    if deprecated_id:
        meta += f"<deprecatedID>uuid:{deprecated_id}</deprecatedID>"
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="contact" version="{CONTACT_VERSION}">'
        f"{fields}<meta>{entity}{meta}</meta></data>"
    )
