"""What other clients sent, in several requests and in any order, comes back as well."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import text

from server.attachments import store
from server.config import Settings
from tests.attachments.photos import a_photo, sha256_of
from tests.backup.conftest import Disaster, back_up, bring_back, state_of
from tests.forms.instances import new_id
from tests.making import looking
from tests.openrosa.collecting import Collect
from tests.openrosa.conftest import collect, household, nothing_remembered, phone
from tests.openrosa.test_files import a_visit, files_of
from tests.openrosa.test_merging import chain
from tests.rebuilding import assert_rebuilds

__all__ = ["collect", "household", "nothing_remembered", "phone"]


def rows(app: Flask, table: str) -> list[tuple[object, ...]]:
    with looking(app) as session:
        found = session.execute(text(f"select * from {table} order by 1, 2, 3"))  # noqa: S608
        return [tuple(row) for row in found]


def test_late_pictures_steps_and_what_was_shown_come_back(
    app: Flask,
    settings: Settings,
    collect: Collect,
    household: str,
    tmp_path: Path,
    disaster: Disaster,
) -> None:
    kept = back_up(app, tmp_path / "backups")
    name, photos = new_id(), {f"{n}.jpg": a_photo(seed=n) for n in (1, 2)}
    xml = a_visit(collect, household, *photos, instance_id=name)
    for each, content in photos.items():
        assert collect.send(xml, {each: content}).status_code in {201, 202}
    edits = chain(collect, household)
    for place in (2, 0, 1):
        assert collect.send(edits[place]).status_code in {201, 202}
    before = state_of(app)
    tables = {name: rows(app, name) for name in ("entity_versions", "entity_steps")}
    assert all(tables.values())
    disaster()

    done = bring_back(app, kept, settings.journal)

    assert not done.replayed.failed
    assert not done.replayed.otherwise
    assert state_of(app) == before
    assert {name: rows(app, name) for name in tables} == tables
    assert files_of(app, name) == {n: sha256_of(c) for n, c in photos.items()}
    for content in photos.values():
        assert store.path_of(settings.files, sha256_of(content)).read_bytes() == content
    assert_rebuilds(app)
