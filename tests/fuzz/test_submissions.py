"""Hostile submissions by both doors: nothing breaks, nothing is stored half, all is answered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from urllib3.filepost import encode_multipart_formdata

from server import clock
from tests.attachments.photos import a_photo
from tests.fuzz import hostile
from tests.fuzz.conftest import Target

SHORT, LONG = 60, 2_000
CALM = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.explicit, Phase.reuse, Phase.generate),
}
ways = st.integers(0, 500)
PHOTO = a_photo(40, 30)


def push(target: Target, examples: int) -> None:
    def usual(form_id: str, xml: str) -> dict[str, Any]:
        return target.phone.submission(form_id, xml, "")

    @settings(max_examples=examples, **CALM)  # type: ignore[arg-type]
    @given(
        st.tuples(
            st.lists(hostile.submissions(target.household, usual), min_size=1, max_size=3),
            hostile.values,
            ways,
            ways,
        ).map(hostile.Sent)
    )
    def send(one: tuple[list[dict[str, Any]], Any, int, int]) -> None:
        sent, sent_at, spelling, packing = one
        moment = sent_at if spelling % 3 == 0 else clock.now().isoformat()
        body = hostile.as_json(
            {"sent_at": moment, "submissions": sent}, spelling if packing % 2 else 0
        )
        content, headers = hostile.packed(body, packing)
        with target.judge.watching() as answers:
            answers.append(
                target.phone.client.post(
                    "/api/v1/sync/push",
                    data=content,
                    headers={
                        "Content-Type": "application/json",
                        **target.phone.device.headers,
                        **headers,
                    },
                )
            )

    send()
    target.judge.at_rest(target.app)


def openrosa(target: Target, examples: int) -> None:
    @settings(max_examples=examples, **CALM)  # type: ignore[arg-type]
    @given(
        st.tuples(hostile.forms(target.household), hostile.texts, ways, hostile.texts).map(
            hostile.Sent
        )
    )
    def send(one: tuple[tuple[str, str], str, int, str]) -> None:
        form, name, way, date = one
        _, xml = form
        xml = xml.replace(
            "<meta>", f"<photos><photo>{hostile.xml_of(name)}</photo></photos><meta>", 1
        )
        content = hostile.encoded(xml, way)
        parts: dict[str, Any] = {
            "xml_submission_file": ("a.xml", content, "text/xml"),
            "file": (name.encode("utf-8", "replace").decode(), PHOTO[: 50 + way], "image/jpeg"),
        }
        if way % 7 == 0:
            parts["xml_submission_file"] = content.decode("utf-8", "replace")
        body, content_type = encode_multipart_formdata(parts)
        headers = {"Date": "".join(letter for letter in date if " " <= letter <= "~")}
        with target.judge.watching() as answers:
            answers.append(
                target.collect.client.post(
                    "/openrosa/submission",
                    data=body,
                    content_type=content_type,
                    headers={**target.collect.headers, **headers},
                )
            )

    send()
    target.judge.at_rest(target.app)


def test_hostile_pushes(target: Target) -> None:
    push(target, SHORT)


def test_hostile_forms_of_other_clients(target: Target) -> None:
    openrosa(target, SHORT)


@pytest.mark.deep
def test_many_hostile_pushes(target: Target) -> None:
    push(target, LONG)


@pytest.mark.deep
def test_many_hostile_forms_of_other_clients(target: Target) -> None:
    openrosa(target, LONG)
