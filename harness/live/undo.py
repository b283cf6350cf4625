"""Removing what a run has made, by its ledger: at its end, and after a crash by ``live cleanup RUN``."""

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.actors.browser.sessions import Sessions
from harness.errors import NotAllowed, SystemFailed
from harness.live.ledger import Entry, Kind, Ledger
from harness.live.settings import LiveSettings
from harness.live.systems import Systems
from harness.pages.gladly.apps import Apps, EditKlaviyoApp
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.redaction import redact


@dataclass
class Undo:
    """Undoes the open entries of one ledger. ``left`` says what could not be removed and why, ``kept`` what was not to be."""

    ledger: Ledger
    settings: LiveSettings
    systems: Systems
    dana: Callable[[], Sessions]
    kim: Callable[[], Sessions]
    left: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Go through everything, the app first: what it holds decides which keys must stay."""
        self._restore_app()
        if self.settings.app_key:
            for saved in self.ledger.open_entries("app key")[:1]:
                self._try(saved, self._save_final_key)
        held = self._keys_the_app_may_hold()
        self._undo_all("key", self._delete_key, but=held)
        if not (self.settings.app_key and held):  # a final key that could not be saved is tried again, later
            self._keep(held)
        self._undo_people()

    def between_scenarios(self) -> None:
        """Go through everything but the key that the app holds; what fails now is tried again at the end of the run."""
        self._restore_app()
        self._undo_all("key", self._delete_key, but=self._keys_the_app_may_hold())
        self._undo_people()

    def _keys_the_app_may_hold(self) -> frozenset[str]:
        """Return the labels of the key that was saved last, and of those whose saving a crash may have cut off."""
        labels = set[str]()
        for entry in self.ledger.open_entries("app key"):
            labels.add(entry.about["label"])
            if entry.state == "made":
                break
        return frozenset(labels - {""})

    def _keep(self, held: frozenset[str]) -> None:
        for entry in self.ledger.open_entries("app key"):
            self.ledger.note(entry, "kept" if held else "undone")
        for key in self.ledger.open_entries("key"):
            if key.about["label"] in held:
                self.ledger.note(key, "kept")
                why = "the Klaviyo App holds it, or may; set LIVE_GLADLY_APP_KEY to have another put in"
                self.kept.append(f"the key {key.about['label']!r}: {why}")

    def _restore_app(self) -> None:
        self._undo_all("app name", self._rename_back)
        self._undo_all("app switch", self._switch_back)

    def _undo_people(self) -> None:
        self._undo_all("conversation", self._close)
        self._undo_all("customer", self._remove_customer)

    def _undo_all(
        self, kind: Kind, undo: Callable[[Entry], None], *, but: frozenset[str] = frozenset()
    ) -> None:
        for entry in self.ledger.open_entries(kind):
            if entry.about.get("label") not in but:
                self._try(entry, undo)

    def _try(self, entry: Entry, undo: Callable[[Entry], None]) -> None:
        try:
            undo(entry)
        except Exception as error:  # noqa: BLE001 - whatever befalls one must not keep the others from being undone
            about = ", ".join(f"{name} {value}" for name, value in entry.about.items())
            said = redact(str(error).partition("\n")[0], self.settings.secrets())
            self.left.append(f"{entry.kind} ({about}): {said or type(error).__name__}")

    @property
    def _app(self) -> str:
        """What the app was called when the run began, whatever the variables say by now."""
        return self.ledger.header.get("app") or self.settings.app_name

    def _rename_back(self, entry: Entry) -> None:
        apps = Apps(self.dana().tab()).open()
        names = [row.name for row in apps.listed()]
        if entry.about["becomes"] in names:
            apps.edit(entry.about["becomes"])
            EditKlaviyoApp(apps.tab).submit(entry.about["was"], "")
        elif entry.about["was"] not in names:
            raise SystemFailed("neither name is on the list of apps; look at Gladly > Settings > Apps")
        self.ledger.note(entry, "undone")

    def _switch_back(self, entry: Entry) -> None:
        """Set the switch back, unless somebody has by now."""
        apps = Apps(self.dana().tab()).open()
        now = next((row.active for row in apps.listed() if row.name == self._app), None)
        if now is None:
            raise SystemFailed(f"no app is called {self._app!r}; look at Gladly > Settings > Apps")
        if now == (entry.about["becomes"] == "on"):
            apps.switch(self._app, on=entry.about["was"] == "on")
        self.ledger.note(entry, "undone")

    def _save_final_key(self, entry: Entry) -> None:
        apps = Apps(self.dana().tab()).open()
        apps.edit(self._app)
        EditKlaviyoApp(apps.tab).submit(None, self.settings.app_key)
        for saved in (entry, *self.ledger.open_entries("app key")):
            self.ledger.note(saved, "undone")

    def _delete_key(self, entry: Entry) -> None:
        """Delete a key. One that was made and is not on the list is asked for by the API as well, where that may be read."""
        label = entry.about["label"]
        keys = ApiKeys(self.kim().tab()).open()
        if label in [row.label for row in keys.listed()]:
            keys.delete(label)
        elif entry.state == "made" and self._is_known_to_the_api(label):
            raise SystemFailed("it is not on the page's list, and Klaviyo's API knows it: delete it by hand")
        self.ledger.note(entry, "undone")

    def _is_known_to_the_api(self, label: str) -> bool:
        try:
            return label in self.systems.klaviyo.key_names()
        except NotAllowed:
            return False

    def _close(self, entry: Entry) -> None:
        """Close every conversation of its customer: the one that was being opened in a crash has no id here."""
        for one in self.systems.gladly.conversations_of(entry.about["customer"]):
            if one.status != "CLOSED":
                self.systems.gladly.close(one.id)
        self.ledger.note(entry, "undone")

    def _remove_customer(self, entry: Entry) -> None:
        customer = entry.about["id"]
        try:
            self.systems.gladly.delete_customer(customer)
        except NotAllowed:
            self.ledger.note(entry, "kept")
            self.kept.append(
                f"the customer {customer} in Gladly, without an open conversation: deleting one needs the role"
                " Compliance Administrator"
            )
            return
        self.ledger.note(entry, "undone")
