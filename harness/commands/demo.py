"""``python -m harness demo``: both fakes with an integration at work between them, to follow the runbook by hand."""

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from fakes.core.signals import ended_by_signals
from fakes.core.tenants import Runtime
from fakes.demo import APP, furnish
from fakes.gladly.rules.apps.apps import Installation, KlaviyoApp
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.klaviyo.control.accounts import described
from fakes.serving import serve
from harness.errors import BadCommand, NotReady
from harness.values import Credentials
from harness.worlds.app import AppEnvironment
from harness.worlds.command import check_command
from harness.worlds.process import REFERENCE, ProcessApp
from harness.worlds.tenants import WEBHOOK


def demo(
    klaviyo_port: Annotated[int, typer.Option(min=0, max=65_535, help="Klaviyo's port; 0: any.")] = 4010,
    gladly_port: Annotated[int, typer.Option(min=0, max=65_535, help="Gladly's port; 0: any.")] = 4020,
    integration: Annotated[str, typer.Option(help="The integration, by the contract.")] = REFERENCE,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON line when ready, as `python -m fakes --json` does.")
    ] = False,
) -> None:
    """Serve both fakes with the app on the legacy API, before its upgrade, until Ctrl-C."""
    try:
        check_command(integration)
        with ended_by_signals() as wait, running(klaviyo_port, gladly_port, integration) as about:
            typer.echo(json.dumps(about) if as_json else _welcome(about))
            wait()
    except (OSError, NotReady, BadCommand) as error:
        typer.secho(f"python -m harness demo: {error}", err=True, fg="red")
        raise typer.Exit(1) from None


@contextlib.contextmanager
def running(klaviyo_port: int, gladly_port: int, integration: str) -> Iterator[dict[str, Any]]:
    """Serve everything and yield where it is and who can sign in. Raises ``OSError`` or ``NotReady``."""
    with (
        serve(klaviyo_port=klaviyo_port, gladly_port=gladly_port) as fakes,
        tempfile.TemporaryDirectory(prefix="klaviyo-app-") as folder,
    ):
        account, provisioned = fakes.klaviyo.create_account(), fakes.gladly.create_organization()
        fakes.klaviyo.demo_tenants.append(account.id)
        fakes.gladly.demo_tenants.append(provisioned.organization.id)
        furnish(fakes.klaviyo, account, fakes.gladly, provisioned)
        app_environment = AppEnvironment(
            gladly_url=fakes.gladly_url,
            gladly=Credentials(provisioned.api_user.email, provisioned.token),
            klaviyo_url=fakes.klaviyo_url,
            public_key=account.public_key,
            webhook=WEBHOOK,
            state_dir=Path(folder) / "state",
        )
        with contextlib.closing(_Integration(integration, app_environment, fakes.runtime)) as app:
            app.start(provisioned)
            yield {
                "klaviyo": described(account, fakes.klaviyo_url),
                "gladly": provisioned.as_json(fakes.gladly_url),
                "control_token": fakes.control_token,
            }


class _Integration:
    """The integration in the Klaviyo App's place: it gets the key that is saved, by a restart."""

    def __init__(self, command: str, app_environment: AppEnvironment, runtime: Runtime) -> None:
        self._process = ProcessApp(command, app_environment, {})
        self._runtime = runtime

    def start(self, provisioned: ProvisionedOrganization) -> None:
        """Start it without a key, point the app at it, and hear of every key that is saved. Raises ``NotReady``."""
        self._process.start(None)
        apps = provisioned.organization.apps
        apps.on_save = self._saved
        apps.repoint(apps.first(), Installation(APP, self._process.url, WEBHOOK.username, WEBHOOK.password))

    def _saved(self, _app: KlaviyoApp, key: str) -> None:
        # Not on the caller's stack: the organization is held there, and the restart takes a moment.
        self._runtime.tasks.submit("the integration", lambda: self._process.save_settings(key or None))

    def close(self) -> None:
        """End it."""
        self._process.stop()


def _welcome(about: dict[str, Any]) -> str:
    klaviyo_url, gladly_url, token = about["klaviyo"]["url"], about["gladly"]["url"], about["control_token"]
    return f"""Two fakes and an integration between them: nothing here reaches Klaviyo or Gladly.

Klaviyo  {klaviyo_url}   start page: sign in as any demo user with a click
Gladly   {gladly_url}   the same; its Klaviyo App is on the legacy API, so the runbook can be followed from its start
Control  {klaviyo_url}/_fake/ and {gladly_url}/_fake/   token {token}

Ctrl-C stops them."""
