"""A small project to run the plugins in, and where a sign-off is to be written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.meta.small_project import SmallProject


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallProject]:
    """Return a project of four scenarios, one of which needs pages."""
    small = SmallProject(tmp_path_factory.mktemp("small"))
    yield small
    small.close()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Return where a sign-off is to be written."""
    return tmp_path / "pack"
