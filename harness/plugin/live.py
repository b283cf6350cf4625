"""``--live verify|upgrade``: the live world's settings, its one run, what of the features is run there, and in which order."""

import contextlib
import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import BadSettings, NotRunHere, SystemFailed, WrongSystem
from harness.live.recording import Recording
from harness.live.settings import READING, LiveSettings, environment, settings
from harness.live.systems import MODES, Identity, open_systems, permitted
from harness.live.terminal import Teller
from harness.plugin.item import RECORD
from harness.plugin.options import chosen_worlds
from harness.plugin.scratch import SCRATCH
from harness.redaction import redact
from harness.signoff.reconcile import REASON
from harness.worlds.registry import LIVE

TESTING_THE_STEPS = "testing-the-steps"
"""The tag of the one scenario that ``--live verify`` runs."""

FIRST = ("promises/before_the_upgrade.feature", "testing/following_the_runbook.feature")
"""What can only be run before the upgrade, and the upgrade itself, come before everything else."""

SETTINGS = pytest.StashKey[LiveSettings]()
IDENTITY = pytest.StashKey[Identity]()
ORIGIN = pytest.StashKey[dict[str, object]]()
ORIGIN_FILE = "live.json"
MISUSE = 2


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of going live."""
    group = parser.getgroup("going live")
    group.addoption(
        "--live",
        choices=MODES,
        help="what the live world runs: the runbook's Testing the steps alone, or all of it, key and app included",
    )
    group.addoption(
        "--env",
        metavar="FILE",
        type=Path,
        help="a file with the LIVE_ variables; default: .env where there is one",
    )
    group.addoption(
        "--record",
        metavar="DIR",
        type=Path,
        help="keep the shapes of what the real systems answered in this folder",
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Refuse what cannot be: no mode, parallel workers, variables that are missing."""
    chosen, mode = LIVE in chosen_worlds(config), config.getoption("--live")
    if mode and not chosen:
        raise pytest.UsageError(f"--live {mode} goes with --world live: add that (docs/live.md)")
    if chosen and not mode:
        raise pytest.UsageError("--world live needs --live verify or --live upgrade (docs/live.md)")
    if not chosen:
        return
    if config.getoption("numprocesses", None):
        raise pytest.UsageError("--world live runs one thing after another: leave -n out")
    try:
        config.stash[SETTINGS] = settings(environment(config.getoption("--env")), needs=READING)
    except BadSettings as error:
        raise pytest.UsageError("\n".join(f"live: {one}" for one in error.problems)) from None


def pytest_sessionstart(session: pytest.Session) -> None:
    """End before anything is collected unless the systems are the ones that may be touched, and may be changed so."""
    config = session.config
    chosen = config.stash.get(SETTINGS, None)
    if chosen is None or config.option.collectonly:
        return
    try:
        with open_systems(chosen, told=Teller(_uncaptured(config)).line) as systems:
            config.stash[IDENTITY] = permitted(systems, chosen, config.getoption("--live"))
    except (BadSettings, SystemFailed) as error:
        pytest.exit(f"live: {redact(str(error), chosen.secrets())}", returncode=MISUSE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the harness's own tests alone: they have no business at real systems."""
    own = config.rootpath / "tests"
    return True if config.getoption("--live") and collection_path.is_relative_to(own) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the live scenarios into their own order, whatever order others are in: what is upgraded stays so."""
    if config.getoption("--live"):
        items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[int, str, int]:
    record = item.stash.get(RECORD, None)
    if record is None or record.world != LIVE:
        return (-1, "", 0)
    place = FIRST.index(record.feature) if record.feature in FIRST else len(FIRST)
    is_test = TESTING_THE_STEPS in record.tags
    return (place, record.feature, int(is_test))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what ``--live verify`` does not run, with the reason."""
    record = item.stash.get(RECORD, None)
    if record is None or record.world != LIVE or item.config.getoption("--live") != "verify":
        return
    if TESTING_THE_STEPS not in record.tags:
        pytest.skip(f"{REASON}--live verify runs the runbook's Testing the steps alone")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Report as not run what turns out not to be possible at this system as it is, before anything was done."""
    try:
        return (yield)
    except NotRunHere as error:
        if _has_acted(item):
            pytest.fail(f"it broke off after something was done: {redact(str(error))}")
        pytest.skip(f"{REASON}{redact(str(error))}")
    except WrongSystem as error:
        pytest.exit(f"live: {redact(str(error))}", returncode=MISUSE)


def _has_acted(item: pytest.Item) -> bool:
    return any(
        step.keyword.strip() == "When" and step.outcome == "passed" for step in item.stash[RECORD].steps
    )


@pytest.fixture(scope="session")
def live_run(pytestconfig: pytest.Config) -> Iterator[Any]:
    """Open the one run of the session: a ``LiveRun``; what it made is removed at the end."""
    from harness.chromium.session import open_browser  # noqa: PLC0415 - Playwright's import takes a quarter of a second
    from harness.live.run import open_run  # noqa: PLC0415 - as above

    told, folder = Teller(_uncaptured(pytestconfig)), pytestconfig.getoption("--record")
    with contextlib.ExitStack() as browsers, contextlib.ExitStack() as stack:
        scratch = pytestconfig.stash[SCRATCH]
        browser = functools.cache(
            lambda: browsers.enter_context(open_browser(loopback_only=False, scratch=scratch))
        )

        record = stack.enter_context(Recording(folder)).record if folder else None
        run = stack.enter_context(
            open_run(
                pytestconfig.stash[SETTINGS],
                pytestconfig.getoption("--live"),
                browser=browser,
                tell=told.line,
                show=told.waiting,
                ask=told.ask,
                record=record,
                identity=pytestconfig.stash.get(IDENTITY, None),
            )
        )
        yield run
        stack.close()
        pytestconfig.stash[ORIGIN] = run.origin()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep beside the results where, when and by whom the run was made; fail a run that left something behind."""
    origin = session.config.stash.get(ORIGIN, None)
    if origin is None:
        return
    if origin["left"] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    folder: Path | None = session.config.getoption("--signoff")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(origin, indent=2, ensure_ascii=False, sort_keys=True)
        (folder / ORIGIN_FILE).write_text(text + "\n", encoding="utf-8")


def _uncaptured(config: pytest.Config) -> Callable[[], contextlib.AbstractContextManager[None]]:
    """Return how to reach the terminal while pytest captures what is printed."""
    manager = config.pluginmanager.getplugin("capturemanager")
    if manager is None:
        return contextlib.nullcontext
    found: Callable[[], contextlib.AbstractContextManager[None]] = manager.global_and_fixture_disabled
    return found
