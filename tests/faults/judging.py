"""Judging after a fault: what phones were told is stored, is stored; nothing stands twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from server.attachments.store import path_of
from server.config import read_settings
from tests.attachments.photos import sha256_of
from tests.faults.phones import Phone, Record
from tests.faults.served import rebuild_differs


@dataclass
class Tally:
    """What docs/reliability.md tells of one proof."""

    proof: str
    rounds: int = 0
    records: int = 0
    photos: int = 0
    pushes: int = 0
    broken_exchanges: int = 0
    refused: int = 0
    already_stored: int = 0
    acknowledged_before_a_fault: int = 0
    lost: int = 0
    duplicated: int = 0

    def show(self) -> None:
        """One line of JSON, also for the report."""
        print("\n" + json.dumps(asdict(self), ensure_ascii=False), flush=True)  # noqa: T201


def acknowledged(phones: Iterable[Phone]) -> list[Record]:
    """What the phones were told is stored, as of now."""
    return [record for phone in phones for record in list(phone.records) if record.acknowledged]


def lost_records(env: dict[str, str], promised: Iterable[Record]) -> set[str]:
    """The acknowledged records that the database does not hold."""
    with _database(env) as database:
        found = set(database.scalars(text("select instance_id from submissions")))
    return {record.id for record in promised} - found


def lost_photos(env: dict[str, str], promised: Iterable[Record]) -> set[str]:
    """The records whose uploaded photo is not in the folder of files, byte for byte."""
    folder = read_settings(env).files
    return {
        record.id
        for record in promised
        if record.photo is not None and record.uploaded and not _is_kept(folder, record.photo)
    }


def _is_kept(folder: Path, photo: bytes) -> bool:
    path = path_of(folder, sha256_of(photo))
    return path.exists() and path.read_bytes() == photo


def judge(tally: Tally, env: dict[str, str], phones: Sequence[Phone]) -> None:
    """Fill in the tally at rest and fail unless nothing was lost, doubled or half stored."""
    records = [record for phone in phones for record in phone.records]
    tally.records = len(records)
    tally.photos = sum(record.photo is not None for record in records)
    for phone in phones:
        tally.pushes += phone.counts.pushes
        tally.broken_exchanges += phone.counts.broken
        tally.refused += phone.counts.refused
        tally.already_stored += phone.counts.repeated
    households = {home for phone in phones for home in phone.households}
    with _database(env) as database:
        stored = list(database.scalars(text("select instance_id from submissions")))
        doubled = database.scalar(text("select count(*) from submission_mismatches")) or 0
        aside = list(
            database.scalars(
                text("select quarantined from submissions where quarantined is not null")
            )
        )
        listed = set(database.scalars(text("select household_id from household_rows")))
    tally.lost += len({record.id for record in records} - set(stored))
    tally.lost += len(lost_photos(env, records))
    tally.duplicated = len(stored) - len(set(stored)) + doubled + len(set(stored)) - len(records)
    tally.show()
    assert tally.lost == 0
    assert tally.duplicated == 0
    assert all(record.done for record in records)
    assert not aside
    assert listed == households
    assert not rebuild_differs(env)


@contextmanager
def _database(env: dict[str, str]) -> Iterator[Connection]:
    engine = create_engine(read_settings(env).database_url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
