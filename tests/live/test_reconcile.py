"""What was planted in both systems by public calls is named, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.length import sized
from tests.live.reconcile_scene import Scene, scene
from tests.live.reconcile_shop import Shop, named


@pytest.fixture(name="world")
def _world() -> Iterator[Scene]:
    """An account and an organization."""
    with scene() as made:
        yield made


def test_exactly_what_was_planted_is_named(world: Scene, tmp_path: Path) -> None:
    """Among conversations of three days, one of each thing that goes wrong is named, and nothing else."""
    shop = Shop(world)
    shop.live(sized(60, 2_000))
    assert shop.upgraded is not None
    with world.reconciled(tmp_path, upgraded_at=shop.upgraded.isoformat()) as found:
        assert named(found) == sorted(shop.planted)
        assert found.counts["unexplained"] == 0
        assert found.counts["once"] > sized(120, 4_000)
        assert not found.is_fine
        assert found.lag is not None
        assert (found.lag.p50, found.lag.most) == (0, 3_600)
