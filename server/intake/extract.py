"""Extracting a submission's writes into the table that the registers are computed from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy.orm import Session

from server import clock
from server.forms.dictionary import Dictionary
from server.intake.batch import Batch
from server.intake.examine import Examined
from server.intake.writes import Circumstances, Row, write_rows
from server.submissions import queries as submissions
from server.submissions.incoming import Incoming
from server.submissions.models import Submission

#: A phone whose clock is off by more than this cannot date an observation.
CLOCK_TRUST = timedelta(days=1)


def extract_writes(
    session: Session, one: Incoming, examined: Examined, root_id: str, batch: Batch
) -> None:
    """Set the writes of one stored submission.

    A correction stands in its original's place: it is read with what the original was shown
    (design §4, rule 6), as far as the original is here already.
    """
    shown: Mapping[str, object] = one.shown
    if root_id != one.instance_id:
        root = submissions.submission(session, root_id)
        shown = root.shown if root is not None else one.shown
    received_on = batch.at.today
    if one.instance_id not in batch.stored:
        received = submissions.submission(session, one.instance_id)
        received_on = clock.local(received.received_at).date() if received else received_on
    rows = rows_of(one, examined, shown, received_on, batch.dictionary)
    if one.instance_id in batch.stored:
        submissions.add_writes(session, rows)
    else:
        submissions.replace_writes(session, one.instance_id, rows)


def rows_of(
    one: Incoming,
    examined: Examined,
    shown: Mapping[str, object],
    received_on: date,
    dictionary: Dictionary,
) -> list[Row]:
    """The writes of a submission.

    shown: what it is read with. received_on: the day of its arrival.
    """
    return write_rows(
        examined.said,
        Circumstances(
            instance_id=one.instance_id,
            event_date=examined.event_date,
            shown=shown,
            confirmed=one.confirmed,
            settles=examined.settles,
            doubtful_date=abs(one.clock_error_s) > CLOCK_TRUST.total_seconds()
            or examined.event_date > received_on,
        ),
        dictionary,
    )


def stored_as_incoming(stored: Submission) -> Incoming:
    """A stored submission as it came in."""
    return Incoming(
        instance_id=stored.instance_id,
        form_id=stored.form_id,
        form_version=stored.form_version,
        xml=stored.xml,
        recorded_at=stored.recorded_at,
        person_id=stored.person_id,
        device_id=stored.device_id,
        source=stored.source,  # type: ignore[arg-type]
        shown=stored.shown,
        confirmed=frozenset(stored.confirmed),
        deprecated_id=stored.deprecated_id,
        clock_error_s=stored.clock_error_s,
    )
