"""Excel rosters: read, recognised, compared, imported and reported back."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Make the import's background work known to the queue."""
    from server.roster import run

    assert run.JOB  # noqa: S101  imported for the job that it registers
