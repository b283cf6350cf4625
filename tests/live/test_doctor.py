"""The doctor: what is said of credentials, scopes, roles, clocks and files, changing nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from harness.errors import BadSettings, WrongSystem
from harness.live.doctor import look
from harness.live.findings import EXPLAINED, Finding
from harness.live.klaviyo import KlaviyoApi
from harness.live.ledger import Ledger
from harness.live.runs import Run
from harness.live.settings import LiveSettings, settings
from harness.live.systems import Systems, make_sure, permitted, refuse_production
from tests.live.reconcile_scene import Scene, scene, unpaced


@pytest.fixture(name="there")
def _there() -> Iterator[Scene]:
    """Yield both systems."""
    with scene() as made:
        yield made


@pytest.fixture(name="chosen")
def _chosen(there: Scene, tmp_path: Path) -> LiveSettings:
    """Return settings that name them."""
    return settings(
        {
            "LIVE_KLAVIYO_ACCOUNT_ID": there.klaviyo.about["account_id"],
            "LIVE_KLAVIYO_KEY": "pk_not-used-here",
            "LIVE_GLADLY_URL": "https://shop.us-uat.gladly.qa",
            "LIVE_GLADLY_ORGANIZATION_ID": there.gladly.about["organization_id"],
            "LIVE_GLADLY_API_USER": "api@shop.invalid",
            "LIVE_GLADLY_API_TOKEN": "not-used-here",
            "LIVE_FOLDER": str(tmp_path),
        }
    )


def found(chosen: LiveSettings, systems: Systems) -> dict[str, Finding]:
    """Return what the doctor finds, by its id."""
    return {one.id: one for one in look(chosen, systems)}


def with_key(there: Scene, *scopes: str) -> Systems:
    """Return both systems with a key of these scopes."""
    key = there.klaviyo.call("POST", "/keys", {"name": "poor", "access": "custom", "scopes": scopes})
    return replace(
        there.systems, klaviyo=KlaviyoApi(there.systems.klaviyo.caller, key["private_key"], unpaced)
    )


def test_all_is_well(there: Scene, chosen: LiveSettings) -> None:
    """With the right credentials nothing is missing, and nothing but reads and refused calls was made."""
    seen = found(chosen, there.systems)
    assert [one for one in seen.values() if one.verdict == "missing"] == []
    assert set(seen) <= set(EXPLAINED)
    assert "may write events too" in seen["LD-07"].seen
    changing = {f"{one.method} {one.url.path}" for one in there.calls if one.method not in {"GET", "HEAD"}}
    made = {one for one in changing if "/_fake/" not in one}
    assert made == {
        "POST /api/events",
        "POST /api/v1/reports",
        "DELETE /api/v1/customer-profiles/live-doctor-nobody",
    }


def test_a_key_that_reads_too_little(there: Scene, chosen: LiveSettings) -> None:
    """Each scope that is missing is named; one that may not write is praised."""
    seen = found(chosen, with_key(there, "accounts:read", "events:read"))
    assert seen["LD-06"].seen in {
        "the key may not read metrics, profiles",
        "the key may not read which scopes keys have",
    }
    assert seen["LD-07"].verdict == "fine"


def test_a_key_that_may_not_say_whose_it_is(there: Scene, chosen: LiveSettings) -> None:
    """Without accounts:read nothing more is asked of Klaviyo, and the doctor says which scope it takes."""
    seen = found(chosen, with_key(there, "events:read"))
    assert "accounts:read" in seen["LD-06"].todo
    assert "LD-04" not in seen


def test_a_key_that_is_none(there: Scene, chosen: LiveSettings) -> None:
    """A key that Klaviyo does not know is told from one that lacks a scope."""
    systems = replace(
        there.systems, klaviyo=KlaviyoApi(there.systems.klaviyo.caller, "pk_" + "0" * 34, unpaced)
    )
    assert found(chosen, systems)["LD-03"].verdict == "missing"


def test_another_account(there: Scene, chosen: LiveSettings) -> None:
    """Of an account that is not the one meant nothing but whose it is is asked; so it is where the variable is empty."""
    other = replace(chosen, account_id="ZzZzZz", organization_id="")
    before = len(there.calls)
    seen = found(other, there.systems)
    assert "use a key of ZzZzZz, or set LIVE_KLAVIYO_ACCOUNT_ID to" in seen["LD-04"].todo
    assert seen["LD-12"].todo.startswith("set LIVE_GLADLY_ORGANIZATION_ID to")
    assert [one.url.path for one in there.calls[before:]] == ["/api/accounts", "/api/v1/organization"]
    with pytest.raises(WrongSystem, match="only ZzZzZz may be touched"):
        make_sure(there.systems, other)


def test_a_token_without_a_role(there: Scene, chosen: LiveSettings) -> None:
    """A user without the roles for reports and deletions is told what is not possible then."""
    user = there.gladly.about["compliance_user"]
    there.systems.gladly.caller.client.auth = httpx.BasicAuth(user["email"], user["token"])
    seen = found(chosen, there.systems)
    assert (seen["LD-14"].verdict, seen["LD-15"].verdict) == ("note", "fine")
    there.systems.gladly.caller.client.auth = httpx.BasicAuth(user["email"], "wrong")
    assert found(chosen, there.systems)["LD-11"].verdict == "missing"


def test_production(there: Scene, chosen: LiveSettings) -> None:
    """An account in production and a host that is no sandbox's are notes to the doctor, and refused to ``upgrade``."""
    refuse_production(make_sure(there.systems, chosen), chosen)
    live = replace(chosen, gladly="https://shop.gladly.com")
    with pytest.raises(WrongSystem, match="no Gladly sandbox"):
        refuse_production(make_sure(there.systems, chosen), live)
    there.klaviyo.call("PATCH", "", {"test_account": False})
    seen = found(live, there.systems)
    assert (seen["LD-05"].verdict, seen["LD-13"].verdict) == ("note", "note")
    with pytest.raises(WrongSystem, match="production account"):
        refuse_production(make_sure(there.systems, chosen), chosen)


