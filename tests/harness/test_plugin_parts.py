"""Parts of the plugins that no whole run here reaches: how to run it again, the end of a live run, a worker's folder."""

import json
import shlex
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.evidence.record import Record
from harness.plugin import live, scratch, worlds
from harness.plugin.failure import command
from harness.worlds.registry import DEFAULT

ORIGIN = {"app": "Klaviyo", "by": "Änne", "left": []}


def test_how_to_run_it_again_has_what_the_integration_can_and_cannot() -> None:
    """The command for a failed scenario repeats the integration and each of its abilities, in pytest's own options."""
    option = SimpleNamespace(integration="my app", extra=["catch-up", "overlap"], without=["legacy", "crash"])
    item: Any = SimpleNamespace(
        nodeid="features/test_runbook.py::test_a[x y]", config=SimpleNamespace(option=option)
    )
    words = shlex.split(command(item, Record("a.feature", "", "A", (), "http", ())))
    assert words[1:] == [
        *("-m", "pytest", item.nodeid, "--world", "http", "--integration", "my app"),
        *("--with", "catch-up", "--with", "overlap", "--without", "legacy", "--without", "crash"),
    ]


@pytest.mark.parametrize(
    ("left", "code"), [([], pytest.ExitCode.OK), (["a key"], pytest.ExitCode.TESTS_FAILED)]
)
def test_a_live_run_says_beside_its_results_where_it_was(
    tmp_path: Path, left: list[str], code: pytest.ExitCode
) -> None:
    """Where, when and by whom it was run stands in the pack; a run that left something behind fails."""
    pack, origin = tmp_path / "pack", ORIGIN | {"left": left}
    config = SimpleNamespace(stash={live.ORIGIN: origin}, getoption={"--signoff": pack}.__getitem__)
    session: Any = SimpleNamespace(config=config, exitstatus=pytest.ExitCode.OK)
    live.pytest_sessionfinish(session)
    assert json.loads((pack / "live.json").read_text(encoding="utf-8")) == origin
    assert session.exitstatus == code


def test_a_worker_writes_into_the_folder_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of xdist's workers makes no folder of its own: what it writes is removed by whoever started it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    node: Any = SimpleNamespace(
        workerinput={}, config=SimpleNamespace(stash={scratch.SCRATCH: Path("theirs")})
    )
    scratch.pytest_configure_node(node)
    worker: Any = SimpleNamespace(
        workerinput=node.workerinput, stash={}, option=SimpleNamespace(basetemp=None), add_cleanup=print
    )
    scratch.pytest_configure(worker)
    assert worker.stash[scratch.SCRATCH] == Path("theirs")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("order", [("patience", "own-process"), ("own-process", "patience")])
def test_of_several_reasons_always_the_same_is_told(
    pytestconfig: pytest.Config, order: tuple[str, ...]
) -> None:
    """Tags come in any order; what a scenario was not run for may not change with it, nor the bytes of the results."""
    item = SimpleNamespace(
        config=pytestconfig,
        callspec=SimpleNamespace(params={"world_name": DEFAULT}),
        iter_markers=lambda _name: [SimpleNamespace(args=(one,)) for one in order],
    )
    with pytest.raises(pytest.skip.Exception, match="it needs own-process"):
        worlds.pytest_runtest_setup(cast("Any", item))
