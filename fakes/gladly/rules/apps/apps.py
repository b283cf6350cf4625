"""The Klaviyo App as Settings > Apps knows it: its name, whether it is on, and whether a private key is set.

What the app does with events is not in here: that is the integration's, which hears them through ``connector``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.core.journal import Journal
from fakes.core.secrets import Secrets, fingerprint
from fakes.gladly.rules.apps import form as app_form
from fakes.gladly.rules.errors import ErrorDetail, InvalidError, NotExistError, OutdatedError, raise_invalid
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.users.users import User, require_apps_page
from fakes.gladly.rules.webhooks.webhooks import Credentials, Settings, Webhook, url_problem


@dataclass(slots=True, eq=False)
class KlaviyoApp:
    """One installation. Of the private key only a fingerprint is kept; ``upgraded`` means it uses the new API.

    ``existing_only`` is the setting Do Not Create New Klaviyo Customers, off by default (vendor help). ``version``
    counts the changes of what the form shows, so that one opened before the last of them is known to be stale.
    """

    id: str
    name: str
    connector: Webhook = field(repr=False)
    upgraded: bool = False
    key_fingerprint: str | None = None
    existing_only: bool = False
    version: int = 1

    @property
    def active(self) -> bool:
        """Say whether the toggle is green: whether events go out."""
        return self.connector.enabled

    def row(self) -> dict[str, Any]:
        """Return the app as the Apps page lists it: ``{"id", "name", "type", "active"}``."""
        return {"id": self.id, "name": self.name, "type": app_form.TYPE, "active": self.active}

    def form(self) -> dict[str, Any]:
        """Return the edit form as shown, with the ``version`` that saving it should bring back."""
        shown = app_form.form(app_form.EDIT_HEADING, self.name, existing_only=self.existing_only)
        return {**shown, "private_key_set": self.key_fingerprint is not None, "version": self.version}


def add_form() -> dict[str, Any]:
    """Return the form behind Add App > Klaviyo, as it is shown before anything is filled in."""
    return {**app_form.form(app_form.ADD_HEADING, "", existing_only=False), "private_key_set": False}


@dataclass(frozen=True, slots=True)
class Installation:
    """How an app's connector is set up: where events go and with which Basic credentials.

    Without ``url`` the connector is idle: the app is there, and nobody hears of its events until it is pointed somewhere.
    """

    name: str
    url: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    enabled: bool = True
    upgraded: bool = False

    def settings(self) -> Settings:
        """Return the connector's settings: it hears everything the fake raises."""
        credentials = Credentials(self.username, self.password)
        return Settings(
            self.url, event_types.RAISED, self.name, credentials=credentials, enabled=self.enabled
        )


