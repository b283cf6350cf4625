"""A strict-less Klaviyo fake in-process, an account, and clients that speak to it under the production host name."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.klaviyo.app import application
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.support import HOST, Caller, new_key

START = datetime(2026, 11, 23, 10, 0, 3, 131026, tzinfo=UTC)


@pytest.fixture(name="fake")
def _fake() -> KlaviyoFake:
    return KlaviyoFake(Runtime.in_process(START), control_token="control")


@pytest.fixture(name="account")
def _account(fake: KlaviyoFake) -> Account:
    return fake.create_account()


@pytest.fixture(name="http")
def _http(fake: KlaviyoFake) -> Iterator[httpx.Client]:
    """Speaks to the fake without any header of its own."""
    with httpx.Client(transport=InProcess(application(fake)), base_url=HOST) as client:
        yield client


@pytest.fixture(name="caller")
def _caller(http: httpx.Client, account: Account) -> Caller:
    """Speaks for the account with a full-access key and a current revision."""
    return Caller(http, new_key(account).secret)


@pytest.fixture(name="control")
def _control(fake: KlaviyoFake) -> Iterator[httpx.Client]:
    """Speaks to the control plane with its token."""
    headers = {"X-Fake-Control": fake.control_token}
    with httpx.Client(transport=InProcess(application(fake)), base_url=HOST, headers=headers) as client:
        yield client
