"""The invariant of every story: what is stored is what follows from the submissions alone."""

from __future__ import annotations

import contextlib

from flask import Flask

from server import clock
from server.database import transaction
from server.forms.queries import newest_dictionary
from server.intake.rebuild import Difference, rebuild


class _OnlyLook(Exception):
    """Rolls the rebuilding back."""


def differences(app: Flask) -> list[Difference]:
    """What a rebuild would change; nothing is kept of it."""
    found: list[Difference] = []
    with app.app_context(), contextlib.suppress(_OnlyLook), transaction() as session:
        if newest_dictionary(session) is not None:
            found = rebuild(session, clock.now())
        raise _OnlyLook
    return found


def assert_rebuilds(app: Flask) -> None:
    """Fail with the differences, if there are any."""
    found = differences(app)
    assert not found, found
