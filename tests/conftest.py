"""What tests in several folders share."""

from collections.abc import Iterator

import pytest

from tests.meta.forked import ForkedFeatures, forked_features


@pytest.fixture(scope="session")
def features() -> Iterator[ForkedFeatures]:
    """Return what runs scenarios in forks; in each parallel worker it is started once, when first asked for."""
    with forked_features() as forked:
        yield forked
