"""Playwright's driver, which leaves nothing behind in the machine's temporary folder.

The driver and the browser make folders there, one for each trace at the least, and not all are removed at the end. So they
are given a temporary folder of their own, which is.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from harness.folders import remove

VARIABLE = "TMPDIR"


@contextlib.contextmanager
def run_driver(scratch: Path | None = None) -> Iterator[Playwright]:
    """Start the driver and end it; its temporary folder is made in ``scratch``, else in the machine's."""
    if scratch is not None:
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="gladly-klaviyo-browser-", dir=scratch))
    manager = sync_playwright()
    try:
        with _environment(**{VARIABLE: str(folder)}):
            playwright = manager.__enter__()
        try:
            yield playwright
        finally:
            manager.__exit__(None, None, None)
    finally:
        remove(folder)


@contextlib.contextmanager
def _environment(**variables: str) -> Iterator[None]:
    """Set environment variables for what is started meanwhile."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
