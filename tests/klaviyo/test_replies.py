"""Headers that every reply of the API carries."""

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import Caller

SEEN = {
    "content-language": "en-us",
    "vary": "Accept, Accept-Language, Cookie",
    "x-robots-tag": "noindex, nofollow",
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
}


@pytest.mark.parametrize(
    ("request_line", "status", "allow"),
    [
        ("GET /api/events", 200, "GET, POST, HEAD, OPTIONS"),
        ("HEAD /api/events/", 200, "GET, POST, HEAD, OPTIONS"),
        ("POST /api/events", 415, "GET, POST, HEAD, OPTIONS"),
        ("GET /api/metrics/NOPE01", 404, "GET, HEAD, OPTIONS"),
        ("GET /api/profiles/NOPE01", 404, "GET, PATCH, HEAD, OPTIONS"),
        ("PUT /api/profile-import", 405, "POST, OPTIONS"),
        ("DELETE /api/segments/NOPE01", 404, "GET, PATCH, DELETE, HEAD, OPTIONS"),
    ],
)
def test_headers(
    http: httpx.Client, caller: Caller, account: Account, *, request_line: str, status: int, allow: str
) -> None:
    """Replies of every status name the methods there are and the account, and carry what was always seen."""
    reply = http.request(*request_line.split(), headers=caller.headers)

    assert reply.status_code == status
    assert (reply.headers["allow"], reply.headers["cid"]) == (allow, account.id)
    assert SEEN.items() <= dict(reply.headers).items()


@pytest.mark.parametrize(
    ("asked", "served"),
    [("2026-07-15", "2026-07-15"), ("2023-02-22", "2025-01-15"), ("2026-07-15.pre", "2026-07-15")],
)
def test_revision_that_served(caller: Caller, asked: str, served: str) -> None:
    """A reply names the revision that served it, which shows a client that it was moved to another one."""
    caller.headers["revision"] = asked

    assert caller.get("/api/metrics").headers["x-klaviyo-api-revision"] == served


def test_before_anything_is_known(http: httpx.Client, caller: Caller) -> None:
    """A reply to nobody names no account, one to a bad revision no revision."""
    caller.headers["revision"] = "latest"

    assert "cid" not in http.get("/api/metrics").headers
    assert "x-klaviyo-api-revision" not in caller.get("/api/metrics").headers


@pytest.mark.parametrize("path", ["/api/templates", "/api/track", "/_fake/clock"])
def test_what_is_not_the_api(http: httpx.Client, path: str) -> None:
    """Neither what the fake lacks nor a legacy or control call looks like a reply of the API."""
    assert "allow" not in http.get(path).headers
