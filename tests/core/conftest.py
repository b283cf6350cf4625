"""The toy fake without a socket, and clients for it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.core.http.middleware import CONTROL_HEADER
from fakes.core.tenants import Runtime
from tests.core.toy import CONTROL_TOKEN, NAME_HEADER, SHOP, ToyFake, application

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    """A runtime in which time stands still."""
    runtime = Runtime.in_process(START)
    yield runtime
    runtime.close()


@pytest.fixture
def toy(runtime: Runtime) -> ToyFake:
    """The toy, answering 501 to what it does not know."""
    return ToyFake(runtime)


@pytest.fixture
def client(toy: ToyFake) -> Iterator[httpx.Client]:
    """A client of the toy's one shop."""
    with httpx.Client(
        transport=InProcess(application(toy)), base_url="http://toy", headers={NAME_HEADER: SHOP}
    ) as client:
        yield client


@pytest.fixture
def control(toy: ToyFake) -> Iterator[httpx.Client]:
    """A client with the control token."""
    with httpx.Client(
        transport=InProcess(application(toy)),
        base_url="http://toy/_fake",
        headers={CONTROL_HEADER: CONTROL_TOKEN},
    ) as client:
        yield client
