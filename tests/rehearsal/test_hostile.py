"""What can go wrong on the way, each with a clear word to the user and a clean account afterwards."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.live.ledger import runs
from tests.rehearsal.people import open_and_close
from tests.rehearsal.proxy import way_to
from tests.rehearsal.stand_ins import StandIns
from tests.rehearsal.stranger import Read, Stranger

Arrive = Callable[[StandIns], Stranger]
VERIFY = ("--world", "live", "--live", "verify")
UPGRADE = ("--world", "live", "--live", "upgrade")


def verify(somebody: Stranger, **changes: str | None) -> Read:
    """Run the runbook's Testing the steps."""
    return somebody.pytest(*VERIFY, LIVE_ALLOW="verify", **changes)


def test_no_variable_is_set(stand_ins: StandIns, stranger: Arrive) -> None:
    """Every command says which variables are missing, and where to get them, and calls nobody."""
    somebody = stranger(stand_ins)
    without = dict.fromkeys(somebody.env, None)
    before = len(stand_ins.at_klaviyo("GET", "/journal?kind=request"))
    for words in (["live", "doctor"], ["live", "watch"], ["live", "reconcile", "--since", "1h"], ["drift"]):
        read = somebody.harness(*words, **without)
        assert read.code in {1, 2}, read.text
        assert "LIVE_KLAVIYO_KEY is not set" in read.text
        assert "Create Private API Key" in read.text
    read = somebody.pytest(*VERIFY, **without)
    assert read.code == 4
    assert "LIVE_GLADLY_API_TOKEN is not set" in read.text
    assert len(stand_ins.at_klaviyo("GET", "/journal?kind=request")) == before


def test_another_account(upgraded: StandIns, stranger: Arrive) -> None:
    """With a key of another account than the one that may be touched, the account is read and nothing else."""
    somebody = stranger(upgraded)
    before = upgraded.calls()
    for read in (
        verify(somebody, LIVE_KLAVIYO_ACCOUNT_ID="ZzZzZz"),
        somebody.pytest(*UPGRADE, LIVE_ALLOW="upgrade", LIVE_KLAVIYO_ACCOUNT_ID="ZzZzZz"),
        somebody.harness("live", "watch", "--for", "1", LIVE_KLAVIYO_ACCOUNT_ID="ZzZzZz"),
        somebody.harness("live", "reconcile", "--since", "1h", LIVE_KLAVIYO_ACCOUNT_ID="ZzZzZz"),
        somebody.harness("drift", LIVE_KLAVIYO_ACCOUNT_ID="ZzZzZz"),
    ):
        assert read.code == 2, read.text
        assert f"belongs to the account {upgraded.klaviyo['account_id']}" in read.text
        assert "only ZzZzZz may be touched" in read.text
    assert set(upgraded.calls() - before) == {"GET /api/accounts"}


def test_another_organization(upgraded: StandIns, stranger: Arrive) -> None:
    """With a token of another organization, the account and the organization are read and nothing else."""
    before = upgraded.calls()
    read = verify(stranger(upgraded), LIVE_GLADLY_ORGANIZATION_ID="somebody-elses")
    assert read.code == 2, read.text
    assert "only somebody-elses may be touched" in read.text
    assert set(upgraded.calls() - before) == {"GET /api/accounts", "GET /api/v1/organization"}


def test_a_production_account(upgraded: StandIns, stranger: Arrive) -> None:
    """An account in production is refused to ``upgrade``, before anything is changed."""
    upgraded.at_klaviyo("PATCH", "", {"test_account": False})
    before = upgraded.inventory()
    somebody = stranger(upgraded)
    read = somebody.pytest(*UPGRADE, LIVE_ALLOW="upgrade")
    assert read.code == 2, read.text
    assert "is a production account" in read.text
    assert upgraded.inventory() == {**before, "keys": sorted([*before["keys"], "Harness"])}


def test_nothing_is_allowed(upgraded: StandIns, stranger: Arrive) -> None:
    """Without a word on what may be changed nothing is."""
    read = stranger(upgraded).pytest(*VERIFY)
    assert read.code == 2, read.text
    assert "LIVE_ALLOW is 'nothing': set it to 'verify'" in read.text


