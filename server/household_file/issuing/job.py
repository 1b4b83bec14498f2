"""The background work that prints many households."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.jobs import handles
from server.jobs.queue import Progress

#: The kinds of job; params: an `Order` (order.py), and under `list` the id of its list.
VILLAGE_FILES = "village_files"
SELECTED_FILES = "selected_files"


@handles(VILLAGE_FILES)
@handles(SELECTED_FILES)
def many_files(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """Print what is ordered; the result is `village.result_of`."""
    # WeasyPrint is loaded where something is printed, not by every process that starts
    from server.household_file.issuing.village import print_list, result_of
    from server.household_file.order import order_of

    return result_of(print_list(str(params["list"]), order_of(params), progress))
