"""A workbench for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A workbench in a folder of its own."""
    bench = Bench(tmp_path / "state")
    yield bench
    bench.service.close()
