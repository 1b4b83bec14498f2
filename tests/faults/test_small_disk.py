"""A disk that fills up while phones send, and is given space again.

The instance lies on a file system of some megabytes in a mount name space of its own, which needs
root or user name spaces; `tests/sync/test_storage_full.py` judges one push without it.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.judging import Tally, acknowledged, judge, lost_photos, lost_records
from tests.faults.phones import Phone
from tests.faults.served import Served, prepare

PHONES = 4
#: Uploads are refused below 200 MB of free space (server/health.py).
SIZE_MB = 320
MOUNT = (
    'mount -t tmpfs -o size={size}m tmpfs "$YIHU_INSTANCE"'
    ' && cp -a "{filled}/." "$YIHU_INSTANCE" && exec "$@"'
)


def on_a_small_disk(env: dict[str, str], filled: Path, log: Path) -> Served:
    """A served instance on a file system of its own, with the content of a folder."""
    namespace = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
    script = MOUNT.format(size=SIZE_MB, filled=filled)
    return Served(env, log, ("unshare", *namespace, "sh", "-c", script, "sh"))


def seen_from_inside(served: Served) -> Path:
    """The instance's folder as the server sees it."""
    assert served.process is not None
    return Path(f"/proc/{served.process.pid}/root{served.env['YIHU_INSTANCE']}")


def copied_out(served: Served, target: Path) -> dict[str, str]:
    """Copy the instance out of its small disk, to be looked at."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(seen_from_inside(served), target, ignore=shutil.ignore_patterns("ballast"))
    return {**served.env, "YIHU_INSTANCE": str(target)}


@pytest.mark.deep
def test_a_disk_that_fills_up_again_and_again_loses_nothing(tmp_path: Path) -> None:
    env, people = prepare(tmp_path / "filled", None, PHONES)
    env["YIHU_INSTANCE"] = str(tmp_path / "instance")
    (tmp_path / "instance").mkdir()
    served = on_a_small_disk(env, tmp_path / "filled", tmp_path / "serve.log")
    served.start()
    phones = [Phone(served.address, name, number, 120) for number, name in enumerate(people)]
    tally = Tally(f"a disk of {SIZE_MB} MB filled up")
    try:
        for phone in phones:
            phone.sign_in()
            phone.start()
        for _ in range(6):
            fill_up(served)
            time.sleep(2)
            promised = acknowledged(phones)
            for phone in phones:
                phone.holding.set()
            time.sleep(1)
            looked_at = copied_out(served, tmp_path / "copy")
            tally.rounds += 1
            tally.acknowledged_before_a_fault = len(promised)
            tally.lost += len(lost_records(looked_at, promised))
            tally.lost += len(lost_photos(looked_at, promised))
            make_space(served)
            for phone in phones:
                phone.holding.clear()
            time.sleep(2)
        for phone in phones:
            phone.join(60)
            assert not phone.is_alive(), phone.counts
            assert phone.failure is None
        judge(tally, copied_out(served, tmp_path / "copy"), phones)
        assert tally.refused > 0
    finally:
        served.stop()


def fill_up(served: Served) -> None:
    """Leave no space on the disk."""
    with (seen_from_inside(served) / "ballast").open("ab", buffering=0) as file:
        for size in (1 << 20, 4096):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))


def make_space(served: Served) -> None:
    """Take the ballast away."""
    (seen_from_inside(served) / "ballast").unlink()
