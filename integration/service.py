"""The parts put together: webhook → outbox → dispatcher. The same parts serve a socket and a test."""

import socket
import time
from collections.abc import Callable
from typing import Any

import falcon
import httpx
from sqlalchemy.exc import SQLAlchemyError

from integration.calls import Calls
from integration.dispatcher import Dispatcher
from integration.gladly import Gladly
from integration.klaviyo import Klaviyo
from integration.outbox import Outbox
from integration.settings import Settings
from integration.webhook import PATH, WebhookEndpoint
from integration.workers import Worker

CALL_IN_FLIGHT_GETS = 3.0
AFTER_HANGING_UP = 2.0


class Service:
    """The integration: ``app`` is its WSGI application, ``work`` does what is due, ``start`` has threads do it."""

    def __init__(
        self,
        settings: Settings,
        *,
        now: Callable[[], float] = time.time,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Open the outbox, or raise ``BadState``. ``now`` tells Unix seconds; ``transport`` replaces the network."""
        # By host and port, since no two processes listen there at one time: who starts there is the heir of who did.
        holder = f"{socket.gethostname()}:{settings.port}"
        self._outbox = Outbox(settings.database_url or settings.state_dir / "outbox.db", now, holder)
        self._calls = Calls(transport)
        self._now = now
        gladly, klaviyo = Gladly(settings, self._calls, now), Klaviyo(settings, self._calls, now)
        self.dispatcher = Dispatcher(self._outbox, gladly, klaviyo, now)
        self._sides = (gladly.side, klaviyo.side)
        self.workers = (
            Worker("gladly", self.dispatcher.look_up),
            Worker("klaviyo", self.dispatcher.send),
        )
        self._has_taken_over = self._has_started = False
        self.was_told = False
        """Whether Gladly has told something since ``work`` was last called."""
        self.dispatcher.owes = self.workers[1].wake
        self.app = falcon.App()
        self.app.add_route(PATH, WebhookEndpoint(settings, self._outbox, self._heard, self.is_at_work))
        self.app.add_route("/health", Health(self))

    def work(self) -> float | None:
        """Do all that is due, on the caller's stack. Return when to come again, or None when nothing waits."""
        self._take_over()
        self.was_told = False
        return self.dispatcher.work()

    def start(self) -> None:
        """Have threads do what is due from now on. Call it once the port is ours."""
        self._take_over()
        self._has_started = True
        self.is_at_work()

    def is_at_work(self) -> bool:
        """Say whether what is accepted is worked off: where threads do it, whether all are alive."""
        return not self._has_started or all(worker.is_at_work() for worker in self.workers)

    def stop(self) -> bool:
        """End the threads: what is in flight gets a moment and is given up then. Say whether all have ended."""
        self.dispatcher.stop()
        for worker in self.workers:
            worker.stop()
        if not self._have_ended(CALL_IN_FLIGHT_GETS):
            self._calls.hang_up()
        return self._have_ended(AFTER_HANGING_UP)

    def close(self) -> None:
        """Close connections and the outbox; what is owed stays in it."""
        self._calls.close()
        self._outbox.close()

    def abandon(self) -> None:
        """Let go of connections and the outbox as a crash would: nothing more is sent, and nothing more is stored."""
        self._calls.close()
        self._outbox.abandon()

    def health(self) -> dict[str, Any]:
        """Return counts and moments (Unix seconds), nothing that tells of anybody."""
        waiting, owed, oldest = self._outbox.counts()
        parked = [side.name for side in self._sides if self._outbox.moment(side.refused) is not None]
        paused = {side.name: self._outbox.moment(side.paused) or 0.0 for side in self._sides}
        return {
            "webhooks_waiting": waiting,
            "events_owed": owed,
            "parked": {
                "gladly": waiting if "gladly" in parked else 0,
                "klaviyo": owed if "klaviyo" in parked else 0,
            },
            "paused_until": {name: at for name, at in paused.items() if at > self._now()},
            "oldest_owed_seconds": None if oldest is None else max(0, round(self._now() - oldest)),
            "last_success": self.dispatcher.last_success,
        }

    def _take_over(self) -> None:
        if not self._has_taken_over:
            self._outbox.take_over()
            # Whoever mends the rights of Gladly's token has no new one to tell us: a start is its chance.
            self._outbox.unpark(self._sides[0])
            self._has_taken_over = True

    def _heard(self, pinged_at: float | None) -> None:
        if pinged_at is not None:
            self.dispatcher.catch_up.soon(pinged_at)
        self.was_told = True
        self.workers[0].wake()

    def _have_ended(self, within: float) -> bool:
        end = time.monotonic() + within
        return all(worker.has_ended(end - time.monotonic()) for worker in self.workers)


class Health:
    """``GET /health``: 200 while what is accepted is worked off and the outbox can be read, else 503."""

    def __init__(self, service: Service) -> None:
        """Look at ``service``."""
        self._service = service

    def on_get(self, _req: falcon.Request, resp: falcon.Response) -> None:
        """Answer with what is known."""
        healthy, found = self._service.is_at_work(), {}
        try:
            found = self._service.health()
        except SQLAlchemyError:
            healthy = False
        resp.status = falcon.HTTP_200 if healthy else falcon.HTTP_503
        resp.media = {"healthy": healthy, **found}