def test_clocks_that_do_not_agree(there: Scene, chosen: LiveSettings) -> None:
    """A system whose answers are dated an hour off makes times incomparable, and the doctor says so."""
    client = there.systems.klaviyo.caller.client
    client.event_hooks["response"] = [
        lambda one: one.headers.update({"Date": "Wed, 21 Oct 2015 07:28:00 GMT"})
    ]
    seen = [one for one in look(chosen, there.systems) if one.id == "LD-30"]
    assert seen[0].verdict == "missing"
    assert "Klaviyo's clock" in seen[0].seen


def test_files(there: Scene, chosen: LiveSettings) -> None:
    """A browser state that others can read is named with what to do, and so is a run that left something."""
    state = chosen.people["gladly-agent"].state
    state.parent.mkdir(parents=True)
    state.write_text("{}", encoding="utf-8")
    state.chmod(0o644)
    ledger = Ledger.begin(chosen.folder, Run.begin(), {})
    ledger.plan("customer", id="c")
    ledger.close()
    seen = found(chosen, there.systems)
    assert seen["LD-31"].todo == f"chmod 600 {state}"
    assert seen["LD-32"].todo == f"python -m harness live cleanup {ledger.run.id}"


def test_what_is_not_allowed_is_refused_before_anybody_is_called(there: Scene, chosen: LiveSettings) -> None:
    """LIVE_ALLOW has to name what a run changes; the larger allows the smaller, and nothing is called without."""
    before = len(there.calls)
    for allow, mode in (("nothing", "verify"), ("nothing", "upgrade"), ("verify", "upgrade")):
        with pytest.raises(BadSettings, match=f"set it to '{mode}'"):
            permitted(there.systems, replace(chosen, allow=allow), mode)  # type: ignore[arg-type]
    assert len(there.calls) == before
    assert (
        permitted(there.systems, replace(chosen, allow="upgrade"), "verify").account.id == chosen.account_id
    )
