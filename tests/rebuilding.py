"""The invariant of every story: what is stored is what follows from the submissions alone."""

from __future__ import annotations

import contextlib

from flask import Flask

from server import clock
from server.database import reading, transaction
from server.forms.queries import newest_dictionary
from server.intake.rebuild import Difference, Part, Step, next_part, redo, steps


class _OnlyLook(Exception):
    """Rolls the rebuilding back."""


def differences(app: Flask, *, keep: bool = False) -> list[Difference]:
    """What a rebuild would change; nothing is kept of it unless wanted."""
    found: list[Difference] = []
    with app.app_context():
        with reading() as session:
            todo = steps(session) if newest_dictionary(session) is not None else []
        for step in todo:
            after = ""
            while part := _part_after(step, after):
                with contextlib.suppress(_OnlyLook), transaction() as session:
                    found += redo(session, part, clock.now())
                    if not keep:
                        raise _OnlyLook
                after = part.names[-1]
    return found


def _part_after(step: Step, after: str) -> Part | None:
    with reading() as session:
        return next_part(session, step, after)


def assert_rebuilds(app: Flask) -> None:
    """Fail with the differences, if there are any."""
    found = differences(app)
    assert not found, found
