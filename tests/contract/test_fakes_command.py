"""``python -m fakes`` from outside: the JSON line, the demo data, the ways to stop and to be wrong."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.serving import ROOT, Served, served

TOKEN = "open-sesame"


@pytest.fixture(scope="module")
def full() -> Iterator[Served]:
    """Serve as the command does without options."""
    with served() as fakes:
        yield fakes


@pytest.fixture(scope="module")
def empty() -> Iterator[Served]:
    """Serve without demo data, under a control token of our own."""
    with served("--empty", "--control-token", TOKEN) as fakes:
        yield fakes


def test_the_json_line_has_what_a_script_needs(full: Served) -> None:
    """Addresses, ids, the API user, users with roles, and the control token."""
    klaviyo, gladly = full.about["klaviyo"], full.about["gladly"]
    assert klaviyo.keys() >= {"url", "account_id", "public_key", "users"}
    assert gladly.keys() >= {"url", "organization_id", "api_user", "users"}
    assert gladly["api_user"].keys() == {"email", "token"}
    assert {user["role"] for user in klaviyo["users"]} >= {"Owner", "Admin", "Manager", "Analyst"}
    assert {user["role"] for user in gladly["users"]} >= {"Administrator", "Agent"}
    assert all(user.keys() == {"email", "password", "role"} for user in klaviyo["users"] + gladly["users"])
    assert full.about["control_token"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(how: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end the process with code 0 and not a word on standard error."""
    with served("--empty") as fakes:
        fakes.process.send_signal(how)
        _, errors = fakes.process.communicate(timeout=10)
        assert (fakes.process.returncode, errors) == (0, "")


def test_the_demo_data_is_there_unless_empty(full: Served, empty: Served) -> None:
    """A shop with customers and a day of events, or nothing."""
    for fakes, expected in (
        (full, {"started conversation in Gladly", "closed conversation in Gladly"}),
        (empty, set()),
    ):
        headers = {
            "Authorization": f"Klaviyo-API-Key {fakes.new_key('metrics:read')}",
            "revision": "2026-07-15",
        }
        found = httpx.get(f"{fakes.klaviyo_url}/api/metrics", headers=headers, trust_env=False).json()["data"]
        assert {metric["attributes"]["name"] for metric in found} == expected


def test_the_control_token_can_be_given(empty: Served) -> None:
    """With --control-token the control plane takes that token and no other."""
    url = f"{empty.klaviyo_url}/_fake/clock"
    assert empty.about["control_token"] == TOKEN
    assert httpx.get(url, headers={"X-Fake-Control": TOKEN}, trust_env=False).status_code == 200
    assert httpx.get(url, headers={"X-Fake-Control": "guess"}, trust_env=False).status_code == 403


def test_one_clock_moves_both(empty: Served) -> None:
    """Advancing the clock on one server moves it on the other."""
    headers = {"X-Fake-Control": TOKEN}
    gladly = empty.about["gladly"]["url"]
    before = httpx.get(f"{gladly}/_fake/clock", headers=headers, trust_env=False).json()["now"]
    httpx.post(
        f"{empty.klaviyo_url}/_fake/clock/advance",
        json={"seconds": 86400},
        headers=headers,
        trust_env=False,
    )
    after = httpx.get(f"{gladly}/_fake/clock", headers=headers, trust_env=False).json()["now"]
    assert after[:10] > before[:10]


def test_a_port_that_is_taken_is_named(empty: Served) -> None:
    """A second server on the same port says so and ends with code 1."""
    port = empty.klaviyo_url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "fakes", "--klaviyo-port", port, "--gladly-port", "0"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - our own command
    assert run.returncode == 1
    assert "cannot listen on 127.0.0.1" in run.stderr
    assert "Traceback" not in run.stderr
