"""The registry of worlds: each one's name, what it can do, what it needs, and how it is composed. A new world is an entry here."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.chromium.find import find_browser
from harness.errors import NoBrowser
from harness.worlds import http, memory
from harness.worlds.abilities import ABILITIES
from harness.worlds.limits import CAN_FILL_DISKS
from harness.worlds.world import World

DEFAULT = "memory"
PATIENCE = frozenset({"patience"} if os.environ.get("LONG_TESTS") else ())
FAKES = frozenset({"clock", "control", "faults", "tables", *ABILITIES}) | PATIENCE
"""What worlds on fakes can do."""
PROCESS = frozenset({"own-process"} | ({"full-disk"} if CAN_FILL_DISKS else set()))
"""What can be done to an app in a process of its own, on this machine."""


@dataclass(frozen=True)
class Resources:
    """What a world may use in one scenario; what is costly is made when it is first called for."""

    state_dir: Path
    command: str
    deadline: float
    seed: int
    servers: Callable[[], http.Servers]
    browser: Callable[[], Any]
    """Returns a ``BrowserSession``; naming its type, and that of ``screens``, would import Playwright into every run."""
    screens: Callable[[], Any]
    """Returns a ``ScreenKeeper``."""
    live: Callable[[], Any]
    """Returns a ``LiveRun``."""


@dataclass(frozen=True)
class WorldType:
    """One way of putting the suite in front of the systems.

    ``people`` says in the report how people act, ``risk`` what remains untested without this world. ``runs_command`` is
    whether the integration runs in a process of its own, by ``--integration``.
    """

    name: str
    people: str
    risk: str
    capabilities: frozenset[str] = frozenset()
    compose: Callable[[Resources], AbstractContextManager[World]] = field(kw_only=True)
    runs_command: bool = False
    needs_browser: bool = False
    goes_live: bool = False
    """Whether its systems are real ones."""

    @property
    def why_not(self) -> str:
        """Why this machine cannot run it, ``""`` when it can."""
        return why_no_browser() if self.needs_browser else ""


def why_no_browser() -> str:
    """Return why there is no browser to drive on this machine, ``""`` when there is one."""
    try:
        find_browser()
    except NoBrowser as error:
        return str(error)
    return ""


def _memory(resources: Resources) -> AbstractContextManager[World]:
    return memory.compose(resources.state_dir, resources.seed)


def _http(resources: Resources) -> AbstractContextManager[World]:
    return http.compose(
        resources.servers(), resources.command, resources.state_dir, deadline=resources.deadline
    )


def _browser(resources: Resources) -> AbstractContextManager[World]:
    from harness.worlds import browser  # noqa: PLC0415 - Playwright's import takes a quarter of a second

    return browser.compose(
        resources.servers(),
        resources.command,
        resources.state_dir,
        deadline=resources.deadline,
        browser=resources.browser(),
        screens=resources.screens(),
    )


def _live(resources: Resources) -> AbstractContextManager[World]:
    from harness.worlds import live  # noqa: PLC0415 - Playwright's import takes a quarter of a second

    return live.compose(resources.live(), resources.screens())


_ALL = (
    WorldType(
        "memory",
        people="people act through the systems' interfaces for programs, everything in one process",
        risk="The world in which everything runs in one process was left out.",
        capabilities=FAKES | {"app-clock"},
        compose=_memory,
    ),
    WorldType(
        "http",
        people="people act through the systems' interfaces for programs, the integration in a process of its own",
        risk="The integration was not run in a process of its own: its start, its stop and its sockets are not tested.",
        capabilities=FAKES | PROCESS,
        compose=_http,
        runs_command=True,
    ),
    WorldType(
        "browser",
        people="people act on the systems' web pages, in Chromium, the integration in a process of its own",
        risk="The fakes' web pages were not walked through: what only a page shows was not tested on them.",
        capabilities=FAKES - {"tables"} | {"pages"} | PROCESS,
        compose=_browser,
        runs_command=True,
        needs_browser=True,
    ),
    WorldType(
        "live",
        people="people act at the real systems",
        risk="No real Klaviyo account or Gladly organization was used: everything rests on the fakes (docs/differences.md).",
        capabilities=frozenset({"pages"}),
        compose=_live,
        needs_browser=True,
        goes_live=True,
    ),
)
WORLDS = {one.name: one for one in _ALL}
LIVE = next(one.name for one in _ALL if one.goes_live)
RUNNING_COMMANDS = [one.name for one in _ALL if one.runs_command]
