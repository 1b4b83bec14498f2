"""Random histories of a fleet of phones: nothing is lost, doubled, or replaced unseen.

On failure the story and the seed are printed; `YIHU_FLEET_SEED=<seed>` draws the same histories.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.fleet.beginning import World
from tests.fleet.machine import Fleet

#: (voyages, histories of each) of `make test`, of PostgreSQL there, and of the nightly proof.
SOME, ON_POSTGRESQL, NIGHTLY = (4, 40), (1, 5), (40, 500)
#: Every night draws other histories.
TONIGHT = datetime.now(UTC).date().toordinal() * 1000


@pytest.mark.parametrize("voyage", range(SOME[0]))
def test_nothing_is_ever_lost(on_sqlite: World, voyage: int) -> None:
    sail(on_sqlite, SOME[1], of=voyage)


@pytest.mark.postgresql
def test_nothing_is_ever_lost_on_postgresql(on_postgresql: World) -> None:
    sail(on_postgresql, ON_POSTGRESQL[1], of=100)


@pytest.mark.deep
@pytest.mark.parametrize("voyage", range(NIGHTLY[0]))
def test_nothing_is_lost_in_twenty_thousand_histories(on_sqlite: World, voyage: int) -> None:
    sail(on_sqlite, NIGHTLY[1], of=TONIGHT + voyage, steps=40)


def sail(world: World, histories: int, of: int, steps: int = 25) -> None:
    """Run so many histories, drawn from the seed `of`; print how many there were."""
    of = int(os.environ.get("YIHU_FLEET_SEED", of))
    begun = time.monotonic()

    class Voyage(Fleet):
        server, first = world.server, world.phones

    try:
        run_state_machine_as_test(
            seed(of)(Voyage),
            settings=settings(
                max_examples=histories,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
    except BaseException as error:
        error.add_note(f"Draw it again with YIHU_FLEET_SEED={of}")
        raise
    print(f"seed {of}: {Voyage.histories} histories in {time.monotonic() - begun:.0f} s")  # noqa: T201
