"""Both fakes behind sockets: the one place where they are put together to be served."""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fakes.core.http.server import Server
from fakes.core.tenants import DEFAULT_SEED, Runtime
from fakes.gladly import app as gladly_app
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo import app as klaviyo_app
from fakes.klaviyo.service.fake import KlaviyoFake


@dataclass(frozen=True)
class Fakes:
    """Both fakes on one runtime, and where they are served."""

    runtime: Runtime
    klaviyo: KlaviyoFake
    gladly: GladlyFake
    klaviyo_url: str
    gladly_url: str

    @property
    def control_token(self) -> str:
        """The token of both control planes."""
        return self.klaviyo.control_token


@contextlib.contextmanager
def serve(
    host: str = "127.0.0.1",
    *,
    klaviyo_port: int = 0,
    gladly_port: int = 0,
    hosts: Iterable[str] = (),
    control_token: str | None = None,
    seed: int = DEFAULT_SEED,
) -> Iterator[Fakes]:
    """Serve both fakes, without tenants, until the block is left; port 0 is any that is free.

    ``hosts`` are names to answer to beside this machine's, the vendors' and ``host``. Without ``control_token`` one is made up. Raises ``OSError`` when an address cannot be had.
    """
    runtime = Runtime.serving(seed)
    klaviyo = KlaviyoFake(runtime, control_token=control_token)
    gladly = GladlyFake(runtime, control_token=klaviyo.control_token)
    try:
        with (
            Server.of(klaviyo_app.application(klaviyo), host, klaviyo_port, hosts=hosts) as at_klaviyo,
            Server.of(gladly_app.application(gladly), host, gladly_port, hosts=hosts) as at_gladly,
        ):
            yield Fakes(runtime, klaviyo, gladly, at_klaviyo.url, at_gladly.url)
    finally:
        gladly.close()
        runtime.close()
