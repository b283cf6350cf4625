"""Every scenario in every chosen world, each with a world of its own; what a world cannot run says why."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from pytest_bdd.parser import Step

from harness.chromium.find import NoBrowser, find_browser
from harness.evidence.item import RECORD
from harness.plugin.options import chosen_worlds
from harness.worlds import http, memory
from harness.worlds.process import REFERENCE
from harness.worlds.world import CAPABILITIES, World

HAS = {
    "memory": memory.CAPABILITIES,
    "http": http.CAPABILITIES,
    "browser": (http.CAPABILITIES | {"pages"}) - {"tables"},
}


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
    if name == "browser" and (reason := why_no_browser()):
        pytest.skip(f"not run in the browser world: {reason}")
    for mark in item.iter_markers("needs"):
        if (capability := mark.args[0]) not in HAS[name]:
            pytest.skip(f"not run in the {name} world: it needs {capability} ({CAPABILITIES[capability]})")


def why_no_browser() -> str:
    """Return why the browser world cannot be run on this machine, ``""`` when it can."""
    try:
        find_browser()
    except NoBrowser as error:
        return str(error)
    return ""


@pytest.fixture
def world(world_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Yield the world of this scenario; whatever went wrong behind its back fails it."""
    with ExitStack() as stack:
        if world_name == "memory":
            composed = stack.enter_context(memory.compose(tmp_path / "state"))
        else:
            composed = stack.enter_context(_with_sockets(world_name, request, tmp_path / "state"))
        yield composed
        try:
            composed.app.stop()
            composed.check()
        except Exception:
            if composed.witness is not None:
                composed.witness.look("after the last step", failed=True)
            raise


@contextmanager
def _with_sockets(world_name: str, request: pytest.FixtureRequest, state_dir: Path) -> Iterator[World]:
    servers: http.Servers = request.getfixturevalue("http_servers")
    command = request.config.getoption("--integration") or REFERENCE
    deadline = request.config.getoption("--deadline")
    if world_name == "http":
        with http.compose(servers, command, state_dir, deadline) as composed:
            yield composed
        return
    from harness.worlds import browser  # noqa: PLC0415 - Playwright's import is for this world alone

    at_screens = {
        "browser": request.getfixturevalue("browser_session"),
        "screens": request.getfixturevalue("screens"),
    }
    with browser.compose(servers, command, state_dir, deadline, **at_screens) as composed:
        yield composed


@pytest.fixture(scope="session")
def http_servers() -> Iterator[http.Servers]:
    """Serve both fakes for the session, in each parallel worker on ports of its own."""
    with http.serve() as servers:
        yield servers


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Tell the world whether something is given: that may take the cheapest route."""
    world: World = request.getfixturevalue("world")
    world.given = step.type == "given"


def pytest_bdd_after_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Keep what the step changed on the screens, and fail it if something went wrong behind its back."""
    world: World = request.getfixturevalue("world")
    try:
        if world.witness is not None:
            world.witness.look(step.name)
        world.check()
    except Exception:
        request.node.stash[RECORD].step_failed_after_all()
        if world.witness is not None:
            world.witness.look(step.name, failed=True)
        raise


def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Step) -> None:
    """Keep what the screens showed when the step failed."""
    world: World = request.getfixturevalue("world")
    if world.witness is not None:
        world.witness.look(step.name, failed=True)
