"""Fakes of one's own with something on every page, to check page objects against."""

import contextlib
from collections.abc import Iterator

from fakes.demo import furnish
from fakes.serving import serve
from harness.values import Login


@contextlib.contextmanager
def furnished_fakes() -> Iterator[dict[str, Login]]:
    """Serve both fakes with their demo data and yield who signs in: KLAVIYO, GLADLY_ADMIN, GLADLY_AGENT, GLADLY_API."""
    with serve() as fakes:
        account, provisioned = fakes.klaviyo.create_account(), fakes.gladly.create_organization()
        furnish(fakes.klaviyo, account, fakes.gladly, provisioned)
        users = {one["role"]: one for one in provisioned.as_json(fakes.gladly_url)["users"]}
        owner = next(iter(account.users))
        yield {
            "KLAVIYO": Login(fakes.klaviyo_url, owner.email, owner.password),
            "GLADLY_ADMIN": _login(fakes.gladly_url, users["Administrator"]),
            "GLADLY_AGENT": _login(fakes.gladly_url, users["Agent"]),
            "GLADLY_API": _login(fakes.gladly_url, users["API User"]),
        }


def _login(url: str, user: dict[str, str]) -> Login:
    return Login(url, user["email"], user["password"])
