"""What printing costs: one household beside naive WeasyPrint, and a village of two hundred."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from bench.instance import ROOT, Instance

Figure = dict[str, object]


def pdf(instance: Instance) -> Iterator[Figure]:
    """The figures of `paper_script.py`, whose two parts run in processes of their own."""
    for part in ("single", "village"):
        done = subprocess.run(
            [sys.executable, "-m", "bench.paper_script", part],
            cwd=ROOT,
            env=instance.env,
            check=True,
            capture_output=True,
            text=True,
        )
        for line in done.stdout.splitlines():
            if line.startswith('{"name"'):
                yield json.loads(line)
