"""What a backup holds, and what is noticed when it was damaged."""

from __future__ import annotations

import io
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from server import clock
from server.attachments.keep import keep
from server.backup import copying, files, making, manifest, serving
from server.backup.safety import warnings
from server.config import Settings
from server.journal.files import path_of
from server.problems import BackupUnusable, RestoreRefused, StorageFull
from tests.attachments.photos import a_photo
from tests.backup.conftest import Disaster, back_up, bring_back
from tests.phone import Phone


def a_kept_photo(app: Flask, settings: Settings, seed: int = 1) -> Path:
    with app.app_context():
        kept = keep(
            io.BytesIO(a_photo(seed=seed)), settings.uploads, settings.files, clock.now()
        ).sha256
    return Path("attachments") / kept[:2] / kept[2:4] / kept


def test_a_backup_is_private_whole_and_remembered(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path
) -> None:
    name = a_kept_photo(app, settings)
    printed = settings.printed / "ab" / "abcd.pdf"
    printed.parent.mkdir(parents=True)
    printed.write_bytes(b"%PDF")
    put_together = settings.printed / "bound" / "abcd.pdf"
    put_together.parent.mkdir()
    put_together.write_bytes(b"%PDF")
    assert any("还没有做过备份" in text for text in warnings(settings))
    told: list[tuple[int, int, str]] = []
    kept = back_up(app, tmp_path / "b", progress=lambda *said: told.append(said))
    found = {str(path.relative_to(kept)) for path in kept.rglob("*") if path.is_file()}
    assert {"secret.key", "carry.key", "manifest.json", str(name), "printed/ab/abcd.pdf"} <= found
    assert "printed/bound/abcd.pdf" not in found
    assert set(manifest.read(kept).files) == found - {"manifest.json", "manifest.sha256"}
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (kept, *kept.rglob("*"))}
    assert modes == {0}
    assert told
    assert not any("还没有做过备份" in text for text in warnings(settings))


def test_photos_that_the_last_backup_has_are_linked(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path
) -> None:
    name = a_kept_photo(app, settings)
    first = back_up(app, tmp_path / "b")
    new = a_kept_photo(app, settings, seed=2)
    second = back_up(app, tmp_path / "b")
    assert (first / name).stat().st_ino == (second / name).stat().st_ino
    assert (second / name).stat().st_ino != (settings.instance / name).stat().st_ino
    third = back_up(app, tmp_path / "b", keep=2)
    assert manifest.whole_backups(tmp_path / "b") == [second, third]
    assert (third / new).read_bytes() == (settings.instance / new).read_bytes()


def test_a_backup_is_made_even_when_the_journal_has_died(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path
) -> None:
    settings.journal.rename(tmp_path / "unplugged")
    kept = back_up(app, tmp_path / "b")
    assert manifest.read(kept).journal == ("", "")
    assert any("日志盘不在" in text for text in warnings(settings))


def test_another_secret_than_the_backups_is_noticed(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path, disaster: Disaster
) -> None:
    kept = back_up(app, tmp_path / "b")
    disaster()
    app.config["YIHU"] = replace(settings, secret_key="another one, from the environment")
    with pytest.raises(RestoreRefused, match="YIHU_SECRET_KEY"):
        bring_back(app, kept, settings.journal)


@pytest.mark.parametrize("how", ["changed", "missing", "manifest", "unfinished"])
def test_a_damaged_backup_is_not_restored(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path, disaster: Disaster, how: str
) -> None:
    kept = back_up(app, tmp_path / "b")
    disaster()
    if how == "changed":
        rot(max((kept / "database").iterdir(), key=lambda path: path.stat().st_size))
    elif how == "missing":
        (kept / "secret.key").unlink()
    elif how == "manifest":
        with (kept / manifest.FILE).open("ab") as file:
            file.write(b" ")
    else:
        (kept / manifest.SUM).unlink()
    with pytest.raises(BackupUnusable):
        bring_back(app, kept, settings.journal)


