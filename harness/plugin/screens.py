"""The browser of the session, and the screens of each scenario. Playwright is imported when a scenario needs it.

Its import takes a quarter of a second, which runs without a browser are spared.
"""

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from harness.evidence.item import evidence_folder, has_failed, note_evidence
from harness.evidence.scan import secrets_found

if TYPE_CHECKING:
    from harness.chromium.session import BrowserSession
    from harness.evidence.accessibility import Accessibility
    from harness.evidence.screens import Screens


@pytest.fixture(scope="session")
def browser_session() -> "Iterator[BrowserSession]":
    """Run one browser for the session, in each parallel worker its own."""
    from harness.chromium.session import open_browser  # noqa: PLC0415 - see above

    with open_browser() as session:
        yield session


@pytest.fixture(scope="session")
def axe() -> "Accessibility":
    """Check each state of a page once in a session."""
    from harness.evidence.accessibility import Accessibility  # noqa: PLC0415 - see above

    return Accessibility()


@pytest.fixture
def screens(request: pytest.FixtureRequest) -> "Iterator[Screens]":
    """Watch the screens of a scenario: pictures for a sign-off, a trace of what failed, axe where it is asked for."""
    from harness.evidence.screens import Screens  # noqa: PLC0415 - see above

    on_change = request.getfixturevalue("axe").check if request.config.getoption("--axe") else None
    signing = request.config.getoption("--signoff") is not None
    folder = evidence_folder(request.node)
    shutil.rmtree(folder, ignore_errors=True)  # what an earlier run of this scenario left
    watching = Screens(folder, keep_all=signing, on_change=on_change)
    try:
        yield watching
    finally:
        watching.failed = watching.failed or has_failed(request.node)
        try:
            watching.close()
        finally:
            note_evidence(request.node, watching.kept)
    if leaks := secrets_found(folder, watching.secrets()):
        shutil.rmtree(folder)
        pytest.fail(f"a secret stood in what was kept, and all of it was deleted: {', '.join(leaks)}")
