"""Klaviyo's address, at which for a while nobody listens."""

import contextlib

from fakes.core.http.server import Server
from fakes.klaviyo.app import application
from fakes.klaviyo.service.fake import KlaviyoFake
from harness.worlds.port import Port
from harness.worlds.process import ProcessApp


class SocketReach:
    """Fulfils ``app_ports.Reach``: the app is started anew with an address at which nobody listens, or somebody does later."""

    def __init__(self, app: ProcessApp, klaviyo: KlaviyoFake) -> None:
        """Let ``app`` find the fake where it was told to."""
        self._app, self._klaviyo = app, klaviyo
        self._port: Port | None = None
        self._open = contextlib.ExitStack()

    def lose(self) -> None:
        """Have the app call a port at which nobody listens."""
        self._port = Port()
        self._open.callback(self._port.token.close)
        self._app.use_klaviyo_at(f"http://127.0.0.1:{self._port.number}")

    def regain(self) -> None:
        """Serve the fake at that port; ``LookupError`` when it was never lost."""
        if self._port is None:
            raise LookupError("Klaviyo was within reach all the time")
        self._open.enter_context(Server.of(application(self._klaviyo), "127.0.0.1", self._port.number))

    def close(self) -> None:
        """Serve nothing any more."""
        self._open.close()
