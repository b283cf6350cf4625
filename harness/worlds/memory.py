"""The ``memory`` world: both fakes and the app on the caller's stack, at their real host names, on a clock that stands still."""

import contextlib
import io
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import respx

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.gladly import app as gladly_app
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo import app as klaviyo_app
from fakes.klaviyo.service.fake import KlaviyoFake
from harness.egress import loopback_only
from harness.values import Secret
from harness.worlds.app import WEBHOOK_PATH, AppEnvironment, leaked, secrets_in
from harness.worlds.clients import open_client, open_transport
from harness.worlds.tenants import Tenants
from harness.worlds.waiting import ByClock
from harness.worlds.world import World
from integration.service import Service
from integration.settings import Settings

START = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
KLAVIYO = "https://a.klaviyo.com"
KLAVIYO_HOSTS = ("a.klaviyo.com", "www.klaviyo.com")
GLADLY_CONTROL = "https://control.gladly.com"
GLADLY_HOSTS = r"[a-z0-9-]+\.gladly\.com"
APP_HOST = "klaviyo-app.test"


class InProcessApp:
    """The reference integration as an ``AppUnderTest``: after each webhook it works off what is due, on the same stack."""

    url = f"https://{APP_HOST}{WEBHOOK_PATH}"

    def __init__(self, app_environment: AppEnvironment, runtime: Runtime) -> None:
        """Start nothing yet."""
        self._settings = app_environment
        self._clock = runtime.clock
        self._private_key: str | None = None
        self._service: Service | None = None
        self._log = io.StringIO()
        self._told: set[str] = set()
        self._handler = logging.StreamHandler(self._log)

    @property
    def key(self) -> Secret:
        """The key by which it is to call Klaviyo now."""
        return Secret(self._private_key or self._settings.public_key)

    def start(self, private_key: str | None) -> None:
        """Make the service with the contract's variables and let it do what it finds to do."""
        self._private_key = private_key
        env = self._settings.environment(443, private_key)
        self._told |= secrets_in(env)
        self._service = Service(
            Settings.from_env(env), transport=open_transport(), now=lambda: self._clock.now().timestamp()
        )
        logging.getLogger("integration").addHandler(self._handler)
        self._work()

    def save_settings(self, private_key: str | None) -> None:
        """Close the service and make it anew."""
        self.stop()
        self.start(private_key or self._private_key)

    def crash(self) -> None:
        """Drop the service without an orderly end; what it had not stored is gone."""
        service, self._service = self._service, None
        if service is not None:
            service.abandon()

    def start_again(self) -> None:
        """Start with the settings it had."""
        self.start(self._private_key)

    def leaks(self) -> list[str]:
        """Return which secrets it was told stand in what it printed and logged."""
        return leaked(self.output(), self._told)

    def output(self) -> str:
        """Return what it logged."""
        return self._log.getvalue()

    def stop(self) -> None:
        """Close the service; what it prints and logs on the way counts."""
        service, self._service = self._service, None
        if service is not None:
            with self._listening():
                service.close()
        logging.getLogger("integration").removeHandler(self._handler)

    def wsgi(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one webhook, then work."""
        if self._service is None:
            raise httpx.ConnectError("the app is not running")
        with self._listening():
            answer: Iterable[bytes] = self._service.app(environ, start_response)
        self._work()
        return answer

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        """Keep what the app prints."""
        with contextlib.redirect_stdout(self._log), contextlib.redirect_stderr(self._log):
            yield

    def _work(self) -> None:
        service = self._service
        if service is None:
            return
        with self._listening():
            due = service.work()
        if due is not None:
            self._clock.call_at(datetime.fromtimestamp(due, UTC), self._work)


@contextlib.contextmanager
def compose(state_dir: Path) -> Iterator[World]:
    """Put a world together for one scenario; ``state_dir`` is the app's folder."""
    runtime = Runtime.in_process(START)
    klaviyo = KlaviyoFake(runtime, strict=True)
    gladly = GladlyFake(runtime, control_token=klaviyo.control_token, strict=True, transport=open_transport())
    with (
        _router(klaviyo, gladly) as router,
        loopback_only(),
        open_client(KLAVIYO) as to_klaviyo,
        open_client(GLADLY_CONTROL) as to_gladly,
        open_client() as caller,
    ):
        tenants = Tenants.create(to_klaviyo, to_gladly, klaviyo.control_token)
        own_host = f"https://{tenants.gladly.about['subdomain']}.gladly.com"
        to_gladly.base_url = httpx.URL(own_host)
        app = InProcessApp(tenants.app_environment(KLAVIYO, own_host, state_dir), runtime)
        router.route(host=APP_HOST).mock(side_effect=InProcess(app.wsgi).handle_request)
        try:
            yield tenants.world(
                app,
                lambda _traffic: ByClock(runtime.clock.advance),
                advance=runtime.clock.advance,
                unexpected=tenants.unexpected,
                client=caller,
            )
        finally:
            app.stop()
            gladly.close()
            runtime.close()


@contextlib.contextmanager
def _router(klaviyo: KlaviyoFake, gladly: GladlyFake) -> Iterator[respx.MockRouter]:
    """Answer for the vendors' real hosts; a request to any other host is an error on the caller's stack."""
    with respx.mock(assert_all_called=False, using="httpx") as router:
        router.route(host__in=KLAVIYO_HOSTS).mock(
            side_effect=InProcess(klaviyo_app.application(klaviyo)).handle_request
        )
        router.route(host__regex=GLADLY_HOSTS).mock(
            side_effect=InProcess(gladly_app.application(gladly)).handle_request
        )
        yield router
