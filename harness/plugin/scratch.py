"""One folder for all that a run writes on the way: it is removed at the end, after a failure or Ctrl-C too.

Otherwise pytest, Playwright and the browser would each leave folders in the machine's temporary folder. Under xdist the
process that started the workers removes it, whatever became of them. ``--basetemp DIR`` keeps what tests wrote.
"""

import tempfile
from pathlib import Path
from typing import Any

import pytest

from harness.folders import remove

SCRATCH = pytest.StashKey[Path]()
WORKERS_NAME = "scratch"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Make the folder before pytest decides on one for ``tmp_path``; a worker uses the one it is told."""
    told: str | None = getattr(config, "workerinput", {}).get(WORKERS_NAME)
    if told is not None:
        config.stash[SCRATCH] = Path(told)
        return
    scratch = config.stash[SCRATCH] = Path(tempfile.mkdtemp(prefix="gladly-klaviyo-run-"))
    config.add_cleanup(lambda: remove(scratch))
    if config.option.basetemp is None:
        config.option.basetemp = str(scratch / "pytest")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each of xdist's workers where the folder is."""
    node.workerinput[WORKERS_NAME] = str(node.config.stash[SCRATCH])
