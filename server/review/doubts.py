"""What makes the date of a record doubtful, in words for the reviewer."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from server import clock

#: A clock that is off by more than this dates nothing (`intake/extract.CLOCK_TRUST`).
TRUSTED = timedelta(days=1)
#: A record entered so many days after its event counts as entered later (补录).
LATE_DAYS = 2


def doubts(
    event_date: date | None, recorded_at: datetime, received_at: datetime, clock_error_s: int
) -> tuple[str, ...]:
    """The doubts about a record's date; empty when there are none.

    clock_error_s: how far the phone's clock was ahead of the server's.
    """
    found = []
    if abs(clock_error_s) > TRUSTED.total_seconds():
        way = "快" if clock_error_s > 0 else "慢"
        found.append(f"手机时间比服务器{way} {round(abs(clock_error_s) / 86400)} 天")
    if event_date is None:
        return tuple(found)
    ahead = (event_date - clock.local(received_at).date()).days
    if ahead > 0:
        found.append(f"填的日期比收到的日子晚 {ahead} 天")
    entered = clock.local(recorded_at - timedelta(seconds=clock_error_s)).date()
    late = (entered - event_date).days
    if late >= LATE_DAYS:
        found.append(f"补录：过了 {late} 天才记的")
    return tuple(found)
