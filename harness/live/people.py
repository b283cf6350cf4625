"""Kim, Dana and Sam at the real systems: every act in the run's name, and in its ledger before it is done."""

from collections.abc import Mapping

from harness.actors.browser.sessions import Sessions
from harness.actors.doors import DOORS, LISTED_SCOPE, ONLY_LISTED, by_scope
from harness.errors import NotAllowed, NotRunHere, Refused
from harness.live.gladly import GladlyApi
from harness.live.klaviyo import KlaviyoApi
from harness.live.ledger import Ledger
from harness.live.settings import LiveSettings
from harness.pages.gladly.apps import Apps, EditKlaviyoApp
from harness.pages.gladly.customers import Customer as CustomerPage
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.pages.klaviyo.new_key import NewPrivateKey, PrivateKeyCreated
from harness.pages.tab import Tab
from harness.values import AppForm, AppRow, Customer

FEATURES_NAME = "Klaviyo"
"""What the features call the Klaviyo App, whatever its name is here."""


class LiveKlaviyoAdmin:
    """Kim. Fulfils ``ports.KlaviyoAdmin`` at Klaviyo's settings; each key's label carries the run's id."""

    def __init__(
        self, sessions: Sessions, ledger: Ledger, account_id: str, labels: dict[str, str] | None = None
    ) -> None:
        """Work in ``sessions``; ``labels`` is told the label of each key that is made."""
        self._sessions, self._ledger, self._account_id = sessions, ledger, account_id
        self._labels = {} if labels is None else labels
        self.names: dict[str, str] = {}
        """The label of each key made here, which no other key of the account has, and the features' name for it."""

    def take_role(self, role: str) -> None:
        """Act with ``role``; raises ``NotRunHere`` when that is not known of whoever is signed in."""
        self._sessions.take(role)

    def create_key(self, name: str, access: str, scopes: Mapping[str, str]) -> str:
        """Create a key by the runbook's clicks and return what Copy Key put into the clipboard."""
        number = len(self._ledger.entries) + 1
        label = self._ledger.run.label(f"{name} {number}") if name else ""
        entry = self._ledger.plan("key", label=label)
        tab = self._sessions.tab()
        ApiKeys(tab).open().begin_new_key()
        form = NewPrivateKey(tab)
        form.fill(label, access, scopes)
        try:
            form.submit()
        except Refused:
            self._ledger.note(entry, "undone")
            raise
        key = PrivateKeyCreated(tab).copied()
        self._ledger.note(entry, "made")
        self._labels[key], self.names[label] = label, name
        ApiKeys(tab).open()
        return key

    def delete_key(self, name: str) -> None:
        """Delete the key that was made here by this name."""
        label = self.label_of(name)
        ApiKeys(self._sessions.tab()).open().delete(label)
        for entry in self._ledger.open_entries("key"):
            if entry.about["label"] == label:
                self._ledger.note(entry, "undone")

    def label_of(self, name: str) -> str:
        """Return the label of the key that was made here by this name last; ``LookupError`` without one."""
        for label, plain in reversed(self.names.items()):
            if plain == name:
                return label
        raise LookupError(f"no key {name!r} was made in this scenario")

    def public_key(self) -> str:
        """Return the account's public key, which is its id (Klaviyo OpenAPI)."""
        return self._account_id


class LiveKeyHolder:
    """Whoever was given a key. Fulfils ``ports.KeyHolder``: at each door of the API one call that changes nothing."""

    def __init__(self, klaviyo: KlaviyoApi, kim: LiveKlaviyoAdmin) -> None:
        """Use keys that ``kim`` made; ``klaviyo`` can list them."""
        self._klaviyo, self._kim = klaviyo, kim

    def try_key(self, name: str, key: str) -> dict[str, set[str]]:
        """Return where ``key`` is let in; what no call asks for is looked up by its label in the list of keys."""
        label = self._kim.label_of(name)
        try:
            listed = self._klaviyo.scopes_of(label)
        except NotAllowed as error:
            raise NotRunHere(f"LIVE_KLAVIYO_KEY may not read the scopes of keys: {error}") from None
        if listed is None:
            raise AssertionError(f"Klaviyo's API does not list the key {label!r}, which was made")
        allowed = {(door.scope, door.verb) for door in DOORS if self._klaviyo.lets_in(door, key)}
        return by_scope(allowed | ({ONLY_LISTED} if LISTED_SCOPE in listed else set()))


