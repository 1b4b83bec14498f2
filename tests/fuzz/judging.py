"""What holds after every hostile request."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from server import clock
from server.forms.check import check
from server.forms.queries import definition_of
from server.submissions.models import ReviewState, Submission
from tests.making import looking
from tests.rebuilding import assert_rebuilds

#: What a fault of ours looks like; a full disk and a file under preparation are none.
ALLOWED_ABOVE_500 = {503, 507}
#: Seconds of this thread's own work: a busy machine is no fault of the server.
SLOWEST_S = 5.0


@dataclass
class Judge:
    """Counts requests and judges each answer."""

    sent: int = 0
    slowest_s: float = 0.0
    by_status: dict[int, int] = field(default_factory=dict)

    @contextmanager
    def watching(self) -> Iterator[list[TestResponse]]:
        """Measure the work of one request; its answer is put into the list."""
        answers: list[TestResponse] = []
        began = time.thread_time()
        yield answers
        took = time.thread_time() - began
        for answer in answers:
            self.saw(answer.status_code, took, answer.get_data(as_text=True)[:500])

    def saw(self, status: int, took_s: float, what: str) -> None:
        """Judge one answer."""
        self.sent += 1
        self.slowest_s = max(self.slowest_s, took_s)
        self.by_status[status] = self.by_status.get(status, 0) + 1
        assert status < 500 or status in ALLOWED_ABOVE_500, what
        assert took_s < SLOWEST_S, (what, took_s)

    def at_rest(self, app: Flask) -> None:
        """Nothing is stored half, and the server still serves."""
        with looking(app) as session:
            stored = session.scalars(select(Submission)).all()
            states = set(session.scalars(select(ReviewState.instance_id)))
        for one in stored:
            assert one.xml
            assert len(one.content_hash) == 64
            assert (one.quarantined is None) == (one.instance_id in states)
        check_all(app, [one for one in stored if one.quarantined is None])
        uploads = app.config["YIHU"].uploads
        assert not uploads.exists() or not list(uploads.iterdir())
        assert_rebuilds(app)
        assert app.test_client().get("/healthz").status_code == 200
        print(self)  # noqa: T201  the figures of docs/reliability.md (pytest -s)


def check_all(app: Flask, stored: Sequence[Submission]) -> None:
    """Check every form as the job does after the answer: a fault there would inform nobody."""
    with looking(app) as session:
        for one in stored:
            definition = definition_of(session, one.form_id, one.form_version)
            if definition is None:
                continue
            began = time.thread_time()
            check(one.xml, definition, filled_on=clock.local(one.recorded_at).date())
            assert time.thread_time() - began < SLOWEST_S, one.instance_id
