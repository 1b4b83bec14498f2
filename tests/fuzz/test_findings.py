"""What fuzzing has found once, each as a plain case."""

from __future__ import annotations

import time

import pytest

from tests.forms.instances import new_id, visit_xml
from tests.fuzz import hostile
from tests.fuzz.conftest import Target


@pytest.mark.parametrize("path", ["/api/v1/sync/push", "/api/v1/sync/known", "/api/v1/devices"])
@pytest.mark.parametrize("body", [b'{"sent_at": ' + b"9" * 5_000 + b"}", b"[" * 100_000])
def test_json_that_python_cannot_hold_is_unreadable(target: Target, path: str, body: bytes) -> None:
    answer = target.phone.client.post(
        path,
        data=body,
        content_type="application/json",
        headers=target.phone.device.headers,
    )
    assert answer.status_code == 400
    assert answer.get_json()["type"] == "urn:yihu:problem:request-unreadable"


def test_a_flood_of_attributes_takes_no_time(target: Target) -> None:
    name = new_id()
    xml = hostile.WOUNDS[3](visit_xml(new_id(), instance_id=name), "")
    assert xml.count('="') > 20_000
    began = time.thread_time()
    answer = target.phone.push(target.phone.submission("visit", xml, name))
    assert answer["outcomes"][0]["outcome"] == "quarantined"
    assert target.collect.send(xml).status_code == 422
    assert time.thread_time() - began < 5
