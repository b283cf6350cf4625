"""The ``memory`` world: both fakes and the app on the caller's stack, at their real host names, on a clock that stands still."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import respx

from fakes.core.http.inprocess import InProcess
from fakes.core.paths import is_control
from fakes.core.tenants import DEFAULT_SEED, Runtime
from fakes.gladly import app as gladly_app
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo import app as klaviyo_app
from fakes.klaviyo.service.fake import KlaviyoFake
from harness.egress import loopback_only
from harness.ports import Agent
from harness.values import Customer
from harness.worlds import throng
from harness.worlds.clients import open_client, open_transport
from harness.worlds.inprocess import APP_HOST, Death, Handler, InProcessApp
from harness.worlds.tenants import Medium, Tenants
from harness.worlds.waiting import ByClock
from harness.worlds.world import World

START = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
KLAVIYO = "https://a.klaviyo.com"
KLAVIYO_HOSTS = ("a.klaviyo.com", "www.klaviyo.com")
GLADLY_CONTROL = "https://control.gladly.com"
ANOTHER_HOST = "https://elsewhere.gladly.com"
GLADLY_HOSTS = r"[a-z0-9-]+\.gladly\.com"


class _Unhurried:
    """Fulfils ``ports.Agent`` by another one, a second after what was done before with a customer: no two events of one are of one moment."""

    def __init__(self, sam: Agent, advance: Callable[[float], None]) -> None:
        """Act as ``sam`` does."""
        self._sam, self._advance = sam, advance
        self._met: set[str] = set()
        self.add_customer = sam.add_customer

    def open_conversation(self, customer: Customer) -> str:
        """Open a conversation and return its id."""
        if customer.id in self._met:
            self._advance(1)
        self._met.add(customer.id)
        return self._sam.open_conversation(customer)

    def close_conversation(self, conversation: str) -> None:
        """Close it."""
        self._advance(1)
        self._sam.close_conversation(conversation)

    def reopen_conversation(self, conversation: str) -> None:
        """Open a closed conversation again."""
        self._advance(1)
        self._sam.reopen_conversation(conversation)


class StackReach:
    """Fulfils ``app_ports.Reach`` where calls are answered on the caller's stack; others than the app are let through."""

    def __init__(self) -> None:
        """Let everybody through."""
        self._is_lost = False

    def lose(self) -> None:
        """Let the app's calls find nobody."""
        self._is_lost = True

    def regain(self) -> None:
        """Let them through again."""
        self._is_lost = False

    def at(self, answer: Handler) -> Handler:
        """Return ``answer``, but for what sends something while nobody can be reached."""

        def answered(request: httpx.Request) -> httpx.Response:
            if self._is_lost and request.method == "POST" and not is_control(request.url.path):
                raise httpx.ConnectError("connection refused", request=request)
            return answer(request)

        return answered


@contextlib.contextmanager
def compose(state_dir: Path, seed: int = 0) -> Iterator[World]:
    """Put a world together for one scenario; ``state_dir`` is the app's folder, ``seed`` makes other ids than usual."""
    runtime = Runtime.in_process(START, DEFAULT_SEED + seed)
    klaviyo = KlaviyoFake(runtime, strict=True)
    gladly = GladlyFake(runtime, control_token=klaviyo.control_token, strict=True, transport=open_transport())
    with (
        _router(klaviyo, gladly, death := Death(), reach := StackReach()) as router,
        loopback_only(),
        open_client(KLAVIYO) as to_klaviyo,
        open_client(GLADLY_CONTROL) as to_gladly,
        open_client() as caller,
    ):
        tenants = Tenants.create(to_klaviyo, to_gladly, klaviyo.control_token)
        own_host = f"https://{tenants.gladly.about['subdomain']}.gladly.com"
        to_gladly.base_url = httpx.URL(own_host)
        app = InProcessApp(tenants.app_environment(KLAVIYO, own_host, state_dir), runtime, death)
        router.route(host=APP_HOST).mock(side_effect=InProcess(app.wsgi).handle_request)
        try:
            yield tenants.world(
                app,
                Medium(
                    lambda _traffic: ByClock(runtime.clock.advance),
                    runtime.clock.advance,
                    lambda: throng.ByClock(runtime.clock),
                    ANOTHER_HOST,
                    agent=lambda sam: _Unhurried(sam, runtime.clock.advance),
                ),
                unexpected=tenants.unexpected,
                client=caller,
                reach=reach,
            )
        finally:
            app.stop()
            gladly.close()
            runtime.close()


@contextlib.contextmanager
def _router(
    klaviyo: KlaviyoFake, gladly: GladlyFake, death: Death, reach: StackReach
) -> Iterator[respx.MockRouter]:
    """Answer for the vendors' real hosts; a request to any other host is an error on the caller's stack."""
    with respx.mock(assert_all_called=False, using="httpx") as router:
        router.route(host__in=KLAVIYO_HOSTS).mock(
            side_effect=reach.at(death.at(InProcess(klaviyo_app.application(klaviyo)).handle_request))
        )
        router.route(host__regex=GLADLY_HOSTS).mock(
            side_effect=death.at(InProcess(gladly_app.application(gladly)).handle_request)
        )
        yield router
