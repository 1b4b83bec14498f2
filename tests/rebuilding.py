"""The invariant of every story: what is stored is what follows from the submissions alone."""

from __future__ import annotations

from flask import Flask

from server.cli.registers import walk
from server.database import reading
from server.forms.queries import newest_dictionary
from server.intake.rebuild import Difference


def differences(app: Flask, *, keep: bool = False) -> list[Difference]:
    """What a rebuild would change; nothing is kept of it unless wanted."""
    with app.app_context():
        with reading() as session:
            if newest_dictionary(session) is None:
                return []
        return list(walk(keep=keep))


def assert_rebuilds(app: Flask) -> None:
    """Fail with the differences, if there are any."""
    found = differences(app)
    assert not found, found
