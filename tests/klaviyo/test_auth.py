"""Who gets in: credentials, scopes, and the order of the checks."""

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.scopes import AccessLevel
from tests.klaviyo.support import REVISION, Caller, event_body, new_key, only_error

NO_SCHEME = {
    "status": 401,
    "code": "not_authenticated",
    "title": "Authentication credentials were not provided.",
    "detail": "Missing or invalid authorization scheme. Please use Klaviyo-API-Key.",
    "source": {"pointer": "/data/"},
}
BAD_KEY = {
    "status": 401,
    "code": "authentication_failed",
    "title": "Incorrect authentication credentials.",
    "detail": "Incorrect authentication credentials.",
    "source": {"pointer": "/data/"},
}
NO_PERMISSION = {
    "status": 403,
    "code": "permission_denied",
    "title": "You do not have permission to perform this action.",
    "detail": "You do not have permission to perform this action.",
    "source": {"pointer": "/data/"},
}


def _get(http: httpx.Client, authorization: str | None) -> httpx.Response:
    headers = {"revision": REVISION} | ({"Authorization": authorization} if authorization else {})
    return http.get("/api/metrics", headers=headers)


@pytest.mark.parametrize(
    "authorization", [None, "pk_", "Token {key}", "{key}", "Klaviyo-API-Key", "Basic eA=="]
)
def test_wrong_scheme(http: httpx.Client, account: Account, authorization: str | None) -> None:
    """Without the scheme word Klaviyo-API-Key a request is not authenticated, even with a good key."""
    header = authorization and authorization.format(key=new_key(account).secret)

    response = _get(http, header)

    assert response.status_code == 401
    assert only_error(response) == NO_SCHEME


@pytest.mark.parametrize("value", ["pk_0123456789abcdef0123456789abcdef01", "pk_ab_cd-ef", "nonsense"])
def test_unknown_key(http: httpx.Client, value: str) -> None:
    """A key nobody has fails authentication, whatever it looks like."""
    response = _get(http, f"Klaviyo-API-Key {value}")

    assert response.status_code == 401
    assert only_error(response) == BAD_KEY


def test_public_key(http: httpx.Client, account: Account) -> None:
    """The public key is no private key."""
    assert only_error(_get(http, f"Klaviyo-API-Key {account.public_key}")) == BAD_KEY


def test_deleted_key(http: httpx.Client, account: Account) -> None:
    """A key stops working the moment it is deleted."""
    key = new_key(account)
    assert _get(http, f"Klaviyo-API-Key {key.secret}").status_code == 200

    account.keys.delete(None, key.id)

    assert only_error(_get(http, f"Klaviyo-API-Key {key.secret}")) == BAD_KEY


def test_disabled_key(http: httpx.Client, account: Account) -> None:
    """A disabled key fails authentication."""
    key = new_key(account)
    key.disabled = True

    assert only_error(_get(http, f"Klaviyo-API-Key {key.secret}")) == BAD_KEY


def test_private_key_as_bearer(http: httpx.Client, account: Account) -> None:
    """A private key is no OAuth token."""
    assert only_error(_get(http, f"Bearer {new_key(account).secret}")) == BAD_KEY


def test_key_of_a_removed_account(http: httpx.Client, account: Account, control: httpx.Client) -> None:
    """The keys of a removed account are unknown."""
    key = new_key(account)
    assert control.delete(f"/_fake/accounts/{account.id}").status_code == 204

    assert only_error(_get(http, f"Klaviyo-API-Key {key.secret}")) == BAD_KEY


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/api/events", "events:write"),
        ("GET", "/api/events", "events:read"),
        ("GET", "/api/events/00000000000", "events:read"),
        ("GET", "/api/metrics", "metrics:read"),
        ("GET", "/api/metrics/abcdef", "metrics:read"),
        ("GET", "/api/profiles", "profiles:read"),
        ("GET", "/api/profiles/abcdef", "profiles:read"),
        ("GET", "/api/accounts", "accounts:read"),
        ("GET", "/api/accounts/abcdef", "accounts:read"),
    ],
)
def test_scope(http: httpx.Client, account: Account, method: str, path: str, scope: str) -> None:
    """Each endpoint needs its own scope, and that one is enough."""
    every = AccessLevel.FULL.scopes(frozenset())
    without = new_key(account, *(every - {scope}))
    only = new_key(account, scope)

    refused = http.request(method, path, headers=Caller(http, without.secret).headers)
    passed = http.request(method, path, headers=Caller(http, only.secret).headers)

    assert refused.status_code == 403
    assert only_error(refused) == NO_PERMISSION
    assert passed.status_code not in (401, 403)


def test_read_only_key_cannot_write(http: httpx.Client, account: Account) -> None:
    """A read-only key reads events and creates none."""
    caller = Caller(http, account.keys.create(None, "reader", AccessLevel.READ_ONLY).secret)

    assert caller.post(event_body()).status_code == 403
    assert caller.get("/api/events").status_code == 200
    assert len(account.events) == 0


def test_include_needs_the_read_scope(http: httpx.Client, account: Account) -> None:
    """What is included needs the read scope of its own resource."""
    caller = Caller(http, new_key(account, "events:read", "metrics:read").secret)

    assert caller.get("/api/events", include="metric").status_code == 200
    assert caller.get("/api/events", include="metric,profile").status_code == 403


def test_order_of_checks(http: httpx.Client, account: Account) -> None:
    """401 comes before 403, 403 before 429, 429 before everything about the request's content."""
    reader, writer = new_key(account, "events:read"), new_key(account, "events:write")

    def post(secret: str) -> int:
        headers = {"Authorization": f"Klaviyo-API-Key {secret}", "Content-Type": "text/plain"}
        return http.post("/api/events", content=b"{", headers=headers).status_code

    assert post("pk_unknown") == 401
    assert post(reader.secret) == 403
    assert {post(writer.secret) for _ in range(349)} == {400}  # the revision is missing
    assert post(writer.secret) == 429
    assert post(reader.secret) == 403


def test_last_used(http: httpx.Client, account: Account) -> None:
    """A key remembers when it was last used."""
    key = new_key(account)
    assert key.last_used is None

    _get(http, f"Klaviyo-API-Key {key.secret}")

    assert key.last_used == account.clock.now()


def test_query_parameter_is_ignored(http: httpx.Client, account: Account) -> None:
    """The retired api_key parameter does not authenticate."""
    response = http.get("/api/metrics", params={"api_key": new_key(account).secret})

    assert only_error(response) == NO_SCHEME
