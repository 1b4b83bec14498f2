"""What a phone loads before the app can be used stays small: village lines are thin."""

from __future__ import annotations

from bench.instance import ROOT
from bench.phone import sizes_at_start

MOST = 90_000


def test_the_app_starts_with_little() -> None:
    sizes = sizes_at_start(ROOT / "pwa" / "dist")
    assert sum(sizes.values()) <= MOST, sizes
