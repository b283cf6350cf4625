"""The fake's own calls: accounts, their switches, and private keys without the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Literal

import falcon
from pydantic import Field

from fakes.core.control.plane import USER_HEADER, Ask, add_control_plane, asked
from fakes.core.errors import ControlError
from fakes.core.http.app import App
from fakes.core.paths import CONTROL_PREFIX
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.errors import DomainError, RoleRefused, UnknownKey
from fakes.klaviyo.rules.keys.keys import PrivateKey
from fakes.klaviyo.rules.keys.scopes import AccessLevel
from fakes.klaviyo.rules.users import User
from fakes.klaviyo.service.context import fake_of

COLLECTION = "accounts"
LONGEST_DELAY = 86_400
_STATUS = {RoleRefused: 403, UnknownKey: 404}


class AccountAsk(Ask):
    """A new account."""

    name: str = Field("Gladly Demo", min_length=1)


class SwitchesAsk(Ask):
    """Switches to set; those that are left out stay."""

    legacy_api: Literal["live", "retired"] | None = None
    visibility_delay: float | None = Field(None, ge=0, le=LONGEST_DELAY)
    drop_test_domains: bool | None = None
    managers_may_manage_keys: bool | None = None
    rate_limits: bool | None = None
    future_filters: Literal["refused", "empty"] | None = None
    test_account: bool | None = None


class KeyAsk(Ask):
    """A new private key; ``scopes`` are for a custom one."""

    name: str
    access: Literal["custom", "read-only", "full"]
    scopes: tuple[str, ...] = ()


def described(account: Account, url: str) -> dict[str, Any]:
    """Return what a caller needs to use the account: its ids and everybody's password."""
    users = [
        {"email": user.email, "password": user.password, "role": user.role.value} for user in account.users
    ]
    return {"url": url, "account_id": account.id, "public_key": account.public_key, "users": users}


def row(key: PrivateKey, timezone: str) -> dict[str, Any]:
    """Return a private key as the vendor's list shows it, with its last use in ISO 8601 or null."""
    return {
        "id": key.id,
        "label": key.name,
        "masked_key": key.masked,
        "access_level": key.access.list_label,
        "created_date": key.created_date(timezone),
        "last_used": key.last_used.isoformat() if key.last_used else None,
    }


def turn(account: Account, ask: SwitchesAsk) -> None:
    """Set the switches that ``ask`` names."""
    with account.lock:
        for name, value in ask.model_dump(exclude_none=True).items():
            setattr(account.switches, name, value)


class _Accounts:
    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        account = fake_of(request).create_account(asked(request, AccountAsk).name)
        response.status, response.media = falcon.HTTP_201, described(account, request.prefix)

    def on_patch_one(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        account = fake_of(request).tenants.get(tenant_id)
        turn(account, asked(request, SwitchesAsk))
        response.media = asdict(account.switches)

    def on_delete_one(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        fake_of(request).tenants.remove(tenant_id)
        response.status = falcon.HTTP_204


class _Keys:
    def on_get(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        account = fake_of(request).tenants.get(tenant_id)
        with account.lock, _refusals():
            response.media = [
                row(key, account.timezone) for key in account.keys.all(_actor(request, account))
            ]

    def on_post(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        account, ask = fake_of(request).tenants.get(tenant_id), asked(request, KeyAsk)
        with account.lock, _refusals():
            actor, access = _actor(request, account), AccessLevel.of(ask.access)
            key = account.keys.create(actor, ask.name, access, ask.scopes)
        response.status, response.media = falcon.HTTP_201, {"id": key.id, "private_key": key.secret}

    def on_post_clone(
        self, request: falcon.Request, response: falcon.Response, tenant_id: str, key_id: str
    ) -> None:
        account = fake_of(request).tenants.get(tenant_id)
        with account.lock, _refusals():
            key = account.keys.clone(_actor(request, account), key_id)
        response.status, response.media = falcon.HTTP_201, {"id": key.id, "private_key": key.secret}

    def on_delete_one(
        self, request: falcon.Request, response: falcon.Response, tenant_id: str, key_id: str
    ) -> None:
        account = fake_of(request).tenants.get(tenant_id)
        with account.lock, _refusals():
            account.keys.delete(_actor(request, account), key_id)
        response.status = falcon.HTTP_204


def _actor(request: falcon.Request, account: Account) -> User | None:
    """Return the user in whose name a call is made, or None for the fake itself."""
    email = request.get_header(USER_HEADER)
    return None if email is None else account.users.get(email)


@contextmanager
def _refusals() -> Iterator[None]:
    """Make a refusal of the rules one of the control plane: 403 for a role, 404 for an unknown key, else 400."""
    try:
        yield
    except DomainError as error:
        raise ControlError(error.text, _STATUS.get(type(error), 400)) from None


def add_control(app: App) -> None:
    """Add the shared control plane and this vendor's part of it to ``app``."""
    add_control_plane(app, COLLECTION)
    every, one = f"{CONTROL_PREFIX}{COLLECTION}", f"{CONTROL_PREFIX}{COLLECTION}/{{tenant_id}}"
    app.add_route(every, _Accounts())
    app.add_route(one, _Accounts(), suffix="one")
    app.add_route(f"{one}/keys", _Keys())
    app.add_route(f"{one}/keys/{{key_id}}", _Keys(), suffix="one")
    app.add_route(f"{one}/keys/{{key_id}}/clone", _Keys(), suffix="clone")