def rot(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[99] ^= 1
    path.write_bytes(content)


def test_damaged_photos_are_named_and_the_rest_is_restored(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path, disaster: Disaster
) -> None:
    rotten, gone, whole = (a_kept_photo(app, settings, seed) for seed in (1, 2, 3))
    kept = back_up(app, tmp_path / "b")
    rot(kept / rotten)
    (kept / gone).unlink()
    disaster()
    done = bring_back(app, kept, None)
    assert done.damaged == sorted(map(str, (rotten, gone)))
    assert not (settings.instance / rotten).exists()
    assert copying.sha256_of(settings.instance / whole) == whole.name


def test_a_photo_that_is_damaged_in_the_backup_comes_from_the_journal(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path, disaster: Disaster
) -> None:
    name = a_kept_photo(app, settings)
    kept = back_up(app, tmp_path / "b")
    rot(kept / name)
    disaster()
    assert bring_back(app, kept, settings.journal).damaged == []
    assert copying.sha256_of(settings.instance / name) == name.name


def test_what_was_damaged_in_the_last_backup_is_copied_anew(
    app: Flask,
    settings: Settings,
    alice: Phone,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rotten, gone = a_kept_photo(app, settings), a_kept_photo(app, settings, seed=2)
    first = back_up(app, tmp_path / "b")
    rot(first / rotten)
    (first / gone).unlink()
    monkeypatch.setattr(files, "READ_WITHIN", 1)
    second = back_up(app, tmp_path / "b")
    for name in (rotten, gone):
        assert copying.sha256_of(second / name) == name.name


@pytest.mark.parametrize("how", ["rotten", "unreadable", "gone"])
def test_a_rotten_photo_is_named_and_all_else_is_backed_up(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path, how: str
) -> None:
    bad, whole = (a_kept_photo(app, settings, seed) for seed in (1, 2))
    spoil(settings.instance / bad, how)
    kept_by_journal(settings, bad).unlink()
    with app.app_context():
        made = making.make_backup(tmp_path / "b")
    assert made.rotten == (files.Rotten(str(bad), rescued=False),)
    assert not (made.folder / bad).exists()
    assert set(manifest.read(made.folder).files) >= {str(whole), "secret.key"}
    assert (made.folder / whole).exists()
    assert any("1 个照片或打印件坏了" in text for text in warnings(settings))


@pytest.mark.parametrize("how", ["rotten", "unreadable", "gone"])
@pytest.mark.parametrize("source", ["backup", "journal"])
def test_a_photo_that_is_rotten_on_the_server_is_found_elsewhere(
    app: Flask,
    settings: Settings,
    alice: Phone,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
    source: str,
) -> None:
    bad = a_kept_photo(app, settings)
    spare = kept_by_journal(settings, bad)
    spare.write_bytes(apart(spare))
    if source == "backup":
        back_up(app, tmp_path / "b")
        spare.unlink()
    spoil(settings.instance / bad, how)
    monkeypatch.setattr(files, "READ_WITHIN", 1)
    with app.app_context():
        made = making.make_backup(tmp_path / "b")
    assert made.rotten == (files.Rotten(str(bad), rescued=True),)
    assert copying.sha256_of(made.folder / bad) == bad.name


def kept_by_journal(settings: Settings, photo: Path) -> Path:
    return path_of(settings.journal, photo.name)


def apart(path: Path) -> bytes:
    """The bytes of a file, which is removed: on one disk the journal's is the instance's own."""
    content = path.read_bytes()
    path.unlink()
    return content


def spoil(path: Path, how: str) -> None:
    if how == "rotten":
        rot(path)
        return
    path.unlink()
    if how == "unreadable":
        path.symlink_to("/proc/self/mem")  # whoever reads it gets an error of the device


def test_a_full_backup_disk_says_so_and_leaves_the_old_ones(
    app: Flask, settings: Settings, alice: Phone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = back_up(app, tmp_path / "b")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull, match="备份盘满了"):
        back_up(app, tmp_path / "b")
    monkeypatch.undo()
    assert manifest.whole_backups(tmp_path / "b") == [kept]


def test_a_restore_that_was_broken_off_is_simply_done_again(
    app: Flask,
    settings: Settings,
    alice: Phone,
    tmp_path: Path,
    disaster: Disaster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = a_kept_photo(app, settings)
    kept = back_up(app, tmp_path / "b")
    disaster()
    monkeypatch.setattr("server.backup.restoring.replay", _break_off)
    with pytest.raises(ZeroDivisionError):
        bring_back(app, kept, settings.journal)
    monkeypatch.undo()
    done = bring_back(app, kept, settings.journal)
    assert done.aside is None
    assert copying.sha256_of(settings.instance / name) == name.name
    assert making.last_backup(settings) is None, "made by the instance that is gone"


def test_a_server_does_not_start_on_a_half_restored_instance(
    app: Flask,
    settings: Settings,
    alice: Phone,
    tmp_path: Path,
    disaster: Disaster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = back_up(app, tmp_path / "b")
    disaster()
    monkeypatch.setattr("server.backup.restoring.replay", _break_off)
    with pytest.raises(ZeroDivisionError):
        bring_back(app, kept, settings.journal)
    monkeypatch.undo()
    with pytest.raises(RestoreRefused, match="上次恢复没有做完"):
        serving.begin(app, settings)
    bring_back(app, kept, settings.journal)
    serving.begin(app, settings)


def _break_off(*_: object) -> None:
    raise ZeroDivisionError
