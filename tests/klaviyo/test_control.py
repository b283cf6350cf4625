"""The fake's own calls for accounts and keys."""

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.scopes import READ_SCOPES, SCOPES
from fakes.klaviyo.service.fake import KlaviyoFake
from tests.klaviyo.support import HOST, Caller, Json, new_key

ROLES = ["Owner", "Admin", "Manager", "Analyst", "Campaign Coordinator", "Content Creator", "Support"]


def _keys(account: Account) -> str:
    return f"/_fake/accounts/{account.id}/keys"


def _as(account: Account, role: str) -> dict[str, str]:
    return {"X-Fake-User": next(user.email for user in account.users if user.role == role)}


def _made(control: httpx.Client, account: Account, **ask: object) -> Json:
    response = control.post(_keys(account), json={"name": "Gladly App", "access": "custom"} | ask)
    assert response.status_code == 201
    made: Json = response.json()
    return made


def test_new_account(control: httpx.Client, fake: KlaviyoFake) -> None:
    """A new account comes with its ids and one user for every role."""
    response = control.post("/_fake/accounts", json={"name": "Shop"})

    made = response.json()
    assert response.status_code == 201
    assert list(made) == ["url", "account_id", "public_key", "users"]
    assert made["url"] == HOST
    assert made["account_id"] == made["public_key"]
    assert len(made["public_key"]) == 6
    assert [user["role"] for user in made["users"]] == ROLES
    assert all(user["email"].endswith(".klaviyo-demo.com") and user["password"] for user in made["users"])
    assert fake.tenants.get(made["account_id"]).name == "Shop"


def test_same_seed_same_account(fake: KlaviyoFake) -> None:
    """Two fakes of one seed make the same accounts; two accounts of one fake share nothing."""
    twin = KlaviyoFake(fake.runtime)
    first, second, other = fake.create_account(), fake.create_account(), twin.create_account()

    assert first.id == other.id != second.id
    assert [user.password for user in first.users] == [user.password for user in other.users]


def test_switches(control: httpx.Client, account: Account) -> None:
    """Switches change one by one, and the answer shows all."""
    path = f"/_fake/accounts/{account.id}"

    assert control.patch(path, json={}).json() == {
        "legacy_api": "live",
        "visibility_delay": 0,
        "drop_test_domains": True,
        "managers_may_manage_keys": True,
        "rate_limits": True,
        "future_filters": "refused",
        "test_account": True,
    }
    changed = control.patch(path, json={"legacy_api": "retired", "visibility_delay": 1.5})
    assert (changed.status_code, changed.json()["legacy_api"]) == (200, "retired")
    assert (account.switches.visibility_delay, account.switches.rate_limits) == (1.5, True)


@pytest.mark.parametrize(
    "ask",
    [
        {"legacy_api": "off"},
        {"visibility_delay": -1},
        {"colour": "red"},
        {"rate_limits": "x"},
        {"future_filters": "x"},
    ],
)
def test_bad_switches(control: httpx.Client, account: Account, ask: Json) -> None:
    """A switch that does not exist or cannot be set so is 400, named, and nothing changes."""
    response = control.patch(f"/_fake/accounts/{account.id}", json=ask)

    assert response.status_code == 400
    assert next(iter(ask)) in response.json()["error"]
    assert (account.switches.legacy_api, account.switches.visibility_delay) == ("live", 0)


def test_removed_account(control: httpx.Client, account: Account) -> None:
    """A removed account is unknown."""
    path = f"/_fake/accounts/{account.id}"

    assert control.delete(path).status_code == 204
    assert control.delete(path).status_code == control.get(f"{path}/keys").status_code == 404


def test_key_works(control: httpx.Client, http: httpx.Client, account: Account) -> None:
    """A key made here works at once and holds exactly the chosen scopes."""
    made = _made(control, account, scopes=["events:read", "events:write"])
    caller = Caller(http, made["private_key"])

    assert list(made) == ["id", "private_key"]
    assert made["private_key"].startswith("pk_")
    assert len(made["private_key"]) == 37
    assert caller.get("/api/events").status_code == 200
    assert caller.get("/api/metrics").status_code == 403


@pytest.mark.parametrize(
    ("access", "scopes"), [("read-only", READ_SCOPES), ("full", SCOPES), ("custom", frozenset())]
)
def test_access_levels(control: httpx.Client, account: Account, access: str, scopes: frozenset[str]) -> None:
    """Read-only is every read scope, full is every scope, custom what was chosen."""
    made = _made(control, account, access=access)

    assert account.keys.get(None, made["id"]).scopes == scopes


