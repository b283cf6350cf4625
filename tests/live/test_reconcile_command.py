"""``live reconcile`` as a command, the fakes behind sockets."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from fakes.serving import Fakes, serve
from harness.actors.api.tenant import Tenant
from harness.commands.live_reconcile import reconcile
from tests.live.reconcile_scene import CLOSED, REVISION, STARTED

EMAIL = "dana@shop.invalid"
SHORT = ["--since", "10m", "--late", "60", "--grace", "0", "--export", "never"]


@dataclass
class Served:
    """An account and an organization behind sockets, and the variables that name them."""

    fakes: Fakes
    klaviyo: Tenant
    gladly: Tenant
    env: dict[str, str]

    def converse(self, *metrics: str) -> None:
        """Open and close a conversation, and tell Klaviyo of these."""
        user = self.gladly.about["api_user"]
        with httpx.Client(base_url=self.fakes.gladly_url, auth=(user["email"], user["token"])) as api:
            made = api.post("/api/v1/customer-profiles", json={"emails": [{"original": EMAIL}]})
            customer = made.headers["Location"].rpartition("/")[2]
            body = {"customer_id": customer, "opened_by": "agent", "message": False}
            conversation = self.gladly.call("POST", "/conversations", body)["id"]
            status = {"status": {"value": "CLOSED", "force": True}}
            api.patch(f"/api/v1/conversations/{conversation}", json=status).raise_for_status()
        headers = {"Authorization": f"Klaviyo-API-Key {self.env['LIVE_KLAVIYO_KEY']}", "revision": REVISION}
        for metric in metrics:
            about = {
                "type": "profile",
                "attributes": {"email": EMAIL, "properties": {"In Gladly Conversation": False}},
            }
            name = {"type": "metric", "attributes": {"name": metric}}
            attributes = {"properties": {}, "metric": {"data": name}, "profile": {"data": about}}
            event = {"data": {"type": "event", "attributes": attributes}}
            self.klaviyo.client.post("/api/events", json=event, headers=headers).raise_for_status()

    def run(self, *options: str, env: dict[str, str] | None = None) -> Any:
        """Run the command."""
        app = typer.Typer()
        app.command()(reconcile)
        return CliRunner().invoke(app, [*options], env=self.env | (env or {}))


@pytest.fixture(name="served")
def _served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Both fakes served, a tenant each."""
    monkeypatch.chdir(tmp_path)
    with (
        serve() as fakes,
        httpx.Client(base_url=fakes.klaviyo_url) as at_klaviyo,
        httpx.Client(base_url=fakes.gladly_url) as at_gladly,
    ):
        account = Tenant.create(at_klaviyo, fakes.control_token, "accounts", "account_id")
        organization = Tenant.create(at_gladly, fakes.control_token, "organizations", "organization_id")
        key = account.call("POST", "/keys", {"name": "harness", "access": "full"})["private_key"]
        user = organization.about["api_user"]
        env = {
            "LIVE_KLAVIYO_ACCOUNT_ID": account.about["account_id"],
            "LIVE_KLAVIYO_KEY": key,
            "LIVE_KLAVIYO_API_URL": fakes.klaviyo_url,
            "LIVE_GLADLY_URL": fakes.gladly_url,
            "LIVE_GLADLY_ORGANIZATION_ID": organization.about["organization_id"],
            "LIVE_GLADLY_API_USER": user["email"],
            "LIVE_GLADLY_API_TOKEN": user["token"],
            "LIVE_FOLDER": str(tmp_path / "live"),
        }
        yield Served(fakes, account, organization, env)


def test_all_is_well(served: Served, tmp_path: Path) -> None:
    """When everything arrived the exit code is 0, and the page lies in the folder of live runs."""
    served.converse(STARTED, CLOSED)
    done = served.run(*SHORT)
    assert (done.exit_code, done.stdout.splitlines()[-2]) == (
        0,
        "Nothing is missing, and nothing came more than once.",
    ), done.output
    assert "<svg" in (tmp_path / "live" / "reconcile.html").read_text()


def test_a_loss_ends_with_1(served: Served, tmp_path: Path) -> None:
    """When something is missing the exit code is 1; with --json one document is all of standard output, and no page."""
    served.converse(STARTED)
    done = served.run(*SHORT, "--json")
    assert done.exit_code == 1, done.output
    assert [one["kind"] for one in json.loads(done.stdout)["problems"]] == ["missing"]
    assert not (tmp_path / "live" / "reconcile.html").exists()


def test_another_account_is_left_alone(served: Served) -> None:
    """With variables that name another account it ends with 2, and only the account has been read."""
    before = len(served.gladly.journal("?kind=request"))
    done = served.run(*SHORT, env={"LIVE_KLAVIYO_ACCOUNT_ID": "Zz9Zz9"})
    assert (done.exit_code, "only Zz9Zz9 may be touched" in done.stderr, done.stdout) == (2, True, "")
    assert len(served.gladly.journal("?kind=request")) == before
    [read] = served.klaviyo.journal("?kind=request")[-1:]
    assert read["what"].startswith("GET /api/accounts")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "yesterday"], "--since: 'yesterday' is neither"),
        (["--since", "1h", "--until", "2h"], "has to lie before --until"),
        (["--since", "1h", "--export", "nowhere"], "neither auto, nor never, nor a file"),
        (["--since", "1h", "--env", "nowhere"], "there is no file nowhere"),
    ],
)
def test_what_cannot_be_asked_is_said(served: Served, options: list[str], said: str) -> None:
    """Bad usage ends with 2 and plain words, and nobody has been called."""
    done = served.run(*options)
    assert (done.exit_code, said in done.stderr.replace("\n", " "), done.stdout) == (2, True, ""), done.output
    assert served.klaviyo.journal("?kind=request&kind=error") == []


def test_missing_variables_are_named(served: Served) -> None:
    """Without a variable it ends with 2, and says which one and where to get it."""
    done = served.run(*SHORT, env={"LIVE_KLAVIYO_KEY": ""})
    assert (done.exit_code, "LIVE_KLAVIYO_KEY is not set" in done.stderr) == (2, True)


def test_no_secret_is_told(served: Served) -> None:
    """A refused token ends with 2, and is not in what is said."""
    done = served.run(*SHORT, env={"LIVE_GLADLY_API_TOKEN": "wrong-token-0123456789"})
    assert (done.exit_code, "401" in done.stderr, "wrong-token" in done.output) == (2, True, False)
