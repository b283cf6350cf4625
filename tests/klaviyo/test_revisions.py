"""The revision header."""

from datetime import date

import httpx
import pytest

from fakes.klaviyo.api.jsonapi import revisions
from fakes.klaviyo.api.jsonapi.errors import ApiError
from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import Caller, new_key, only_error

TODAY = date(2026, 11, 23)


def _serving(asked: str | None, *, opt_out: bool = False) -> date:
    return revisions.serving(asked, opt_out=opt_out, today=TODAY)


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("2026-07-15", date(2026, 7, 15)),
        ("2026-10-15", date(2026, 10, 15)),
        ("2026-07-15.pre", date(2026, 7, 15)),
        ("2025-01-15", date(2025, 1, 15)),
        ("2026-08-01", date(2026, 7, 15)),
        ("2024-10-15", date(2025, 1, 15)),
        ("2023-02-22", date(2025, 1, 15)),
    ],
)
def test_served_by(asked: str, served: date) -> None:
    """A living revision serves itself; a retired one falls forward to the oldest that lives."""
    assert _serving(asked) == served


@pytest.mark.parametrize(
    "asked", [None, "", "latest", "2026-7-15", "2026-02-30", "2026-07-15.beta", "2026-11-24", "2022-10-16"]
)
def test_refused(asked: str | None) -> None:
    """A missing, malformed, future or too early revision is a 400."""
    with pytest.raises(ApiError) as caught:
        _serving(asked)

    assert (caught.value.status, caught.value.code) == (400, "invalid")


def test_opting_out_of_falling_forward() -> None:
    """With the opt-out a retired revision is gone, a living one is not."""
    with pytest.raises(ApiError) as caught:
        _serving("2024-10-15", opt_out=True)

    assert caught.value.status == 410
    assert _serving("2025-01-15", opt_out=True) == date(2025, 1, 15)


def test_retirement_goes_by_the_clock(http: httpx.Client, account: Account) -> None:
    """The same request is served today and gone when its revision is two years old."""
    caller = Caller(http, new_key(account).secret, "2025-01-15")
    caller.headers["X-Klaviyo-Revision-Fall-Forward-Opt-Out"] = "1"
    assert caller.get("/api/metrics").status_code == 200

    account.clock.advance(60 * 86_400)

    assert caller.get("/api/metrics").status_code == 410


def test_header_is_needed(http: httpx.Client, account: Account) -> None:
    """Over HTTP a missing header is a 400 in the family without links and meta."""
    caller = Caller(http, new_key(account).secret)
    del caller.headers["revision"]

    error = only_error(caller.get("/api/metrics"))

    assert (error["status"], error["code"], error["title"]) == (400, "invalid", "Invalid input.")
    assert error["source"] == {"pointer": "/data/"}


def test_endpoint_has_a_first_revision(http: httpx.Client, account: Account) -> None:
    """A date before an endpoint's first revision is refused although others have that revision."""
    caller = Caller(http, new_key(account).secret, "2023-02-22")

    assert caller.get("/api/metrics").status_code == 200
    assert caller.get("/api/accounts").status_code == 400


def test_profile_relationship_follows_the_revision(http: httpx.Client, account: Account) -> None:
    """Since 2026-07-15 the last relationship of a profile is plural, before it is singular."""
    secret = new_key(account).secret
    Caller(http, secret).track()

    def names(revision: str) -> list[str]:
        return list(Caller(http, secret, revision).rows("/api/profiles")[0]["relationships"])

    assert names("2026-07-15")[-1] == "conversations"
    assert names("2026-04-15")[-1] == "conversation"
