"""A world: one way of putting the suite in front of the systems, with the same parts whatever the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol, get_args

import httpx

from harness.actors.api.setup import SetupApi
from harness.actors.ports import Agent, CustomerChannel, GladlyAdmin, KlaviyoAdmin, Pages
from harness.worlds.app import AppUnderTest, Credentials
from harness.worlds.waiting import Waiting

WorldName = Literal["memory", "http", "browser", "live"]
WORLD_NAMES: tuple[WorldName, ...] = get_args(WorldName)
CAPABILITIES: Mapping[str, str] = {
    "clock": "time can be moved",
    "control": "the systems can be set up and looked into from outside",
    "crash": "the app can be killed and started",
    "faults": "the systems can be made to misbehave",
    "pages": "the systems' web pages can be used",
    "tables": "a long table is run to its end, for no row is a walk through pages",
}
NO_TOLERANCE = timedelta()


class StrictnessError(AssertionError):
    """Something happened that no scenario asks for: an unknown request, an error inside a fake, a byte for outside."""


class NotInThisWorld(LookupError):
    """A step asked for something that this world has not got; its scenario lacks a ``@needs-…`` tag."""


class Witness(Protocol):
    """Keeps what the screens showed."""

    def look(self, step: str, *, failed: bool = False) -> None:
        """Look at what has changed on the screens during ``step``; keep it if that is wanted, or if it ``failed``."""
        ...


@dataclass
class World:
    """What the steps of one scenario work with. ``complaints`` tells what went wrong behind their backs.

    ``kim`` and ``agent`` take the world's own routes, ``reader`` and ``staff`` the cheapest ones to the same; ``given``
    says that a Given step is at work. ``witness`` keeps what a screen showed, in worlds that have screens.
    """

    name: WorldName
    capabilities: frozenset[str]
    app: AppUnderTest
    webhook: Credentials
    stage: SetupApi
    kim: KlaviyoAdmin
    reader: KlaviyoAdmin
    dana: GladlyAdmin
    agent: Agent
    staff: Agent
    writer: CustomerChannel
    wait: Waiting
    advance: Callable[[float], None]
    complaints: Callable[[], list[str]]
    caller: httpx.Client
    secrets: Callable[[], list[str]] = field(repr=False)
    web_pages: Pages | None = None
    time_tolerance: timedelta = NO_TOLERANCE
    witness: Witness | None = None
    given: bool = False

    @property
    def sam(self) -> Agent:
        """Sam: by the cheapest route in what is given, else by the route that this world is about."""
        return self.staff if self.given else self.agent

    @property
    def pages(self) -> Pages:
        """The web pages, or ``NotInThisWorld``."""
        if self.web_pages is None:
            raise NotInThisWorld(f"the {self.name} world has no pages")
        return self.web_pages

    def save_app(self, *, name: str | None = None, private_key: str = "") -> None:
        """Save the Klaviyo App as Dana; if Gladly takes it, the app starts again with its new settings."""
        self.dana.save_app(name=name, private_key=private_key)
        self.wait.until(
            lambda: not self.stage.undelivered(), "the app has accepted what Gladly said before the restart"
        )
        self.app.save_settings(private_key or None)

    def post_to_app(self, body: bytes, credentials: Credentials | None) -> int:
        """Send ``body`` to the app's webhook door, with or without credentials, and return the status."""
        auth = httpx.BasicAuth(credentials.username, credentials.password) if credentials else httpx.Auth()
        headers = {"Content-Type": "application/json"}
        return self.caller.post(self.app.url, content=body, auth=auth, headers=headers).status_code

    def check(self) -> None:
        """Raise ``StrictnessError`` if anything went wrong that no step would see."""
        printed = [f"the app has printed a key or token it was told ({leak})" for leak in self.app.leaks()]
        if complaints := self.complaints() + printed:
            raise StrictnessError("; ".join(complaints))
