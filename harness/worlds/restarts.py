"""Saving the Klaviyo App in Gladly restarts the integration with its new settings: the harness does it in Gladly's stead."""

from harness.actors.api.traffic import Traffic
from harness.app_ports import AppUnderTest
from harness.ports import GladlyAdmin
from harness.values import AppForm, AppRow
from harness.worlds.expect import Expect


class RestartingAdmin:
    """Fulfils ``ports.GladlyAdmin`` by another one; what is saved and not refused reaches the app by a restart."""

    def __init__(self, admin: GladlyAdmin, app: AppUnderTest, traffic: Traffic, expect: Expect) -> None:
        """Act as ``admin`` does."""
        self._admin = admin
        self._app = app
        self._traffic = traffic
        self._expect = expect

    def take_role(self, role: str) -> None:
        """Act as the organization's user with ``role`` from now on."""
        self._admin.take_role(role)

    def apps(self) -> list[AppRow]:
        """Go through the list of apps."""
        return self._admin.apps()

    def app_form(self) -> AppForm:
        """Open the Klaviyo App for editing."""
        return self._admin.app_form()

    def switch_app(self, *, on: bool) -> None:
        """Use the switch beside the app."""
        self._admin.switch_app(on=on)

    def save_app(self, *, name: str | None = None, private_key: str = "") -> None:
        """Save the form; when the app has accepted what Gladly said before, restart it with its new settings."""
        self._admin.save_app(name=name, private_key=private_key)
        said = self._traffic.undelivered_ids()
        self._expect.soon(
            "the app accepts what Gladly said before its restart",
            lambda: said & self._traffic.undelivered_ids(),
            lambda left: not left,
        )
        self._app.save_settings(private_key or None)
        self._traffic.app_was_saved()
