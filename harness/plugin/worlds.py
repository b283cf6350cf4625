"""Every scenario in every chosen world, each with a world of its own; what a world cannot run says why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.plugin.evidence import note_the_end
from harness.plugin.item import RECORD, has_failed
from harness.plugin.options import chosen_worlds, uncovered_abilities
from harness.plugin.secrets import remember
from harness.worlds import http
from harness.worlds.process import REFERENCE
from harness.worlds.registry import WORLDS, Resources
from harness.worlds.world import CAPABILITIES, World


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
    if reason := WORLDS[name].why_not:
        pytest.skip(f"not run in the {name} world: {reason}")
    # pytest-bdd keeps tags in a set: without an order of its own the reason would change from run to run.
    for capability in sorted({mark.args[0] for mark in item.iter_markers("needs")}):
        if reason := why_not(item.config, name, capability):
            pytest.skip(reason)


def why_not(config: pytest.Config, world: str, capability: str) -> str:
    """Return why what needs ``capability`` is not run in ``world``; ``""`` when it is. ``KeyError`` for an unknown one."""
    what = CAPABILITIES[capability]
    if capability not in WORLDS[world].capabilities:
        return f"not run in the {world} world: it needs {capability} ({what})"
    if capability in (lacking := uncovered_abilities(config, world)):
        return f"not covered: {capability} ({what}): {lacking[capability]}"
    return ""


@pytest.fixture
def world(world_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Yield the world of this scenario; whatever no step would see fails it at the end."""
    resources = Resources(
        tmp_path / "state",
        request.config.getoption("--integration") or REFERENCE,
        request.config.getoption("--deadline"),
        request.config.getoption("--seed"),
        servers=lambda: request.getfixturevalue("http_servers"),
        browser=lambda: request.getfixturevalue("browser_session"),
        screens=lambda: request.getfixturevalue("screens"),
        live=lambda: request.getfixturevalue("live_run"),
    )
    with WORLDS[world_name].compose(resources) as composed:
        yield composed
        try:
            remember(request.config, composed)
            note_what_was_seen(request.node, composed)
            composed.app.stop()
            composed.check_at_the_end(is_red=has_failed(request.node))
        except Exception:
            composed.look("after the last step", failed=True)
            raise
        finally:
            note_the_end(request.node, composed)


def note_what_was_seen(item: pytest.Item, world: World) -> None:
    """Put into the scenario's record what was seen of the integration."""
    if (record := item.stash.get(RECORD, None)) is not None:
        record.seen = world.seen_of_app()


@pytest.fixture(scope="session")
def http_servers(request: pytest.FixtureRequest) -> Iterator[http.Servers]:
    """Serve both fakes for the session, in each parallel worker on ports of its own."""
    with http.serve(request.config.getoption("--seed")) as servers:
        yield servers