def test_nobody_is_signed_in(upgraded: StandIns, stranger: Arrive) -> None:
    """Without a signed-in browser the scenario is not run and says how to sign in; the run is no success."""
    read = verify(stranger(upgraded))
    assert read.code == 1, read.text
    assert "run `python -m harness live sign-in" in read.text
    assert "nothing at all was run at the real systems" in read.text


def test_a_session_ends_in_the_middle(upgraded: StandIns, stranger: Arrive) -> None:
    """A session that ends half-way is told as such, and nothing of the run is left behind."""
    with way_to(upgraded.gladly["url"]) as way:
        somebody = stranger(upgraded)
        somebody.sign_in()
        before = upgraded.inventory()

        def sign_out(path: str, text: str) -> str:
            way.without_cookies = way.without_cookies or "/customers/run-" in path
            return text

        way.rewrite = sign_out
        read = verify(somebody, LIVE_GLADLY_URL=way.url)
    assert read.code == 1, read.text
    assert "live sign-in gladly-agent" in read.text
    assert upgraded.inventory() == before


@pytest.mark.parametrize(
    ("person", "role", "said"),
    [
        ("LIVE_KLAVIYO_ADMIN", "Analyst", "LD-22"),
        ("LIVE_GLADLY_ADMIN", "Agent", "LD-24"),
    ],
)
def test_a_wrong_role(upgraded: StandIns, stranger: Arrive, person: str, role: str, said: str) -> None:
    """Somebody whose role is not enough is found out by the doctor, with what to do."""
    somebody = stranger(upgraded)
    part = upgraded.klaviyo if "KLAVIYO" in person else upgraded.gladly
    user = next(one for one in part["users"] if one["role"] == role)
    somebody.env |= {f"{person}_EMAIL": user["email"], f"{person}_PASSWORD": user["password"]}
    somebody.sign_in()
    read = somebody.harness("live", "doctor")
    assert read.code == 1
    line = next(line for line in read.text.splitlines() if said in line)
    assert "MISSING" in line


def test_a_missing_scope(upgraded: StandIns, stranger: Arrive) -> None:
    """A key that may not read profiles is found out by the doctor; a run with it says what it is not let to do."""
    scopes = ["accounts:read", "events:read", "metrics:read"]
    key = upgraded.at_klaviyo("POST", "/keys", {"name": "Poor", "access": "custom", "scopes": scopes})
    somebody = stranger(upgraded)
    somebody.sign_in()
    before = upgraded.inventory()
    read = somebody.harness("live", "doctor", LIVE_KLAVIYO_KEY=key["private_key"])
    assert read.code == 1
    assert "the key may not read profiles" in read.text
    read = verify(somebody, LIVE_KLAVIYO_KEY=key["private_key"])
    assert read.code == 1
    assert "Klaviyo answered 403" in read.text
    assert upgraded.inventory() == before


def test_limits_are_reached(upgraded: StandIns, stranger: Arrive) -> None:
    """Where both systems ask to wait, the run waits and passes."""
    somebody = stranger(upgraded)
    somebody.sign_in()
    for call in (upgraded.at_klaviyo, upgraded.at_gladly):
        call("POST", "/faults", {"route": "GET /api/*", "kind": "throttle", "times": 3, "seconds": 2})
    before = upgraded.inventory()
    read = verify(somebody)
    assert read.code == 0, read.text[-4_000:]
    assert "asked to wait" in read.text
    assert upgraded.inventory() == before


def test_the_pages_are_slow(upgraded: StandIns, stranger: Arrive) -> None:
    """Pages that take a second and a half each make the run slow, not wrong."""
    with way_to(upgraded.klaviyo["url"]) as klaviyo, way_to(upgraded.gladly["url"]) as gladly:
        somebody = stranger(upgraded)
        somebody.env |= {"LIVE_KLAVIYO_WEB_URL": klaviyo.url, "LIVE_GLADLY_URL": gladly.url}
        somebody.sign_in()
        klaviyo.delay = gladly.delay = 0.8
        before = upgraded.inventory()
        read = verify(somebody)
    assert read.code == 0, read.text[-4_000:]
    assert upgraded.inventory() == before