def test_list(control: httpx.Client, http: httpx.Client, account: Account) -> None:
    """The list shows what the page shows, the day in the account's time zone, and never the key."""
    account.clock.advance(17 * 3600)  # 03:00 UTC on the 24th is still the 23rd in New York
    made = _made(control, account, scopes=["events:write"])
    _made(control, account, name="Other", access="full")
    Caller(http, made["private_key"]).get("/api/metrics")

    response = control.get(_keys(account))

    assert response.json()[0] == {
        "id": made["id"],
        "label": "Gladly App",
        "masked_key": f"pk_****{made['private_key'][-4:]}",
        "access_level": "Customized Access",
        "created_date": "11/23/2026",
        "last_used": "2026-11-24T03:00:03.131026+00:00",
    }
    assert (response.json()[1]["label"], response.json()[1]["last_used"]) == ("Other", None)
    assert made["private_key"] not in response.text


def test_delete(control: httpx.Client, http: httpx.Client, account: Account) -> None:
    """A deleted key leaves the list and is refused; deleting it again is 404."""
    made = _made(control, account, access="full")
    path = f"{_keys(account)}/{made['id']}"

    assert control.delete(path).status_code == 204
    assert control.get(_keys(account)).json() == []
    assert Caller(http, made["private_key"]).get("/api/metrics").status_code == 401
    assert control.delete(path).status_code == 404


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "ab"}, "name"),
        ({"access": "admin"}, "access"),
        ({"scopes": ["events:delete"]}, "events:delete"),
        ({"scopes": ["usage:write"]}, "usage:write"),
        ({"access": "full", "scopes": ["events:read"]}, "scopes"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_keys(control: httpx.Client, account: Account, ask: Json, named: str) -> None:
    """A key that cannot be is 400, says why, and is not made."""
    response = control.post(_keys(account), json={"name": "Gladly App", "access": "custom"} | ask)

    assert response.status_code == 400
    assert named in response.json()["error"]
    assert account.keys.all(None) == []


def test_clone(control: httpx.Client, http: httpx.Client, account: Account) -> None:
    """A clone has a value of its own and the name and scopes of its model, by the same roles; 404 for none."""
    model = new_key(account, "metrics:read")
    path = f"{_keys(account)}/{model.id}/clone"

    made = control.post(path, headers=_as(account, "Owner"))

    assert made.status_code == 201
    assert [row["label"] for row in control.get(_keys(account)).json()] == [model.name, model.name]
    clone = Caller(http, made.json()["private_key"])
    assert (clone.get("/api/metrics").status_code, clone.get("/api/profiles").status_code) == (200, 403)
    assert control.post(path, headers=_as(account, "Analyst")).status_code == 403
    assert control.post(f"{_keys(account)}/nope/clone").status_code == 404


@pytest.mark.parametrize("role", ["Owner", "Admin", "Manager"])
def test_roles_that_may(control: httpx.Client, account: Account, role: str) -> None:
    """Owner, Admin and Manager make, see and delete keys."""
    headers = _as(account, role)
    made = control.post(_keys(account), json={"name": "Gladly App", "access": "full"}, headers=headers)

    assert made.status_code == 201
    assert len(control.get(_keys(account), headers=headers).json()) == 1
    assert control.delete(f"{_keys(account)}/{made.json()['id']}", headers=headers).status_code == 204


@pytest.mark.parametrize("role", ROLES[3:])
def test_roles_that_may_not(control: httpx.Client, account: Account, role: str) -> None:
    """Every other role is refused, and the keys stay as they were."""
    key, headers = new_key(account), _as(account, role)

    refused = [
        control.post(_keys(account), json={"name": "Gladly App", "access": "full"}, headers=headers),
        control.get(_keys(account), headers=headers),
        control.delete(f"{_keys(account)}/{key.id}", headers=headers),
    ]

    assert [response.status_code for response in refused] == [403, 403, 403]
    assert all(role in response.json()["error"] for response in refused)
    assert account.keys.all(None) == [key]


def test_managers_by_the_newer_rule(control: httpx.Client, account: Account) -> None:
    """The switch takes key management from Managers, and from nobody else."""
    control.patch(f"/_fake/accounts/{account.id}", json={"managers_may_manage_keys": False})

    assert control.get(_keys(account), headers=_as(account, "Manager")).status_code == 403
    assert control.get(_keys(account), headers=_as(account, "Admin")).status_code == 200


def test_unknown_user(control: httpx.Client, account: Account) -> None:
    """Acting as somebody who is not there is 400."""
    response = control.get(_keys(account), headers={"X-Fake-User": "nobody@klaviyo-demo.com"})

    assert response.status_code == 400
    assert "nobody@klaviyo-demo.com" in response.json()["error"]


def test_token_is_needed(http: httpx.Client, account: Account) -> None:
    """Without the control token nothing here answers."""
    assert http.get(_keys(account)).status_code == 403


def test_reset(control: httpx.Client, http: httpx.Client, account: Account) -> None:
    """A reset removes all accounts and their keys."""
    secret = new_key(account).secret

    assert control.post("/_fake/reset").status_code == 204
    assert Caller(http, secret).get("/api/metrics").status_code == 401
