"""The browser of the session, and the screens of each scenario. Playwright is imported when a scenario needs it.

Its import takes a quarter of a second, which runs without a browser are spared.
"""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from harness.evidence.scan import find
from harness.plugin.item import RECORD, evidence_folder, has_failed, note_evidence
from harness.plugin.scratch import SCRATCH
from harness.worlds.registry import WORLDS


@pytest.fixture(scope="session")
def browser_session(pytestconfig: pytest.Config) -> Iterator[Any]:
    """Run one browser for the session, in each parallel worker its own: a ``BrowserSession``."""
    from harness.chromium.session import open_browser  # noqa: PLC0415 - see above

    with open_browser(scratch=pytestconfig.stash[SCRATCH]) as session:
        yield session


@pytest.fixture(scope="session")
def axe() -> Any:
    """Check each state of a page once in a session: an ``Accessibility``."""
    from harness.evidence.accessibility import Accessibility  # noqa: PLC0415 - see above

    return Accessibility()


@pytest.fixture
def screens(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Keep what the screens of a scenario show: pictures for a sign-off, a trace of what failed, axe where it is asked for."""
    from harness.evidence.screens import ScreenKeeper  # noqa: PLC0415 - see above

    on_change = request.getfixturevalue("axe").check if request.config.getoption("--axe") else None
    signing = request.config.getoption("--signoff") is not None
    folder = evidence_folder(request.node)
    shutil.rmtree(folder, ignore_errors=True)  # what an earlier run of this scenario left
    keeper = ScreenKeeper(folder, keep_all=signing, on_change=on_change)
    if WORLDS[request.node.stash[RECORD].world].goes_live:
        from harness.pages.private import take_picture  # noqa: PLC0415 - see above

        keeper.take, keeper.traces, keeper.titles = take_picture, False, False
    try:
        yield keeper
    finally:
        keeper.failed = keeper.failed or has_failed(request.node)
        try:
            keeper.close()
        finally:
            note_evidence(request.node, keeper.kept)
    if leaks := find(folder, keeper.secrets()):
        shutil.rmtree(folder)
        told = ", ".join(map(str, leaks))
        pytest.fail(f"a secret stood in what was kept, and all of it was deleted: {told}")
