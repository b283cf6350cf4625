"""Using a key at a real system: once at each door, at the pace of each, changing nothing."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import httpx
import pytest

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.klaviyo.app import application
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.scopes import AccessLevel
from fakes.klaviyo.service.fake import KlaviyoFake
from harness.actors.doors import DOORS
from harness.actors.scopes import SCOPES
from harness.errors import NotAllowed, NotRunHere, SystemFailed
from harness.live.caller import Caller
from harness.live.klaviyo import KlaviyoApi
from harness.live.pace import Limit, Pace
from harness.live.people import LiveKeyHolder, LiveKlaviyoAdmin


class Kim:
    """Somebody whose keys are labelled as the features name them."""

    def label_of(self, name: str) -> str:
        """Return the name."""
        return name


class Vendor:
    """Klaviyo's fake with one account, the calls that it had, and the paces that were made for them."""

    def __init__(self) -> None:
        """Open an account with a key that reads everything."""
        self.fake = KlaviyoFake(Runtime.in_process(datetime(2026, 11, 23, 10, tzinfo=UTC)), strict=True)
        self.account: Account = self.fake.create_account()
        self.account.switches.rate_limits = False
        self.calls: list[str] = []
        hooks: Any = {"request": [lambda request: self.calls.append(f"{request.method} {request.url.path}")]}
        client = httpx.Client(
            transport=InProcess(application(self.fake)), base_url="https://a.klaviyo.com", event_hooks=hooks
        )
        self.caller = Caller("Klaviyo", client, patience=0.0)
        self.paces: list[tuple[Limit, ...]] = []

    def key(self, name: str, access: AccessLevel, *scopes: str) -> str:
        """Make a key and return it."""
        return self.account.keys.create(None, name, access, scopes).secret

    def holder(self, own_key: str) -> LiveKeyHolder:
        """Return whoever tries keys while the harness has ``own_key``."""

        def pace(*limits: Limit) -> Pace:
            self.paces.append(limits)
            return Pace()

        return LiveKeyHolder(KlaviyoApi(self.caller, own_key, pace), cast(LiveKlaviyoAdmin, Kim()))


@pytest.fixture(name="vendor")
def _vendor() -> Iterator[Vendor]:
    vendor = Vendor()
    yield vendor
    vendor.caller.client.close()


def test_each_scope_is_used_and_nothing_is_changed(vendor: Vendor) -> None:
    """A key is let in where its scopes say, and by trying it nothing comes to be; the harness's own key only lists keys."""
    holder = vendor.holder(vendor.key("Own", AccessLevel.READ_ONLY))
    key = vendor.key("Probe", AccessLevel.CUSTOM, "lists:read", "lists:write", "data-privacy:read")
    found = holder.try_key("Probe", key)
    assert set(found) == set(SCOPES)
    assert {scope: verbs for scope, verbs in found.items() if verbs} == {
        "List": {"read", "write"},
        "Data Privacy": {"read"},
    }
    assert Counter(vendor.calls) == Counter(
        ["GET /api/api-keys", *(f"{door.method} {door.path}" for door in DOORS)]
    )
    assert (vendor.account.metrics.all(), vendor.account.segments.all(), len(vendor.account.events)) == (
        [],
        [],
        0,
    )


@pytest.mark.parametrize(
    ("access", "verbs"), [(AccessLevel.READ_ONLY, {"read"}), (AccessLevel.FULL, {"read", "write"})]
)
def test_keys_for_everything(vendor: Vendor, access: AccessLevel, verbs: set[str]) -> None:
    """A key that reads everything is let in to read, one that may do everything is let in everywhere."""
    holder = vendor.holder(vendor.key("Own", AccessLevel.READ_ONLY))
    assert holder.try_key("Probe", vendor.key("Probe", access)) == dict.fromkeys(SCOPES, verbs)


def test_each_door_keeps_its_own_limits_for_every_key(vendor: Vendor) -> None:
    """The paces of the doors are made once, whichever key is tried."""
    holder = vendor.holder(vendor.key("Own", AccessLevel.READ_ONLY))
    holder.try_key("Probe", vendor.key("Probe", AccessLevel.FULL))
    made = len(vendor.paces)
    holder.try_key("Other", vendor.key("Other", AccessLevel.FULL))
    assert len(vendor.paces) == made


def test_a_harness_that_may_not_list_keys(vendor: Vendor) -> None:
    """Where the harness's own key may not list keys, the scenario is not run, and the reason says which key."""
    holder = vendor.holder(vendor.key("Own", AccessLevel.CUSTOM, "accounts:read"))
    with pytest.raises(NotRunHere, match="LIVE_KLAVIYO_KEY"):
        holder.try_key("Probe", vendor.key("Probe", AccessLevel.FULL))


def test_a_key_that_nobody_has_is_let_in_nowhere(vendor: Vendor) -> None:
    """A key that is unknown tells nothing of scopes: that is an error, and no verdict."""
    holder = vendor.holder(vendor.key("Own", AccessLevel.READ_ONLY))
    vendor.key("Probe", AccessLevel.FULL)
    with pytest.raises(NotAllowed):
        holder.try_key("Probe", "pk_" + "0" * 34)


@pytest.mark.parametrize("status", [401, 409, 429, 500, 501])
def test_an_answer_that_tells_of_no_scope(status: int) -> None:
    """Anything but let in and 403 is no verdict."""
    with pytest.raises(SystemFailed, match=f"{status}.*tells of no scope"):
        DOORS[0].lets_in(status)