class Apps:
    """Settings > Apps of one organization. ``by`` is the user at work, or None for the harness itself.

    ``on_save`` is told of each save with the key as it was typed, ``""`` for a blank field: whoever runs the integration
    in the app's place gets it by this, for nothing here keeps it.
    """

    def __init__(self, clock: Clock, ids: Ids, journal: Journal, secrets: Secrets) -> None:
        """Start with none."""
        self._clock = clock
        self._ids = ids
        self._journal = journal
        self._secrets = secrets
        self._by_id: dict[str, KlaviyoApp] = {}
        self.on_save: Callable[[KlaviyoApp, str], None] = lambda _app, _key: None

    def __iter__(self) -> Iterator[KlaviyoApp]:
        """Iterate over a snapshot, in the order they were installed."""
        return iter(list(self._by_id.values()))

    def rows(self, by: User | None = None) -> list[KlaviyoApp]:
        """Return all apps, active or not, or raise ``RoleError``."""
        _require(by)
        return list(self)

    def first(self, by: User | None = None) -> KlaviyoApp:
        """Return the app installed first. Raises ``RoleError``, or ``NotExistError`` when there is none."""
        _require(by)
        for app in self:
            return app
        raise NotExistError(ErrorDetail("not_exist", "no Klaviyo App is installed"))

    def get(self, app_id: str, by: User | None = None) -> KlaviyoApp:
        """Return the app, or raise ``RoleError`` or ``NotExistError``."""
        _require(by)
        if (app := self._by_id.get(app_id)) is None:
            raise NotExistError(ErrorDetail("not_exist", "app does not exist"))
        return app

    def form(self, by: User | None = None) -> dict[str, Any]:
        """Return the form for another app, or raise ``RoleError``."""
        _require(by)
        return add_form()

    def add(
        self, name: str, private_key: str, by: User | None = None, *, existing_only: bool = False
    ) -> KlaviyoApp:
        """Do what Save App does on the form for another app: it is there and on (inferred).

        Nobody hears its events until its connector is pointed somewhere: Gladly's own app has no address, so the
        form asks for none. Raises ``RoleError``, or ``InvalidError`` for a bad name or a blank key.
        """
        name, key = name.strip(), private_key.strip()
        self._secrets.add(key)
        _require(by)
        raise_invalid([*self._name_errors(name, None), *([] if key else [_blank_key()])])
        now = self._clock.now()
        idle = Settings("", event_types.RAISED, name, enabled=True)
        connector = Webhook(self._ids.slugid(), idle, now, now)
        app = KlaviyoApp(self._ids.slugid(), name, connector, True, fingerprint(key), existing_only)
        self._by_id[app.id] = app
        self._journal.write("action", f"added the app {name}", user=_who(by), private_key=app.key_fingerprint)
        return app

    def delete(self, app: KlaviyoApp, by: User | None = None) -> None:
        """Forget an app. Raises ``RoleError``, or ``InvalidError`` while it is on (vendor sample code, of others)."""
        _require(by)
        if app.active:
            detail = "the app must be switched off before it can be deleted"
            raise InvalidError(ErrorDetail("invalid_state", detail))
        self._by_id.pop(app.id, None)
        self._journal.write("action", f"deleted the app {app.name}", user=_who(by))

    def check(self, wanted: Installation, app: KlaviyoApp | None, by: User | None = None) -> None:
        """Raise ``RoleError`` or ``InvalidError`` unless ``wanted`` may be installed, or take the place of ``app``."""
        _require(by)
        bad_url = url_problem(wanted.url, plain_http=True) if wanted.url else None
        raise_invalid([*self._name_errors(wanted.name.strip(), app), *([bad_url] if bad_url else [])])

    def install(self, wanted: Installation, by: User | None = None) -> KlaviyoApp:
        """Add an app whose address has answered PING if it must. Raises as ``check`` does."""
        self.check(wanted, None, by)
        now = self._clock.now()
        connector = Webhook(self._ids.slugid(), wanted.settings(), now, now)
        app = KlaviyoApp(self._ids.slugid(), wanted.name.strip(), connector, wanted.upgraded)
        self._by_id[app.id] = app
        self._journal.write("action", f"installed the app {app.name}", user=_who(by), url=wanted.url)
        return app

    def repoint(self, app: KlaviyoApp, wanted: Installation, by: User | None = None) -> None:
        """Let ``app`` send elsewhere. Its key stays, and what is upgraded stays so. Raises as ``check`` does."""
        self.check(wanted, app, by)
        app.name, app.version = wanted.name.strip(), app.version + 1
        app.upgraded = app.upgraded or wanted.upgraded
        app.connector.change(wanted.settings(), self._clock.now())
        self._journal.write("action", f"pointed the app {app.name} elsewhere", user=_who(by), url=wanted.url)

    def save(
        self,
        app: KlaviyoApp,
        name: str,
        private_key: str = "",
        by: User | None = None,
        *,
        existing_only: bool | None = None,
        version: int | None = None,
    ) -> None:
        """Do what Save App does on the edit form, or raise and change nothing.

        ``RoleError``; ``OutdatedError`` when ``version`` is not the app's any more (None asks for no such check);
        ``InvalidError``: once upgraded, an app cannot be saved without a key, now or from before (vendor help). The
        first key saved upgrades it. Inferred: a blank field keeps the stored key, blanks around a pasted key are
        dropped, and the key is not tried out with Klaviyo. ``existing_only`` None leaves that setting.
        """
        name, key = name.strip(), private_key.strip()
        self._secrets.add(key)  # first of all: even a key that is refused must not be written down
        _require(by)
        if version not in {None, app.version}:
            raise _stale()
        errors = self._name_errors(name, app)
        if app.upgraded and not key and app.key_fingerprint is None:
            errors.append(_blank_key())
        raise_invalid(errors)
        app.name, app.version = name, app.version + 1
        if key:
            app.key_fingerprint, app.upgraded = fingerprint(key), True
        if existing_only is not None:
            app.existing_only = existing_only
        app.connector.change(replace(app.connector.settings, name=name), self._clock.now())
        given = app.key_fingerprint if key else None
        self._journal.write("action", f"saved the app {name}", user=_who(by), private_key=given)
        self.on_save(app, key)

    def switch(self, app: KlaviyoApp, *, active: bool, by: User | None = None) -> None:
        """Do what the toggle does, or raise ``RoleError``. No PING is sent: Gladly's own app has no address."""
        _require(by)
        app.connector.change(replace(app.connector.settings, enabled=active), self._clock.now())
        turned = "on" if active else "off"
        self._journal.write("action", f"switched the app {app.name} {turned}", user=_who(by))

    def _name_errors(self, name: str, app: KlaviyoApp | None) -> list[ErrorDetail]:
        if not name:
            return [ErrorDetail("blank", "Name cannot be blank", "name")]
        if any(other.name == name and other is not app for other in self):
            return [ErrorDetail("taken", "another app already has this name", "name")]
        return []


def _blank_key() -> ErrorDetail:
    return ErrorDetail("blank", f"{app_form.KEY_LABEL} cannot be blank", "private_key")


def _stale() -> OutdatedError:
    detail = (
        "the app was changed after this form was opened, and nothing was saved:"
        " open the form again and save your changes there"
    )
    return OutdatedError(ErrorDetail("version_outdated", detail))


def _require(by: User | None) -> None:
    if by is not None:
        require_apps_page(by)


def _who(by: User | None) -> str:
    return "the harness" if by is None else by.email
