"""What a scenario begins with, at real systems: mostly found as it is and made sure of, rarely made."""

from collections.abc import Mapping

from harness.errors import NotInThisWorld, NotReady, NotRunHere
from harness.live.people import LiveAgent, LiveGladlyAdmin, LiveKlaviyoAdmin
from harness.live.views import LiveGladlyView
from harness.values import Secret

UPGRADE_KEY = "Key of the upgrade"


class LiveSetup:
    """Fulfils ``ports.Setup``. ``may_change`` is whether keys and the app may be touched."""

    def __init__(
        self,
        people: tuple[LiveKlaviyoAdmin, LiveGladlyAdmin, LiveAgent],
        gladly: LiveGladlyView,
        *,
        may_change: bool,
    ) -> None:
        """Act by the same people as the scenario does: there is no cheaper route."""
        self.kim, self.dana, self.sam = people
        self._gladly = gladly
        self._may_change = may_change

    def make_key(
        self, name: str, access: str = "Custom Key", scopes: Mapping[str, str] | None = None
    ) -> Secret:
        """Make a private key."""
        return Secret(self.kim.create_key(name, access, scopes or {}))

    def upgrade_app(self, name: str) -> Secret:
        """Make sure that the app is switched on and has a private key; give it one where that is allowed. Return it if new."""
        self._make_sure_of(name)
        if self._gladly.app_form().has_private_key:
            return Secret("")
        if not self._may_change:
            raise NotReady(
                "the Klaviyo App has no private key in Gladly: the upgrade has not been made, or its form does not say so"
            )
        key = self.make_key(UPGRADE_KEY, scopes={"Events": "Full Access"})
        self.dana.save_app(private_key=key)
        return key

    def install_app(self, name: str, *, private_key: str | None, upgraded: bool) -> None:
        """Make sure that the app is there as it is wanted, or save ``private_key`` in it.

        Raises ``NotRunHere`` for what no real app can be made to be: upgraded without a key, or not upgraded again.
        """
        self._make_sure_of(name)
        if private_key:
            self.dana.save_app(private_key=private_key)
        elif upgraded:
            raise NotRunHere("a real app cannot be brought to be upgraded without a private key")
        elif self._gladly.app_form().has_private_key:
            raise NotRunHere("the app has a private key by now, and a real app cannot be set back")

    def retire_legacy_api(self) -> None:
        """Raise ``NotInThisWorld``: nobody can."""
        raise NotInThisWorld("a real API cannot be retired; tag the scenario @needs-control")

    def send_foreign_event(self, metric: str, properties: Mapping[str, str], email: str) -> None:  # noqa: ARG002
        """Raise ``NotInThisWorld``: a metric in a real account stays for ever."""
        raise NotInThisWorld("no event is made up in a real account; tag the scenario @needs-control")

    def _make_sure_of(self, name: str) -> None:
        apps = self._gladly.apps()
        if not apps:
            raise NotRunHere(
                f"Gladly lists no app {self.dana.app_name!r}; LIVE_GLADLY_APP_NAME says which one it is"
            )
        if not apps[0].active:
            raise NotReady(
                f"the app {name!r} is switched off in Gladly > Settings > Apps: switch it on first"
            )
