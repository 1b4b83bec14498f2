"""Prints every figure as one JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator

from bench import merge, paper, phone, phone_county, push, sync
from bench.instance import Instance, served

Measurement = Callable[[Instance], Iterator[dict[str, object]]]
ALL: tuple[Measurement, ...] = (
    sync.first_sync,
    phone.initial_size,
    phone.offline_start,
    phone.form_open,
    phone_county.county,
    paper.pdf,
    merge.unit_of_250,
    push.push,
    push.push_postgresql,
)


def main() -> int:
    """Measure everything, or only what is named on the command line."""
    wanted = set(sys.argv[1:])
    with served() as instance:
        for measure in ALL:
            if wanted and measure.__name__ not in wanted:
                continue
            for figure in measure(instance):
                print(json.dumps(figure, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
