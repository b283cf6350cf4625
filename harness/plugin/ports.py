"""What a step may use, by name: the parts of the scenario's world as fixtures, the same in all worlds.

``setup`` is for Givens only; ``kim``, ``dana``, ``sam`` and ``customer`` act, in Whens and where a Given needs their role;
``observer`` looks, in Thens. ``tests/meta/test_steps.py`` holds the steps to it.
"""

from collections.abc import Callable

import pytest

from harness.actors.api.faults import Faults
from harness.actors.api.traffic import Traffic
from harness.app_ports import AppUnderTest, Reach
from harness.ports import (
    Agent,
    Control,
    CustomerChannel,
    GladlyAdmin,
    KeyHolder,
    KlaviyoAdmin,
    MetricsList,
    Pages,
    Setup,
)
from harness.worlds.crashes import Crashes
from harness.worlds.expect import Expect
from harness.worlds.ledger import Ledger
from harness.worlds.observer import Observer
from harness.worlds.throng import Throng
from harness.worlds.world import WebhookCaller, World


@pytest.fixture(name="setup")
def _setup(world: World) -> Setup:
    """Put in place what is given, by the cheapest route."""
    return world.setup


@pytest.fixture
def control(world: World) -> Control:
    """What happens to the systems beside what people do there."""
    return world.control


@pytest.fixture
def faults(world: World) -> Faults:
    """Let the systems misbehave."""
    return world.faults


@pytest.fixture
def kim(world: World) -> KlaviyoAdmin:
    """Kim, by the route under test."""
    return world.kim


@pytest.fixture
def dana(world: World) -> GladlyAdmin:
    """Dana, by the route under test."""
    return world.dana


@pytest.fixture
def colleague(world: World) -> GladlyAdmin:
    """Another admin of Gladly than Dana, by the cheapest route."""
    return world.setup.dana


@pytest.fixture
def ledger(world: World) -> Ledger:
    """What Gladly says happened against what Klaviyo has."""
    return world.observer.ledger


@pytest.fixture
def sam(world: World) -> Agent:
    """Sam, by the route under test."""
    return world.sam


@pytest.fixture
def customer(world: World) -> CustomerChannel:
    """The customer, who writes in."""
    return world.customer


@pytest.fixture
def key_holder(world: World) -> KeyHolder:
    """Whoever was given a key and uses it."""
    return world.key_holder


@pytest.fixture
def observer(world: World) -> Observer:
    """Look at what the systems show."""
    return world.observer


@pytest.fixture
def expect(world: World) -> Expect:
    """Assert in the feature's language."""
    return world.expect


@pytest.fixture
def traffic(world: World) -> Traffic:
    """What the systems have seen of the app."""
    return world.traffic


@pytest.fixture
def metrics_list(world: World) -> MetricsList:
    """Kim at the list of metrics."""
    return world.metrics


@pytest.fixture
def pages(world: World) -> Pages:
    """Klaviyo's web pages, in worlds that have them."""
    return world.pages


@pytest.fixture
def address(world: World) -> Callable[[str], str]:
    """Return an e-mail address for a local part."""
    return world.address


@pytest.fixture
def app(world: World) -> AppUnderTest:
    """The integration under test, to be crashed and started."""
    return world.app


@pytest.fixture
def webhook_caller(world: World) -> WebhookCaller:
    """Whoever calls the app's webhook."""
    return world.webhook_caller


@pytest.fixture
def reach(world: World) -> Reach:
    """Whether the app finds anybody at Klaviyo's address."""
    return world.reach


@pytest.fixture
def crashes(world: World) -> Crashes:
    """The app killed, again and again."""
    return world.crashes


@pytest.fixture
def throng(world: World) -> Throng:
    """Customers who begin and end conversations all the time."""
    return world.throng


@pytest.fixture
def advance(world: World) -> Callable[[float], None]:
    """Move time on by seconds."""
    return world.advance
