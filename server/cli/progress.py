"""A progress bar that a capability can feed: done, total, message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Progress = Callable[[int, int, str], None]


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """A bar on the terminal (nothing but its end when the output is not one)."""
    with click.progressbar(length=1, label=label) as bar:

        def tell(done: int, total: int, message: str = "") -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield tell
