"""Every scenario in every chosen world, each with a world of its own; what a world cannot run says why."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from harness.plugin.options import chosen_worlds
from harness.worlds import http, memory
from harness.worlds.process import REFERENCE
from harness.worlds.world import CAPABILITIES, World

HAS = {"memory": memory.CAPABILITIES, "http": http.CAPABILITIES}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever asks for a world once in each chosen one; the test's id names it."""
    if "world_name" in metafunc.fixturenames:
        metafunc.parametrize("world_name", chosen_worlds(metafunc.config))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Report a scenario that this world cannot run as not run, with the reason."""
    callspec = getattr(item, "callspec", None)
    name = callspec.params.get("world_name") if callspec else None
    if name is None:
        return
    for mark in item.iter_markers("needs"):
        if (capability := mark.args[0]) not in HAS[name]:
            pytest.skip(f"not run in the {name} world: it needs {capability} ({CAPABILITIES[capability]})")


@pytest.fixture
def world(world_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Yield the world of this scenario; whatever went wrong behind its back fails it."""
    with ExitStack() as stack:
        if world_name == "memory":
            composed = stack.enter_context(memory.compose(tmp_path / "state"))
        else:
            servers = request.getfixturevalue("http_servers")
            command = request.config.getoption("--integration") or REFERENCE
            composed = stack.enter_context(
                http.compose(servers, command, tmp_path / "state", request.config.getoption("--deadline"))
            )
        yield composed
        composed.app.stop()
        composed.check()


@pytest.fixture(scope="session")
def http_servers() -> Iterator[http.Servers]:
    """Serve both fakes for the session, in each parallel worker on ports of its own."""
    with http.serve() as servers:
        yield servers


def pytest_bdd_after_step(request: pytest.FixtureRequest) -> None:
    """Fail the step behind whose back something went wrong."""
    found: World = request.getfixturevalue("world")
    found.check()
