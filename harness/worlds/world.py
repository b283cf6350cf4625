"""A world: one way of putting the suite in front of the systems, with the same parts whatever the way."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from harness.actors.api.faults import Faults
from harness.actors.api.timeline import ByHand, Timeline
from harness.actors.api.traffic import Traffic
from harness.app_ports import AppUnderTest, Reach
from harness.errors import NeverHappened, NotInThisWorld, StrictnessError
from harness.ports import (
    Agent,
    Control,
    CustomerChannel,
    GladlyAdmin,
    KeyHolder,
    KlaviyoAdmin,
    MetricsList,
    Pages,
    Screens,
    Setup,
)
from harness.values import Credentials
from harness.worlds.abilities import ABILITIES
from harness.worlds.crashes import Crashes
from harness.worlds.expect import Expect
from harness.worlds.observer import MAIL_DOMAIN, Observer
from harness.worlds.throng import Throng

_ERRORS = 400

CAPABILITIES: Mapping[str, str] = {
    **ABILITIES,
    "app-clock": "the app lives by the systems' clock, which can be moved",
    "clock": "time can be moved",
    "control": "the systems and the app can be set up and looked into, beyond what people see of them",
    "faults": "the systems can be made to misbehave",
    "full-disk": "the app's disk can be full",
    "own-process": "the app runs in a process of its own",
    "patience": "long forms are run when LONG_TESTS=1 asks for them",
    "pages": "the systems' web pages can be used",
    "tables": "a long table is run to its end, for no row is a walk through pages",
}


@dataclass
class WebhookCaller:
    """Whoever calls the app's webhook: Gladly by its ``credentials``, anybody else with others or none."""

    app: AppUnderTest
    credentials: Credentials
    client: httpx.Client = field(repr=False)

    at_once: int = 1
    """How many calls go out at a time."""
    said: Callable[[str], list[dict[str, Any]]] = lambda _kind: []
    """Returns what Gladly has said, as events of a type."""
    answered: int = 0
    """How many calls the app has answered."""
    made: list[ByHand] = field(default_factory=list, repr=False)
    """The calls that were made."""

    def post(self, body: bytes, credentials: Credentials | None) -> int:
        """Send ``body``, with or without credentials, and return the status.

        Raises ``AssertionError`` when the app answers nothing: that is the app's doing and no error of the harness.
        """
        return self._answer(body, credentials).status_code

    def post_at_once(self, bodies: list[bytes]) -> None:
        """Send all in Gladly's name, side by side where the world has sides; ``AssertionError`` if one is not accepted."""
        with ThreadPoolExecutor(self.at_once) as pool:
            send = partial(self.post, credentials=self.credentials)
            refused = [
                status
                for status in (pool.map if self.at_once > 1 else map)(send, bodies)
                if status >= _ERRORS
            ]
        if refused:
            raise AssertionError(f"the app refuses what Gladly says again: {refused}")

    def whole_answer(
        self, body: bytes, credentials: Credentials | None
    ) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
        """As ``post``, and return the status, the body and the headers but for the date."""
        answer = self._answer(body, credentials)
        headers = sorted((name, value) for name, value in answer.headers.items() if name != "date")
        return answer.status_code, answer.content, tuple(headers)

    def _answer(self, body: bytes, credentials: Credentials | None) -> httpx.Response:
        auth = httpx.BasicAuth(credentials.username, credentials.password) if credentials else httpx.Auth()
        headers = {"Content-Type": "application/json"}
        try:
            answer = self.client.post(self.app.url, content=body, auth=auth, headers=headers)
        except httpx.TransportError as error:
            self.made.append(ByHand(self._who(credentials), body, 0))
            raise AssertionError(f"the app's webhook gave no answer: {type(error).__name__}") from error
        self.made.append(ByHand(self._who(credentials), body, answer.status_code))
        self.answered += 1
        return answer

    def _who(self, credentials: Credentials | None) -> str:
        """Return who seems to call."""
        if credentials == self.credentials:
            return "Gladly, once more"
        return "a stranger with other credentials" if credentials else "a stranger without credentials"


@dataclass
class World:
    """What the steps of one scenario work with; ``harness.plugin.ports`` hands each part to the steps by its name.

    ``setup`` takes the cheapest route, for Givens; the actors take the route that the world is about, for Whens;
    ``observer`` looks by that route, for Thens. ``unexpected`` tells what happened that no step asked for. ``screens`` keeps
    what a screen showed, in worlds that have screens.
    """

    setup: Setup
    control: Control
    faults: Faults
    kim: KlaviyoAdmin
    metrics: MetricsList
    dana: GladlyAdmin
    sam: Agent
    customer: CustomerChannel
    key_holder: KeyHolder
    observer: Observer
    expect: Expect
    app: AppUnderTest
    webhook_caller: WebhookCaller
    reach: Reach
    crashes: Crashes
    throng: Throng
    advance: Callable[[float], None]
    unexpected: Callable[[], list[str]]
    secrets: Callable[[], list[str]] = field(repr=False)
    web_pages: Pages | None = None
    screens: Screens | None = None
    timeline: Timeline | None = None
    """What happened at the systems, in worlds on fakes, which keep journals."""
    unfulfilled: Callable[[], list[str]] = list
    """Tells what a step said would happen and what has not."""
    address: Callable[[str], str] = f"{{}}@{MAIL_DOMAIN}".format
    """Returns an e-mail address for a local part."""
    _told: set[str] = field(default_factory=set, init=False, repr=False)
    """What was found and told."""

    @property
    def traffic(self) -> Traffic:
        """What the systems have seen of the app."""
        return self.observer.traffic

    @property
    def pages(self) -> Pages:
        """The web pages, or ``NotInThisWorld``."""
        if self.web_pages is None:
            raise NotInThisWorld("this world has no pages; tag the scenario @needs-pages")
        return self.web_pages

    def seen_of_app(self) -> list[str]:
        """Return what was seen of the integration: ``answers`` to its webhook, ``calls`` of its own."""
        if self.observer.sees_nothing_of_app:
            return ["answers", "calls"]
        answers = self.traffic.answers() or self.webhook_caller.answered
        return ["answers"] * bool(answers) + ["calls"] * bool(self.traffic.calls())

    def look(self, step: str, *, failed: bool = False) -> None:
        """Keep what ``step`` has changed on the screens, where there are any."""
        if self.screens is not None:
            self.screens.look(step, failed=failed)

    def check(self) -> None:
        """Raise ``StrictnessError`` if anything went wrong that no step would see, once for each thing."""
        printed = [
            f"the app has printed {leak}, which it was told in confidence" for leak in self.app.leaks()
        ]
        found = [one for one in self.unexpected() + printed if one not in self._told]
        self._told.update(found)
        if found:
            raise StrictnessError("; ".join(found))

    def check_at_the_end(self, *, is_red: bool = False) -> None:
        """As ``check``; what was said to happen has to have happened by now, unless the scenario ``is_red`` already."""
        self.check()
        if not is_red and (unfulfilled := self.unfulfilled()):
            raise NeverHappened("; ".join(unfulfilled))
