"""Imports point downwards only; what people load comes from us alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from server.config import ROOT

#: Names of standards, never fetched.
NAMES = re.compile(r"https?://www\.(?:w3\.org|opendatakit\.org)/[\w./#-]*")
SHOWN = (".html", ".css", ".js", ".svg", ".webmanifest")


def test_imports_point_downwards_only() -> None:
    checked = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_page_loads_anything_from_elsewhere() -> None:
    pages = [ROOT / "pwa" / "index.html"]
    pages += [path for path in (ROOT / "server").rglob("*") if path.suffix in SHOWN]
    pages += [path for path in (ROOT / "pwa" / "src").rglob("*") if path.suffix in SHOWN]
    outside = {
        str(path.relative_to(ROOT)): found
        for path in pages
        if (found := re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}[^\s\"')]*", bare(path)))
    }
    assert outside == {}


def bare(path: Path) -> str:
    return NAMES.sub("", path.read_text("utf-8"))


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "server").rglob("*.py")
        if not path.read_text("utf-8").startswith('"""')
    ]
    assert silent == []