def test_a_page_has_another_layout(upgraded: StandIns, stranger: Arrive, tmp_path: Path) -> None:
    """A renamed box is named with what is there instead, and a line in a file mends it without Python."""
    with way_to(upgraded.klaviyo["url"]) as way:
        way.rewrite = lambda _path, text: text.replace("Search metrics", "Find a metric")
        somebody = stranger(upgraded)
        somebody.env["LIVE_KLAVIYO_WEB_URL"] = way.url
        somebody.sign_in()
        before = upgraded.inventory()
        read = verify(somebody)
        assert read.code == 1, read.text
        assert "Metrics.search" in read.text
        assert upgraded.inventory() == before
        looked = somebody.harness("pages", "--live", "--report", str(tmp_path / "pages"))
        assert looked.code == 1, looked.text
        assert "missing: klaviyo.Metrics.search" in looked.text
        assert 'name = "Find a metric"' in looked.text
        mended = tmp_path / "screens.toml"
        mended.write_text(
            '[klaviyo.Metrics.search]\nrole = "searchbox"\nname = "Find a metric"\n', encoding="utf-8"
        )
        read = somebody.pytest(*VERIFY, f"--screens={mended}", LIVE_ALLOW="verify")
    assert read.code == 0, read.text[-4_000:]
    assert upgraded.inventory() == before


def test_no_network_for_a_while(upgraded: StandIns, stranger: Arrive) -> None:
    """When the way to both is closed in the middle, the run waits until it is open again, and passes."""
    with way_to(upgraded.klaviyo["url"]) as klaviyo, way_to(upgraded.gladly["url"]) as gladly:
        somebody = stranger(upgraded)
        somebody.env |= {"LIVE_KLAVIYO_API_URL": klaviyo.url, "LIVE_GLADLY_URL": gladly.url}
        somebody.sign_in()
        before, closed = upgraded.inventory(), threading.Event()

        def close_once(path: str, text: str) -> str:
            if "/api/events" in path and not closed.is_set():
                closed.set()
                klaviyo.close_for(20.0)
            return text

        klaviyo.rewrite = close_once
        read = verify(somebody)
    assert closed.is_set()
    assert read.code == 0, read.text[-4_000:]
    assert "trying again" in read.text
    assert upgraded.inventory() == before


def test_interrupted_by_hand(upgraded: StandIns, stranger: Arrive) -> None:
    """Ctrl-C in the middle ends the run, and what it made is removed before it is over."""
    somebody = stranger(upgraded)
    somebody.sign_in()
    somebody.env["LIVE_ALLOW"] = "verify"
    before, folder = upgraded.inventory(), Path(somebody.env["LIVE_FOLDER"])
    running = somebody.start("-m", "pytest", *VERIFY)
    upgraded.wait_until(lambda: any(one.open_entries("conversation") for one in runs(folder)))
    running.send_signal(signal.SIGINT)
    text, _ = running.communicate(timeout=60)
    assert running.returncode == 2, text
    assert upgraded.inventory() == before
    assert "open" not in {one.state for ledger in runs(folder) for one in ledger.entries}


def test_watching_with_the_app_switched_off(upgraded: StandIns, stranger: Arrive) -> None:
    """Where nothing arrives, the watch says what has not, for whom and since when."""
    administrator = next(user for user in upgraded.gladly["users"] if user["role"] == "Administrator")
    upgraded.at_gladly("PUT", "/app/active", {"active": False}, user=administrator["email"])
    somebody = stranger(upgraded)
    watching = somebody.start("-m", "harness", "live", "watch", "--for", "14", "--grace", "3")
    acting = threading.Timer(3.0, lambda: open_and_close(upgraded, "cat@mail.sandbox.gladly.qa"))
    acting.start()
    text, _ = watching.communicate(timeout=60)
    acting.join()
    assert watching.returncode == 1, text
    assert "'started conversation in Gladly' of" in text
    assert "has not arrived for customer" in text
