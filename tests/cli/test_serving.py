"""`yihu serve`, for real: web and worker, started, asked, killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_children import lives, until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serving(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A served instance: its process and its port."""
    (tmp_path / "yihu.db").write_bytes(sqlite_template.read_bytes())
    port = free_port()
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "serve"],
            env={
                **os.environ,
                "YIHU_INSTANCE": str(tmp_path),
                "DATABASE_URL": "",
                "PORT": str(port),
                "YIHU_WEB_WORKERS": "1",
            },
            stdout=log,
            stderr=log,
        )
    until(lambda: "Ctrl-C" in said(tmp_path) or process.poll() is not None, 90)
    assert process.poll() is None, said(tmp_path)
    yield process, port
    if process.poll() is None:
        process.kill()
    process.wait()


def said(folder: Path) -> str:
    return (folder / "log").read_text("utf-8")


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(c) for c in children] + [d for c in children for d in descendants(int(c))]


def test_it_serves_says_where_and_ends_whole(
    serving: tuple[subprocess.Popen[bytes], int], tmp_path: Path
) -> None:
    process, port = serving
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
        assert answer.status == 200
    assert f"http://127.0.0.1:{port}/console/" in said(tmp_path)
    everybody = descendants(process.pid)
    assert len(everybody) >= 3
    process.send_signal(signal.SIGINT)
    assert process.wait(40) == 0
    assert not any(lives(pid) for pid in everybody)
    assert "Traceback" not in said(tmp_path)


def test_it_ends_whole_and_says_so_when_the_worker_dies(
    serving: tuple[subprocess.Popen[bytes], int], tmp_path: Path
) -> None:
    process, _ = serving
    everybody = descendants(process.pid)
    worker = next(
        pid
        for pid in everybody
        if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    )
    os.kill(worker, signal.SIGKILL)
    assert process.wait(40) == 1
    assert re.search("后台任务意外停了", said(tmp_path))
    assert not any(lives(pid) for pid in everybody)


def test_a_taken_port_is_said_in_words(sqlite_template: Path, tmp_path: Path) -> None:
    (tmp_path / "yihu.db").write_bytes(sqlite_template.read_bytes())
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        began = time.monotonic()
        refused = subprocess.run(
            [sys.executable, "-m", "server.cli", "serve"],
            env={
                **os.environ,
                "YIHU_INSTANCE": str(tmp_path),
                "DATABASE_URL": "",
                "PORT": str(port),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert refused.returncode == 1
    assert f"端口 {port} 已经有别的程序在用" in refused.stderr
    assert time.monotonic() - began < 30