class LiveGladlyAdmin:
    """Dana. Fulfils ``ports.GladlyAdmin``; what is renamed or switched stands in the ledger with how it was."""

    def __init__(
        self,
        sessions: Sessions,
        ledger: Ledger,
        settings: LiveSettings,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        """Work in ``sessions`` on the app that the settings name; ``labels`` says which key has which label."""
        self._sessions, self._ledger, self._settings = sessions, ledger, settings
        self.app_name = settings.app_name
        self._labels = {} if labels is None else labels
        self._form: EditKlaviyoApp | None = None

    def take_role(self, role: str) -> None:
        """Act with ``role``; raises ``NotRunHere`` for any but Administrator."""
        self._sessions.take(role)

    def apps(self) -> list[AppRow]:
        """Return the app under test, by the name that the features have for it."""
        tab = self._sessions.tab() if self._form is None else self._sessions.second_tab()
        rows = Apps(tab).open().listed()
        return [AppRow(self.features_name(row.name), row.active) for row in rows if row.name == self.app_name]

    def app_form(self) -> AppForm:
        """Find the app, click Edit and keep the tab open."""
        return self._open_form().read()

    def save_app(self, *, name: str | None = None, private_key: str = "") -> None:
        """Fill in the form that is open, or open it, and click Save App."""
        form = self._form or self._open_form()
        renamed = self._real_name(name) if name is not None else self.app_name
        planned = []
        if renamed != self.app_name:
            planned.append(self._ledger.plan("app name", was=self.app_name, becomes=renamed))
        if private_key:
            label = self._labels.get(private_key, "")
            planned.append(self._ledger.plan("app key", app=renamed, label=label))
        try:
            form.submit(renamed if renamed != self.app_name else None, private_key)
        except Refused:
            for entry in planned:
                self._ledger.note(entry, "undone")
            raise
        for entry in planned:
            self._ledger.note(entry, "made")
        self.app_name, self._form = renamed, None

    def switch_app(self, *, on: bool) -> None:
        """Use the switch beside the app."""
        self._form = None
        apps = self.open_list(self._sessions.tab())
        was = next(row.active for row in apps.listed() if row.name == self.app_name)
        if was == on:
            return
        states = {"was": _switch(on=was), "becomes": _switch(on=on)}
        entry = self._ledger.plan("app switch", **states)
        apps.switch(self.app_name, on=on)
        self._ledger.note(entry, "made")

    def features_name(self, name: str) -> str:
        """Return what the features call an app that is called ``name`` here."""
        if name == self._settings.app_name:
            return FEATURES_NAME
        return self._ledger.run.plain(name) or name

    def _real_name(self, name: str) -> str:
        if name in {self.app_name, FEATURES_NAME}:
            return self.app_name
        return self._ledger.run.label(name)

    def open_list(self, tab: Tab) -> Apps:
        """Open the list of apps in ``tab``; raises ``NotRunHere`` when the app under test is not on it."""
        apps = Apps(tab).open()
        if self.app_name not in [row.name for row in apps.listed()]:
            raise NotRunHere(
                f"Gladly lists no app {self.app_name!r}; LIVE_GLADLY_APP_NAME says which one it is"
            )
        return apps

    def _open_form(self) -> EditKlaviyoApp:
        tab = self._sessions.tab()
        self.open_list(tab).edit(self.app_name)
        self._form = EditKlaviyoApp(tab)
        return self._form


def _switch(*, on: bool) -> str:
    return "on" if on else "off"


class LiveAgent:
    """Sam. Fulfils ``ports.Agent``: the API where there is one; opening a conversation has none, so by page."""

    def __init__(self, sessions: Sessions, gladly: GladlyApi, ledger: Ledger) -> None:
        """Work in ``sessions`` and through the API."""
        self._sessions, self._gladly, self._ledger = sessions, gladly, ledger
        self.acts = 0
        """How often something was done that Klaviyo may hear of."""

    def add_customer(self, *, name: str, emails: list[str], phone: str | None = None) -> Customer:
        """Make a customer profile whose name carries the run's id."""
        customer, label = self._ledger.run.customer(), self._ledger.run.label(name)
        entry = self._ledger.plan("customer", id=customer)
        self._gladly.add_customer(customer, label, emails, phone)
        self._ledger.note(entry, "made")
        return Customer(customer, tuple(emails))

    def open_conversation(self, customer: Customer) -> str:
        """Write to the customer in a new conversation and return its id."""
        self.acts += 1
        entry = self._ledger.plan("conversation", customer=customer.id)
        composer = CustomerPage(self._sessions.tab()).open(customer.id).compose()
        conversation = composer.send_message("This is a test of the Klaviyo App.", reopening=False)
        self._ledger.note(entry, "made", id=conversation)
        return conversation

    def close_conversation(self, conversation: str) -> None:
        """Close it; closing a closed one changes nothing."""
        self.acts += 1
        self._gladly.close(conversation)

    def reopen_conversation(self, conversation: str) -> None:
        """Open a closed conversation again."""
        self.acts += 1
        self._gladly.reopen(conversation)
