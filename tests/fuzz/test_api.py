"""Every operation of the API document, called as the document allows and as it does not."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.result import Ok

from server.accounts.models import Device
from server.security import limiter
from tests.fuzz.conftest import Target
from tests.making import writing

SHORT, LONG = 4, 100
#: These end the session that the others need.
LAST = ("DELETE", "/api/v1/devices/me")


def call_everything(target: Target, examples: int, headers: dict[str, str]) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", target.app)
    operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    assert len(operations) > 10
    for operation in operations:
        if (operation.method.upper(), operation.path) == LAST:
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            with target.app.app_context():
                limiter.reset()
            # where there is nothing that the document does not allow, there is nothing to send
            with suppress(Unsatisfiable):
                call(target, operation, mode, examples, headers)


def call(
    target: Target,
    operation: APIOperation[Any, Any, Any, Any],
    mode: GenerationMode,
    examples: int,
    headers: dict[str, str],
) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
        database=None,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case[Any]) -> None:
        began = time.thread_time()
        answer = case.call(headers={**dict(case.headers or {}), **headers})
        target.judge.saw(answer.status_code, time.thread_time() - began, operation.label)

    send()


def test_every_operation_as_a_stranger(target: Target) -> None:
    call_everything(target, SHORT, {})
    assert not {200, 201, 204} & target.judge.by_status.keys() - {204}
    target.judge.at_rest(target.app)


def test_every_operation_as_a_signed_in_phone(target: Target) -> None:
    call_everything(target, SHORT, target.phone.device.headers)
    target.judge.at_rest(target.app)


@pytest.mark.deep
def test_every_operation_many_times(target: Target) -> None:
    call_everything(target, LONG, {})
    call_everything(target, LONG, target.phone.device.headers)
    with writing(target.app) as session:
        assert session.get_one(Device, target.phone.device.id).revoked_at is None
    target.judge.at_rest(target.app)
