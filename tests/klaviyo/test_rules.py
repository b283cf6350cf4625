"""Rules without HTTP: keys and scopes, users, time, how long a payload may be."""

import contextlib

import pytest

from fakes.klaviyo.rules import times
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.errors import InvalidEvent, RoleRefused, UnknownKey
from fakes.klaviyo.rules.keys.scopes import READ_SCOPES, RESOURCES_2023, SCOPES, AccessLevel, ScopeLevel
from fakes.klaviyo.rules.payload import LONGEST_LIST, LONGEST_TEXT, check_properties
from fakes.klaviyo.rules.users import Role
from tests.klaviyo.support import new_key


def test_scopes() -> None:
    """There are 63 scopes, one of them without a write side, and the eleven rows of 2023 are among them."""
    assert (len(SCOPES), len(READ_SCOPES)) == (63, 32)
    assert "usage:write" not in SCOPES
    assert len(RESOURCES_2023) == 11
    assert all(ScopeLevel.FULL.scopes(resource) <= SCOPES for _, resource in RESOURCES_2023)


def test_scope_levels() -> None:
    """No access is nothing, read is read, full is read and write."""
    assert ScopeLevel.NO.scopes("events") == frozenset()
    assert ScopeLevel.READ.scopes("events") == {"events:read"}
    assert ScopeLevel.FULL.scopes("events") == {"events:read", "events:write"}
    assert ScopeLevel.FULL.scopes("usage") == {"usage:read"}


def test_labels() -> None:
    """Access levels and scope levels carry the labels people see."""
    assert [level.label for level in AccessLevel] == ["Custom Key", "Read-Only Key", "Full Access Key"]
    assert AccessLevel.CUSTOM.list_label == "Customized Access"
    assert [str(level) for level in ScopeLevel] == ["No Access", "Read Access", "Full Access"]


def test_clone(account: Account) -> None:
    """A clone has the name, level and scopes of its model and a value of its own; the model stays."""
    key = new_key(account, "events:write")

    clone = account.keys.clone(None, key.id)

    assert (clone.name, clone.access, clone.scopes) == (key.name, key.access, key.scopes)
    assert clone.secret != key.secret
    assert account.keys.all(None) == [key, clone]


def test_clone_is_refused(account: Account) -> None:
    """Who may not manage keys may not clone one, and nobody clones a deleted one."""
    key, analyst = new_key(account), next(user for user in account.users if user.role is Role.ANALYST)

    with pytest.raises(RoleRefused):
        account.keys.clone(analyst, key.id)
    account.keys.delete(None, key.id)
    with pytest.raises(UnknownKey):
        account.keys.clone(None, key.id)

    assert account.keys.all(None) == []


def test_log_in(account: Account) -> None:
    """A user logs in with their own password, their address in any case."""
    owner, admin = list(account.users)[:2]

    assert account.users.log_in(owner.email.upper(), owner.password) is owner
    assert account.users.log_in(owner.email, admin.password) is None
    assert account.users.log_in("nobody@klaviyo-demo.com", owner.password) is None


@pytest.mark.parametrize(
    "text",
    ["", "1795428000", "2026-11-23t10:00:00z", "2026-11-31", "9999-12-31T23:59:59-23:59", "2026-11-23T1"],
)
def test_no_time(text: str) -> None:
    """What is no ISO 8601 date and time is refused."""
    with pytest.raises(ValueError, match=r"."):
        times.parse(text)


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("x" * LONGEST_TEXT, True),
        ("x" * (LONGEST_TEXT + 1), False),
        ("é" * (LONGEST_TEXT // 2 + 1), False),
        ([0] * LONGEST_LIST, True),
        ([0] * (LONGEST_LIST + 1), False),
    ],
    ids=["text", "longer text", "more bytes", "list", "longer list"],
)
def test_bounds_are_inclusive(value: object, fits: bool) -> None:
    """A text or list of exactly the greatest length fits; text is measured in bytes."""
    with contextlib.nullcontext() if fits else pytest.raises(InvalidEvent):
        check_properties({"of": value}, "event")
