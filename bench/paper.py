"""Processor time of one household's file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from bench.instance import ROOT, Instance

Figure = dict[str, object]
VILLAGE = "370321110217"

#: Runs in a process of its own, so that the processor time is only the printing's.
_SCRIPT = """
import json, sys, time
from server import create_app
from server.database import reading
from server.household_file.printing import print_household
from server.registers.queries import household_rows
app = create_app()
with app.app_context():
    with reading() as session:
        ids = [row.household_id for row in household_rows(session, [sys.argv[1]])][:12]
    print_household(ids[0])
    start = time.process_time()
    for household in ids[1:]:
        print_household(household)
    print(json.dumps({"n": len(ids) - 1, "s": time.process_time() - start}))
"""


def pdf(instance: Instance) -> Iterator[Figure]:
    """Milliseconds of processor time for each file, after the first, in one process."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, VILLAGE],
        cwd=ROOT,
        env=instance.env,
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    yield {
        "name": "pdf_cpu_ms_per_household",
        "value": round(found["s"] / found["n"] * 1000),
        "unit": "ms",
        "households": found["n"],
    }
