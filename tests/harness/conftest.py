"""What several tests of the harness begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.worlds import memory
from harness.worlds.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Yield a memory world with the app installed and upgraded by a key called Key."""
    with memory.compose(tmp_path / "state") as made:
        key = made.setup.make_key("Key", scopes={"Events": "Full Access"})
        made.setup.install_app("Klaviyo", private_key=key, upgraded=True)
        yield made
