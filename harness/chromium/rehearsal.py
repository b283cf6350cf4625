"""Fakes of one's own with something on every page, to check page objects against."""

import contextlib
from collections.abc import Iterator

from fakes.core.http.server import Server
from fakes.core.tenants import Runtime
from fakes.demo import furnish
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo.service.fake import KlaviyoFake
from harness.pages.check import Login


@contextlib.contextmanager
def furnished_fakes() -> Iterator[dict[str, Login]]:
    """Serve both fakes with their demo data and yield who signs in: KLAVIYO, GLADLY_ADMIN, GLADLY_AGENT, GLADLY_API."""
    runtime = Runtime.serving()
    klaviyo = KlaviyoFake(runtime)
    gladly = GladlyFake(runtime, control_token=klaviyo.control_token)
    try:
        with Server.of(klaviyo) as at_klaviyo, Server.of(gladly) as at_gladly:
            account, provisioned = klaviyo.create_account(), gladly.create_organization()
            furnish(klaviyo, account, gladly, provisioned)
            users = {one["role"]: one for one in provisioned.as_json(at_gladly.url)["users"]}
            owner = next(iter(account.users))
            yield {
                "KLAVIYO": Login(at_klaviyo.url, owner.email, owner.password),
                "GLADLY_ADMIN": _login(at_gladly.url, users["Administrator"]),
                "GLADLY_AGENT": _login(at_gladly.url, users["Agent"]),
                "GLADLY_API": _login(at_gladly.url, users["API User"]),
            }
    finally:
        gladly.close()
        runtime.close()


def _login(url: str, user: dict[str, str]) -> Login:
    return Login(url, user["email"], user["password"])
