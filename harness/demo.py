"""``python -m harness demo``: both fakes with an integration at work between them, to follow the runbook by hand."""

import contextlib
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from fakes.core.http.server import Server
from fakes.core.tenants import Runtime
from fakes.demo import APP, furnish
from fakes.gladly.rules.apps.apps import Installation, KlaviyoApp
from fakes.gladly.rules.organization.provisioning import ProvisionedOrganization
from fakes.gladly.service.fake import GladlyFake
from fakes.klaviyo.service.fake import KlaviyoFake
from harness.worlds.app import AppEnvironment, Credentials
from harness.worlds.command import BadCommand, check_command
from harness.worlds.process import REFERENCE, NotReady, ProcessApp
from harness.worlds.tenants import WEBHOOK


def demo(
    klaviyo_port: Annotated[int, typer.Option(min=0, max=65_535, help="Klaviyo's port; 0: any.")] = 4010,
    gladly_port: Annotated[int, typer.Option(min=0, max=65_535, help="Gladly's port; 0: any.")] = 4020,
    integration: Annotated[str, typer.Option(help="The integration, by the contract.")] = REFERENCE,
) -> None:
    """Serve both fakes with the app on the legacy API, before its upgrade, until Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        check_command(integration)
        with running(klaviyo_port, gladly_port, integration) as welcome:
            typer.echo(welcome)
            threading.Event().wait()
    except KeyboardInterrupt:
        return
    except (OSError, NotReady, BadCommand) as error:
        typer.secho(f"python -m harness demo: {error}", err=True, fg="red")
        raise typer.Exit(1) from None


@contextlib.contextmanager
def running(klaviyo_port: int, gladly_port: int, integration: str) -> Iterator[str]:
    """Serve everything and yield what to tell the user. Raises ``OSError`` or ``NotReady``."""
    runtime = Runtime.serving()
    klaviyo = KlaviyoFake(runtime)
    gladly = GladlyFake(runtime, control_token=klaviyo.control_token)
    try:
        account, provisioned = klaviyo.create_account(), gladly.create_organization()
        klaviyo.demo_tenants.append(account.id)
        gladly.demo_tenants.append(provisioned.organization.id)
        furnish(klaviyo, account, gladly, provisioned)
        with (
            Server.of(klaviyo, port=klaviyo_port) as at_klaviyo,
            Server.of(gladly, port=gladly_port) as at_gladly,
            tempfile.TemporaryDirectory(prefix="klaviyo-app-") as folder,
        ):
            app_environment = AppEnvironment(
                gladly_url=at_gladly.url,
                gladly=Credentials(provisioned.api_user.email, provisioned.token),
                klaviyo_url=at_klaviyo.url,
                public_key=account.public_key,
                webhook=WEBHOOK,
                state_dir=Path(folder) / "state",
            )
            with contextlib.closing(_Integration(integration, app_environment, runtime)) as app:
                app.start(provisioned)
                yield _welcome(at_klaviyo.url, at_gladly.url, klaviyo.control_token)
    finally:
        gladly.close()
        runtime.close()


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


def _welcome(klaviyo_url: str, gladly_url: str, token: str) -> str:
    return f"""Two fakes and an integration between them: nothing here reaches Klaviyo or Gladly.

Klaviyo  {klaviyo_url}   front door: sign in as any demo user with a click
Gladly   {gladly_url}   the same; its Klaviyo App is on the legacy API, so the runbook can be followed from its start
Control  {klaviyo_url}/_fake/ and {gladly_url}/_fake/   token {token}

Ctrl-C stops them."""
