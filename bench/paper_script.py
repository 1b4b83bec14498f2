"""Prints households in a process of its own and says what it cost, as one JSON object a line."""

from __future__ import annotations

import gc
import json
import os
import shutil
import sys
import time
import uuid
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select

from bench import naive
from bench.processes import peak_mb
from server import clock, create_app
from server.attachments import store
from server.config import current
from server.database import reading, transaction
from server.household_file.content.gather import gather
from server.household_file.issuing.village import Done, print_list
from server.household_file.order import Order
from server.household_file.printed import queries
from server.household_file.typeset import pdf as paper
from server.household_file.typeset.page import page
from server.registers.models import Entity

TOWN = "370321110"
SINGLE = 12
VILLAGE = int(os.environ.get("BENCH_VILLAGE", "200"))
CHANGED = max(1, VILLAGE // 40)
#: So many households are enough to see what one process does.
ALONE = 20


def say(name: str, value: float, unit: str, **more: object) -> None:
    print(json.dumps({"name": name, "value": round(value, 2), "unit": unit, **more}), flush=True)


def main(what: str) -> None:
    homes = _homes()
    if what == "single":
        side_by_side(homes[:SINGLE])
    else:
        village(homes[:VILLAGE])


def _homes() -> list[str]:
    with reading() as session:
        codes = session.scalars(
            select(Entity.area).where(Entity.area.startswith(TOWN)).distinct()
        ).all()
        order = Order(clock.today().isoformat(), villages=tuple(codes))
        return [home.household_id for home in queries.homes_of(session, order)]


def side_by_side(homes: list[str]) -> None:
    """The same pages by us and by naive WeasyPrint, in turns, so that both meet the same load."""
    files = current().files

    def picture(sha256: str) -> bytes:
        return store.path_of(files, sha256, "thumb").read_bytes()

    ours_s = naive_s = 0.0
    size = 0
    with naive.printer(files) as print_naively:
        for number, home in enumerate(homes):
            with reading() as session:
                start = time.process_time()
                file = gather(session, home, clock.today())
                html = page(replace(file, as_of=clock.today().isoformat()), 1)
                gathered = time.process_time() - start
            theirs = print_naively(html)
            with paper.many() as next_one:
                start = time.process_time()
                content = paper.pdf(html, picture)
                ours = time.process_time() - start
                next_one()
            gc.collect()
            if number:  # the first one warms both up
                ours_s += ours + gathered
                naive_s += theirs + gathered
                size += len(content)
    count = len(homes) - 1
    say("pdf_cpu_ms_per_household", ours_s / count * 1000, "ms", households=count)
    say("pdf_naive_cpu_ms_per_household", naive_s / count * 1000, "ms", households=count)
    say("pdf_naive_ratio", naive_s / ours_s, "times less processor time than naive WeasyPrint")
    say("pdf_kb_per_household", size / count / 1024, "kB")


def village(homes: list[str]) -> None:
    """A village: for the first time, again, again after some changed, and by one process alone."""
    order = Order(clock.today().isoformat(), households=tuple(homes))
    with peak_mb() as peak:
        cold, _ = _timed(order)
        again, _ = _timed(order)
        _change(homes[:: len(homes) // CHANGED][:CHANGED])
        changed, done = _timed(order)
    shutil.rmtree(current().printed)
    few = homes[:ALONE]
    alone, _ = _timed(Order(order.as_of, households=tuple(few)), processes=1)
    cores = len(os.sched_getaffinity(0))
    more = {"households": len(homes), "pages": done.pages, "rendered_after_change": done.rendered}
    say("village_200_cold_s", cold, "s", **more)
    say("village_200_again_s", again, "s", again_ratio=round(cold / again))
    say("village_200_five_changed_s", changed, "s", changed_ratio=round(cold / changed, 1))
    say("village_scaling", alone / len(few) / (cold / len(homes)), "times faster", cores=cores)
    say("peak_mb", peak(), "MB of all processes that print")


def _timed(order: Order, processes: int | None = None) -> tuple[float, Done]:
    start = time.monotonic()
    done = print_list(str(uuid.uuid4()), order, lambda *_: None, processes=processes)
    assert not done.failed, [asdict(one) for one in done.failed]
    return time.monotonic() - start, done


def _change(homes: list[str]) -> None:
    """Another address, written straight into the registers: only for measuring."""
    with transaction() as session:
        for home in homes:
            entity = session.get_one(Entity, home)
            for name in ("live", "approved"):
                state: dict[str, Any] = json.loads(json.dumps(getattr(entity, name)))
                units = state.setdefault("units", {})
                heads = units["address_detail"][1] if "address_detail" in units else [0]
                units["address_detail"] = [f"新址 {uuid.uuid4().hex[:6]} 号", heads]
                setattr(entity, name, state)


if __name__ == "__main__":
    with create_app().app_context():
        main(sys.argv[1])
