"""Prints every figure as one JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator

from bench import feed, forms, merge, paper, phone, phone_county, push
from bench.instance import Instance, served
from bench.peers.compare import peers

Measurement = Callable[[Instance], Iterator[dict[str, object]]]
ALL: tuple[Measurement, ...] = (
    feed.first_sync,
    phone.initial_size,
    phone.offline_start,
    forms.forms,
    forms.checks,
    phone_county.county,
    paper.pdf,
    merge.unit_of_250,
    push.push,
    push.push_postgresql,
    feed.feed_sizes,  # last: it fills the instance
)


#: Installs foreign software: only when named.
ONLY_NAMED: tuple[Measurement, ...] = (peers,)


def main() -> int:
    """Measure everything but the peers, or only what is named on the command line."""
    wanted = set(sys.argv[1:])
    with served() as instance:
        for measure in (*ALL, *ONLY_NAMED):
            if measure.__name__ not in (wanted or {one.__name__ for one in ALL}):
                continue
            for figure in measure(instance):
                print(json.dumps(figure, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
