"""The ``live`` world: real systems by public interfaces only. What needs faults, a clock or a look inside is not run there."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from harness.actors.browser.metrics import KlaviyoPages, PageMetricsList
from harness.errors import NotInThisWorld
from harness.evidence.screens import ScreenKeeper
from harness.live.people import LiveAgent, LiveGladlyAdmin, LiveKeyHolder, LiveKlaviyoAdmin
from harness.live.run import LiveRun
from harness.live.sessions import LiveSessions
from harness.live.setup import LiveSetup
from harness.live.undo import Undo
from harness.live.views import LiveGladlyView, LiveKlaviyoApiView, LiveKlaviyoView
from harness.worlds.cookies import Cookies
from harness.worlds.expect import Expect
from harness.worlds.observer import Observer
from harness.worlds.world import World

PEOPLE = ("klaviyo-admin", "gladly-admin", "gladly-agent")
TOLERANCE = timedelta(seconds=1)
"""An event's second and the conversation's may lie on two sides of a full second."""


class Absent:
    """A part that this world has not got: a step that reaches for it belongs to a scenario that lacks a tag."""

    def __init__(self, tag: str) -> None:
        """Name the tag."""
        self._tag = tag

    def __getattr__(self, name: str) -> Any:
        """Raise ``NotInThisWorld``."""
        raise NotInThisWorld(f"the live world has no {name}; tag the scenario @needs-{self._tag}")

    def __call__(self, *_args: object) -> Any:
        """Raise ``NotInThisWorld``."""
        raise NotInThisWorld(f"the live world cannot do that; tag the scenario @needs-{self._tag}")


class NoApp(Absent):
    """The app at the real Gladly: nothing of it can be seen or started."""

    url = ""

    def leaks(self) -> list[str]:
        """Return nothing: its output is not to be had."""
        return []

    def output(self) -> str:
        """Return nothing, as it is not to be had."""
        return ""

    def told(self) -> list[str]:
        """Return nothing: the harness tells it nothing."""
        return []

    def stop(self) -> None:
        """Leave it as it is."""


def _absent(tag: str, kind: type[Absent] = Absent) -> Any:
    return kind(tag)


@dataclass
class LiveObserver(Observer):
    """Settles by time alone, once for each thing that was done."""

    acts: Callable[[], int] = int
    _settled_after: int = -1

    def settle(self) -> None:
        """Let the settling time go by, unless nothing was done since the last time."""
        acts = self.acts()
        if acts != self._settled_after:
            self._expect.quiet()
            self._settled_after = acts


@contextlib.contextmanager
def _tidied(run: LiveRun, danas: LiveSessions, kims: LiveSessions) -> Iterator[None]:
    """Leave the systems to the next scenario as they were, but for the key that the app holds."""
    try:
        yield
    finally:
        Undo(run.ledger, run.settings, run.systems, lambda: danas, lambda: kims).between_scenarios()


def _views(
    run: LiveRun, kim: LiveKlaviyoAdmin, kims: LiveSessions
) -> tuple[LiveKlaviyoApiView, LiveKlaviyoView]:
    """Return what Klaviyo shows by its API alone, and on its pages as well."""
    account = (run.systems.klaviyo, run.ledger, run.identity.account, kim)
    return LiveKlaviyoApiView(*account), LiveKlaviyoView(*account, kims)


def _sessions(run: LiveRun, screens: ScreenKeeper) -> tuple[list[LiveSessions], Cookies]:
    """Return everybody at the pages, by ``PEOPLE``, and the cookies of their browsers."""
    cookies = Cookies()
    return [run.sessions(person, cookies.watched(screens.watch)) for person in PEOPLE], cookies


@contextlib.contextmanager
def compose(run: LiveRun, screens: ScreenKeeper) -> Iterator[World]:
    """Put a world together for one scenario of ``run``."""
    (kims, danas, sams), cookies = _sessions(run, screens)
    kim = LiveKlaviyoAdmin(kims, run.ledger, run.identity.account.id, labels := dict[str, str]())
    dana = LiveGladlyAdmin(danas, run.ledger, run.settings, labels)
    sam = LiveAgent(sams, run.systems.gladly, run.ledger)
    gladly = LiveGladlyView(run.systems.gladly, dana, danas)
    setup = LiveSetup((kim, dana, sam), gladly, may_change=run.mode == "upgrade")
    expect = Expect(run.waiting, lambda: ["what the systems did inside cannot be seen"])
    by_api, view = _views(run, kim, kims)
    control, app = _absent("control"), _absent("control", NoApp)
    looks = (view, gladly, control, by_api, TOLERANCE)
    screens.secrets = lambda: [*run.settings.secrets(), *labels, *cookies.values()]
    pages = KlaviyoPages(kims, view, metrics := PageMetricsList(kims), expect.soon)
    with _tidied(run, danas, kims):
        yield World(
            setup=setup,
            control=control,
            faults=_absent("faults"),
            kim=kim,
            metrics=metrics,
            dana=dana,
            sam=sam,
            customer=control,
            key_holder=LiveKeyHolder(run.systems.klaviyo, kim),
            observer=LiveObserver(
                *looks,
                acts=lambda: sam.acts,
                ledger=control,
                app=app,
                is_known_elsewhere=control,
                sees_nothing_of_app=True,
                metrics=metrics,
                web_pages=pages,
                _expect=expect,
                _setup=setup,
            ),
            expect=expect,
            app=app,
            webhook_caller=control,
            throng=control,
            reach=control,
            crashes=control,
            advance=Absent("clock"),
            unexpected=list,
            secrets=screens.secrets,
            web_pages=pages,
            screens=screens,
            address=lambda local: run.ledger.run.address(local, run.settings.mail_domain),
        )
