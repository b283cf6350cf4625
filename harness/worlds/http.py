"""The ``http`` world: both fakes behind sockets on loopback, the app in a process of its own, real but movable time."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from fakes.core.http.server import Server
from fakes.core.tenants import Runtime
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo.service.fake import KlaviyoFake
from harness.worlds.clients import open_client
from harness.worlds.egress import EgressTrap, loopback_only
from harness.worlds.process import ProcessApp
from harness.worlds.tenants import Tenants
from harness.worlds.waiting import InRealTime
from harness.worlds.world import World

CAPABILITIES = frozenset({"clock", "control", "crash", "faults"})
# The fakes' time runs ahead of the machine's, so that an app that stamps events with its own clock is found out.
AHEAD = 3_600.0
CALM = 0.5
# An event's second and the conversation's may lie on two sides of a full second; a wrong clock is an hour off.
TOLERANCE = timedelta(seconds=1)


@dataclass
class Servers:
    """Both fakes behind sockets for a whole session, and the trap for whatever wants to leave the machine."""

    runtime: Runtime
    klaviyo: KlaviyoFake
    gladly: GladlyFake
    klaviyo_url: str
    gladly_url: str
    trap: EgressTrap
    seen: dict[str, int] = field(default_factory=dict)

    def complaints(self) -> list[str]:
        """Return what belongs to no tenant and came since the last call: unknown requests, errors, egress."""
        new = []
        for fake in (self.klaviyo, self.gladly):
            entries = fake.journal.entries("unsupported", "error")
            new += [entry.what for entry in entries if entry.number > self.seen.get(fake.name, 0)]
            self.seen[fake.name] = max((entry.number for entry in entries), default=0)
        attempts, self.trap.attempts = self.trap.attempts, []
        return new + [f"the app tried to reach {where}" for where in attempts]


@contextlib.contextmanager
def serve() -> Iterator[Servers]:
    """Serve both fakes on free ports."""
    runtime = Runtime.serving()
    runtime.clock.advance(AHEAD)
    klaviyo = KlaviyoFake(runtime)
    gladly = GladlyFake(runtime, control_token=klaviyo.control_token)
    trap = EgressTrap()
    try:
        with Server.of(klaviyo) as at_klaviyo, Server.of(gladly) as at_gladly:
            yield Servers(runtime, klaviyo, gladly, at_klaviyo.url, at_gladly.url, trap)
    finally:
        gladly.close()
        runtime.close()
        trap.close()


@contextlib.contextmanager
def compose(servers: Servers, command: str, state_dir: Path, deadline: float) -> Iterator[World]:
    """Put a world together for one scenario around the integration that ``command`` starts; wait up to ``deadline`` seconds."""
    with compose_with_tenants(servers, command, state_dir, deadline) as (world, _):
        yield world


@contextlib.contextmanager
def compose_with_tenants(
    servers: Servers, command: str, state_dir: Path, deadline: float
) -> Iterator[tuple[World, Tenants]]:
    """Put a world together as ``compose`` does, and say which account and organization it works on."""
    with (
        loopback_only(),
        open_client(servers.klaviyo_url) as to_klaviyo,
        open_client(servers.gladly_url) as to_gladly,
        open_client() as caller,
    ):
        tenants = Tenants.create(to_klaviyo, to_gladly, servers.klaviyo.control_token)
        app_environment = tenants.app_environment(servers.klaviyo_url, servers.gladly_url, state_dir)
        app = ProcessApp(command, app_environment, servers.trap.environment())
        try:
            world = tenants.world(
                "http",
                CAPABILITIES,
                app,
                InRealTime(tenants.activity, deadline=deadline, calm=CALM),
                advance=servers.runtime.clock.advance,
                complaints=lambda: tenants.complaints() + servers.complaints(),
                caller=caller,
                time_tolerance=TOLERANCE,
            )
            yield world, tenants
        finally:
            try:
                app.stop()
            finally:
                tenants.remove()
