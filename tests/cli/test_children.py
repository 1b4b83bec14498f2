"""The processes of `yihu serve` live and die together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

#: Two children that write their process ids into a folder; the second ends when told.
PARENT = """
import sys
from pathlib import Path
from server.cli.children import Children

folder = Path(sys.argv[1])
BODY = (
    "import os, sys, time; from pathlib import Path;"
    "path = Path(sys.argv[1]); path.write_text(str(os.getpid()));"
    "[time.sleep(0.05) for _ in iter(lambda: path.with_suffix('.end').exists(), True)]"
)
with Children() as children:
    for name in ("web", "work"):
        children.start(name, [sys.executable, "-c", BODY, str(folder / name)])
    print("up", flush=True)
    print("died:", children.wait(), flush=True)
"""


def parent(folder: Path) -> tuple[subprocess.Popen[str], list[int]]:
    started = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)], stdout=subprocess.PIPE, text=True
    )
    try:
        until(lambda: all((folder / name).exists() for name in ("web", "work")))
        until(lambda: all((folder / name).read_text() for name in ("web", "work")))
    except AssertionError:
        started.kill()
        started.communicate()
        raise
    return started, [int((folder / name).read_text()) for name in ("web", "work")]


def until(holds: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_of_it(tmp_path: Path, number: signal.Signals) -> None:
    started, children = parent(tmp_path)
    started.send_signal(number)
    out, _ = started.communicate(timeout=30)
    assert started.returncode == 0
    assert "died: None" in out
    assert not any(lives(pid) for pid in children)


def test_a_child_that_dies_takes_the_others_along(tmp_path: Path) -> None:
    started, children = parent(tmp_path)
    (tmp_path / "work.end").touch()
    out, _ = started.communicate(timeout=30)
    assert "died: work" in out
    assert not any(lives(pid) for pid in children)


def test_a_killed_parent_leaves_no_children_behind(tmp_path: Path) -> None:
    started, children = parent(tmp_path)
    os.kill(started.pid, signal.SIGKILL)
    started.communicate(timeout=30)
    until(lambda: not any(lives(pid) for pid in children))
