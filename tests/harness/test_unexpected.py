"""What the fakes complain of at the end of a step, where no exception can reach it."""

from datetime import UTC, datetime

import httpx

from fakes.core.http.inprocess import InProcess
from fakes.core.tenants import Runtime
from fakes.gladly import app as gladly_app
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo import app as klaviyo_app
from fakes.klaviyo.service.fake import KlaviyoFake
from harness.worlds.tenants import Tenants


def test_unread_input_is_complained_of() -> None:
    """A field that a call did not read is complained of with the call, though the call was served."""
    runtime = Runtime.in_process(datetime(2026, 11, 23, 10, tzinfo=UTC))
    klaviyo = KlaviyoFake(runtime)
    gladly = GladlyFake(runtime, control_token=klaviyo.control_token)
    to_klaviyo = InProcess(klaviyo_app.application(klaviyo))
    to_gladly = InProcess(gladly_app.application(gladly))
    with (
        httpx.Client(transport=to_klaviyo, base_url="https://a.klaviyo.com") as one,
        httpx.Client(transport=to_gladly, base_url="https://control.gladly.com") as other,
    ):
        tenants = Tenants.create(one, other, klaviyo.control_token)
        assert tenants.unexpected() == []
        user = tenants.gladly.about["api_user"]
        profiles = f"https://{tenants.gladly.about['subdomain']}.gladly.com/api/v1/customer-profiles"
        made = other.post(profiles, json={"nickname": "Bo"}, auth=(user["email"], user["token"]))

        assert made.status_code == 201
        [complaint] = tenants.unexpected()
    gladly.close()
    runtime.close()
    assert complaint.endswith(": not read by the fake: nickname of POST /api/v1/customer-profiles")
