"""The background work that prints a village or chosen households."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.jobs import handles
from server.jobs.queue import Progress

#: The kind of job; params: `village` and, if not today's, `as_of` (ISO).
VILLAGE_FILES = "village_files"
#: The kind of job; params: `households`, their ids.
SELECTED_FILES = "selected_files"


@handles(VILLAGE_FILES)
@handles(SELECTED_FILES)
def many_files(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """Print many households into one PDF; the result is `village.result_of`."""
    # WeasyPrint is loaded where something is printed, not by every process that starts
    from server.household_file.village import print_params

    return print_params(params, progress)
