"""The parts put together: webhook → outbox → dispatcher. The same parts serve a socket and a test."""

import time
from collections.abc import Callable

import falcon
import httpx

from integration.dispatcher import Dispatcher
from integration.gladly import Gladly
from integration.klaviyo import Klaviyo
from integration.outbox import Outbox
from integration.settings import Settings
from integration.webhook import PATH, WebhookEndpoint

TIMEOUT = 10.0


class Service:
    """The integration: ``app`` is its WSGI application, ``work`` does what is due."""

    def __init__(
        self,
        settings: Settings,
        *,
        accepted: Callable[[], None] = lambda: None,
        now: Callable[[], float] = time.time,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Open the outbox in the state folder; ``accepted`` is called whenever there is new work.

        ``now`` tells Unix seconds; ``transport`` replaces the network.
        """
        self._client = httpx.Client(timeout=TIMEOUT, transport=transport)
        self._outbox = Outbox(settings.state_dir / "outbox.db")
        dispatcher = Dispatcher(
            self._outbox, Gladly(settings, self._client), Klaviyo(settings, self._client), now
        )
        self.work = dispatcher.work
        self.app = falcon.App()
        self.app.add_route(PATH, WebhookEndpoint(settings, self._outbox, accepted))

    def close(self) -> None:
        """Close connections and the outbox; what is owed stays in it."""
        self._client.close()
        self._outbox.close()

    def abandon(self) -> None:
        """Let go of connections and the outbox as a crash would: nothing more is sent, and nothing more is stored."""
        self._client.close()
        self._outbox.abandon()
