"""Backups of a server that is at work: real processes, phones that push, a kill in the middle."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from server.backup import manifest
from server.registers import queries as registers
from tests.backup.test_making import a_kept_photo, rot
from tests.faults.phones import Phone
from tests.faults.served import ROOT, Served, opened, prepare, rebuild_differs
from tests.making import looking
from tests.postgresql import Server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def urls(request: pytest.FixtureRequest) -> Iterator[tuple[str | None, str | None]]:
    """The databases of the instance and of the machine that takes its place."""
    if request.param == "sqlite":
        yield None, None
        return
    server: Server = request.getfixturevalue("postgresql_server")
    names = server.create(), server.create()
    yield server.url(names[0]), server.url(names[1])
    for name in names:
        server.drop(name)


def yihu(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    gc.collect()  # what this process looked through uses the instance until it is gone
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def ids_of(env: dict[str, str]) -> set[str]:
    with opened(env) as app, looking(app) as session:
        return set(session.scalars(text("select instance_id from submissions")))


def test_a_backup_while_phones_push_is_whole_and_the_journal_brings_the_rest(
    tmp_path: Path, urls: tuple[str | None, str | None]
) -> None:
    env, names = prepare(tmp_path / "instance", urls[0], people=3)
    env["YIHU_JOURNAL"] = str(tmp_path / "second-disk")
    served = Served(env, tmp_path / "log")
    served.start()
    phones = [Phone(served.address, name, seed=seed, most=25) for seed, name in enumerate(names)]
    for phone in phones:
        phone.sign_in()
        phone.start()
    time.sleep(1)
    before = {record.id for phone in phones for record in phone.records if record.acknowledged}
    made = yihu(env, "backup", str(tmp_path / "backups"))
    assert made.returncode == 0, made.stderr
    for phone in phones:
        phone.join(120)
        assert phone.failure is None
        assert not phone.is_alive()
    served.kill()
    with opened(env) as app, looking(app) as session:
        was = registers.state(session)
    acknowledged = {record.id for phone in phones for record in phone.records}

    (backup,) = manifest.whole_backups(tmp_path / "backups")
    new = {**env, "YIHU_INSTANCE": str(tmp_path / "new")}
    if urls[1]:
        new["DATABASE_URL"] = urls[1]
    alone = {**new, "YIHU_JOURNAL": str(tmp_path / "nothing")}
    restored = yihu(alone, "restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    assert before <= ids_of(alone), "all that was acknowledged before the backup began"
    assert rebuild_differs(alone) == []

    (tmp_path / "new" / "journal.id").unlink(missing_ok=True)
    whole = yihu(new, "restore", str(backup), "--force")
    assert whole.returncode == 0, whole.stderr + whole.stdout
    assert ids_of(new) == acknowledged
    with opened(new) as app, looking(app) as session:
        assert registers.state(session) == was
    photos = {r.id for phone in phones for r in phone.records if r.photo}
    assert len(list((tmp_path / "new" / "attachments").rglob("*.thumb.jpg"))) == len(photos)


def test_a_killed_backup_leaves_none_that_looks_whole(tmp_path: Path) -> None:
    env, _ = prepare(tmp_path / "instance", None, people=1)
    with opened(env) as app, app.app_context():
        for number in range(40):
            path = Path(env["YIHU_INSTANCE"]) / "attachments" / "aa" / f"{number}.thumb.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(os.urandom(200_000))
    target = tmp_path / "backups"
    process = subprocess.Popen(
        [sys.executable, "-m", "server.cli", "backup", str(target)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not list(target.glob("*.part/attachments")):
        time.sleep(0.005)
        assert process.poll() is None, "it was over too soon"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert list(target.glob("*.part"))
    assert manifest.whole_backups(target) == []
    (part,) = target.glob("*.part")
    refused = yihu({**env, "YIHU_INSTANCE": str(tmp_path / "new")}, "restore", str(part))
    assert refused.returncode == 1
    assert "不是完整的备份" in refused.stderr
    assert yihu(env, "backup", str(target), "--keep", "1").returncode == 0
    assert not list(target.glob("*.part")), "the next one clears away"
    assert yihu(env, "backup", str(target), "--keep", "1").returncode == 0
    assert len(manifest.whole_backups(target)) == 1


def test_an_instance_without_a_database_says_what_to_do(tmp_path: Path) -> None:
    env = {**os.environ, "YIHU_INSTANCE": str(tmp_path / "new")}
    env.pop("DATABASE_URL", None)
    refused = yihu(env, "backup", str(tmp_path / "backups"))
    assert refused.returncode == 1
    assert "yihu db upgrade" in refused.stderr
    assert manifest.whole_backups(tmp_path / "backups") == []


def test_a_rotten_photo_is_said_loudly_after_a_whole_backup(tmp_path: Path) -> None:
    env, _ = prepare(tmp_path / "instance", None, people=1)
    with opened(env) as app:
        photo = a_kept_photo(app, app.config["YIHU"])
    rot(tmp_path / "instance" / photo)
    made = yihu(env, "backup", str(tmp_path / "backups"))
    assert made.returncode == 3
    assert photo.name in made.stdout
    (backup,) = manifest.whole_backups(tmp_path / "backups")
    assert str(backup) in made.stdout


def test_restoring_under_a_running_server_is_refused(tmp_path: Path) -> None:
    env, _ = prepare(tmp_path / "instance", None, people=1)
    assert yihu(env, "backup", str(tmp_path / "backups")).returncode == 0
    (backup,) = manifest.whole_backups(tmp_path / "backups")
    with opened(env):
        refused = yihu(env, "restore", str(backup), "--force")
    assert refused.returncode == 1
    assert "先停下它" in refused.stderr
