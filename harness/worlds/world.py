"""A world: one way of putting the suite in front of the systems, with the same parts whatever the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from harness.actors.api.faults import Faults
from harness.actors.api.traffic import Traffic
from harness.errors import NotInThisWorld, StrictnessError
from harness.ports import (
    Agent,
    AppUnderTest,
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
from harness.worlds.expect import Expect
from harness.worlds.observer import MAIL_DOMAIN, Observer

CAPABILITIES: Mapping[str, str] = {
    "clock": "time can be moved",
    "control": "the systems and the app can be set up and looked into, beyond what people see of them",
    "crash": "the app can be killed and started",
    "faults": "the systems can be made to misbehave",
    "pages": "the systems' web pages can be used",
    "tables": "a long table is run to its end, for no row is a walk through pages",
}


@dataclass
class WebhookCaller:
    """Whoever calls the app's webhook: Gladly by its ``credentials``, anybody else with others or none."""

    app: AppUnderTest
    credentials: Credentials
    client: httpx.Client = field(repr=False)

    def post(self, body: bytes, credentials: Credentials | None) -> int:
        """Send ``body``, with or without credentials, and return the status.

        Raises ``AssertionError`` when the app answers nothing: that is the app's doing and no error of the harness.
        """
        auth = httpx.BasicAuth(credentials.username, credentials.password) if credentials else httpx.Auth()
        headers = {"Content-Type": "application/json"}
        try:
            return self.client.post(self.app.url, content=body, auth=auth, headers=headers).status_code
        except httpx.TransportError as error:
            raise AssertionError(f"the app's webhook gave no answer: {type(error).__name__}") from error


@dataclass
class World:
    """What the steps of one scenario work with; ``harness.plugin.ports`` hands each part to the steps by its name.

    ``setup`` takes the cheapest route, for Givens; the actors take the route that the world is about, for Whens;
    ``observer`` looks by that route, for Thens. ``unexpected`` tells what happened that no step asked for. ``screens`` keeps
    what a screen showed, in worlds that have screens.
    """

    setup: Setup
    faults: Faults
    kim: KlaviyoAdmin
    metrics: MetricsList
    dana: GladlyAdmin
    sam: Agent
    customer: CustomerChannel
    key_holder: KeyHolder
    observer: Observer
    traffic: Traffic
    expect: Expect
    app: AppUnderTest
    webhook_caller: WebhookCaller
    advance: Callable[[float], None]
    unexpected: Callable[[], list[str]]
    secrets: Callable[[], list[str]] = field(repr=False)
    web_pages: Pages | None = None
    screens: Screens | None = None
    unfulfilled: Callable[[], list[str]] = list
    """Tells what a step said would happen and what has not."""
    address: Callable[[str], str] = f"{{}}@{MAIL_DOMAIN}".format
    """Returns an e-mail address for a local part."""

    @property
    def pages(self) -> Pages:
        """The web pages, or ``NotInThisWorld``."""
        if self.web_pages is None:
            raise NotInThisWorld("this world has no pages; tag the scenario @needs-pages")
        return self.web_pages

    def look(self, step: str, *, failed: bool = False) -> None:
        """Keep what ``step`` has changed on the screens, where there are any."""
        if self.screens is not None:
            self.screens.look(step, failed=failed)

    def check(self) -> None:
        """Raise ``StrictnessError`` if anything went wrong that no step would see."""
        printed = [f"the app has printed a key or token it was told ({leak})" for leak in self.app.leaks()]
        if unexpected := self.unexpected() + printed:
            raise StrictnessError("; ".join(unexpected))

    def check_at_the_end(self) -> None:
        """As ``check``; what was said to happen has to have happened by now."""
        self.check()
        if unfulfilled := self.unfulfilled():
            raise StrictnessError("; ".join(unfulfilled))
