"""The ``http`` world: both fakes behind sockets on loopback, the app in a process of its own, real but movable time."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import fakes.serving
from fakes.core.tenants import DEFAULT_SEED
from fakes.serving import Fakes
from harness.actors.api.traffic import Traffic
from harness.egress import EgressTrap, loopback_only
from harness.worlds import throng
from harness.worlds.clients import open_client
from harness.worlds.expect import Expect
from harness.worlds.outlook import Outlook, Patience
from harness.worlds.process import ProcessApp
from harness.worlds.reach import SocketReach
from harness.worlds.tenants import Medium, Routes, Tenants, by_api
from harness.worlds.waiting import InRealTime
from harness.worlds.world import World

# The fakes' time runs ahead of the machine's, so that an app that stamps events with its own clock is found out.
AHEAD = 3_600.0
CALM = 0.5
UNDER_WAY = 0.3
AT_ONCE = 32
# An event's second and the conversation's may lie on two sides of a full second; a wrong clock is an hour off.
TOLERANCE = timedelta(seconds=1)


@dataclass
class Servers:
    """Both fakes behind sockets for a whole session, and the trap for whatever wants to leave the machine."""

    fakes: Fakes
    trap: EgressTrap
    seen: dict[str, int] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)

    def unexpected(self) -> list[str]:
        """Return what belongs to no tenant and came since the last call: unknown requests, unread input, errors, egress."""
        new = []
        for fake in (self.fakes.klaviyo, self.fakes.gladly):
            entries = fake.journal.entries("unsupported", "ignored", "error")
            new += [entry.what for entry in entries if entry.number > self.seen.get(fake.name, 0)]
            self.seen[fake.name] = max((entry.number for entry in entries), default=0)
        attempts, self.trap.attempts = self.trap.attempts, []
        return new + [f"the app tried to reach {where}" for where in attempts]


@contextlib.contextmanager
def serve(seed: int = 0) -> Iterator[Servers]:
    """Serve both fakes on free ports; ``seed`` makes other ids than usual."""
    with fakes.serving.serve(seed=DEFAULT_SEED + seed) as served, contextlib.closing(EgressTrap()) as trap:
        served.runtime.clock.advance(AHEAD)
        yield Servers(served, trap)


@contextlib.contextmanager
def compose(
    servers: Servers,
    command: str,
    state_dir: Path,
    deadline: float,
    *,
    routes: Callable[[Tenants, Expect], Routes] = by_api,
) -> Iterator[World]:
    """Put a world together for one scenario around the integration that ``command`` starts; wait up to ``deadline`` seconds.

    ``routes`` are the ways by which people act and look.
    """
    with (
        loopback_only(),
        open_client(servers.fakes.klaviyo_url) as to_klaviyo,
        open_client(servers.fakes.gladly_url) as to_gladly,
        open_client() as caller,
    ):
        tenants = Tenants.create(to_klaviyo, to_gladly, servers.fakes.control_token)
        app_environment = tenants.app_environment(
            servers.fakes.klaviyo_url, servers.fakes.gladly_url, state_dir
        )
        app = ProcessApp(command, app_environment, servers.trap.environment(), servers.patience)
        reach = SocketReach(app, servers.fakes.klaviyo)
        try:
            yield tenants.world(
                app,
                _medium(servers, app, deadline),
                unexpected=lambda: tenants.unexpected() + servers.unexpected(),
                client=caller,
                reach=reach,
                routes=routes,
            )
        finally:
            try:
                app.stop()
            finally:
                reach.close()
                tenants.remove()


def _medium(servers: Servers, app: ProcessApp, deadline: float) -> Medium:
    """Return how time goes by and calls travel here, where ``app`` is watched for as long as ``deadline`` seconds."""

    def wait(traffic: Traffic) -> InRealTime:
        outlook = Outlook(deadline, hear=traffic.hear, ended=app.ended, patience=servers.patience)
        return InRealTime(traffic.activity, deadline=deadline, calm=CALM, outlook=outlook)

    return Medium(
        wait,
        servers.fakes.runtime.clock.advance,
        throng.InRealTime,
        servers.fakes.gladly_url.replace("127.0.0.1", "localhost"),
        TOLERANCE,
        UNDER_WAY,
        AT_ONCE,
    )
