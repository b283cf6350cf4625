"""Undoing a run by its ledger: conversations are closed and customers removed, and what cannot be is told."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from harness.errors import NotRunHere
from harness.live.ledger import Entry, Ledger, State, read
from harness.live.runs import Run
from harness.live.sessions import LiveSessions
from harness.live.settings import settings
from harness.live.undo import Undo
from harness.pages.klaviyo.api_keys import ApiKeys
from harness.pages.tab import Tab
from harness.values import AppRow
from tests.live.reconcile_scene import Scene, scene


def signed_out() -> LiveSessions:
    """Return nobody: whoever asks is told to sign in."""
    raise NotRunHere("nobody is signed in")


@pytest.fixture(name="there")
def _there() -> Iterator[Scene]:
    """Yield both systems, called by somebody who may delete customers."""
    with scene() as made:
        user = made.gladly.about["compliance_user"]
        made.systems.gladly.caller.client.auth = httpx.BasicAuth(user["email"], user["token"])
        yield made


@pytest.fixture(name="ledger")
def _ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Yield a new ledger."""
    with contextlib.closing(Ledger.begin(tmp_path, Run.begin(), {})) as begun:
        yield begun


def undone(ledger: Ledger, there: Scene) -> Undo:
    """Undo everything that is open."""
    undo = Undo(ledger, settings({}, needs=()), there.systems, signed_out, signed_out)
    undo.run()
    return undo


def add_customer(ledger: Ledger, there: Scene) -> str:
    """Make a customer as a run does."""
    customer = ledger.run.customer()
    entry = ledger.plan("customer", id=customer)
    there.systems.gladly.add_customer(customer, "Ann", [f"{customer}@shop.invalid"])
    ledger.note(entry, "made")
    return customer


def test_a_conversation_that_was_being_opened(ledger: Ledger, there: Scene) -> None:
    """One whose id the crash swallowed is found by its customer, closed, and both are gone."""
    customer = add_customer(ledger, there)
    ledger.plan("conversation", customer=customer)
    conversation = there.open(customer)
    undo = undone(ledger, there)
    assert (undo.left, undo.kept) == ([], [])
    assert there.systems.gladly.customer(customer).is_gone
    assert there.systems.gladly.conversation(conversation) is None
    assert read(ledger.path.parents[1], ledger.run).open_entries() == []


def test_what_was_never_made(ledger: Ledger, there: Scene) -> None:
    """What was planned and not made is no trouble to undo, and a second time neither."""
    ledger.plan("customer", id="run-nobody")
    ledger.plan("conversation", customer="run-nobody")
    assert undone(ledger, there).left == []
    assert undone(ledger, there).left == []


def test_customers_that_may_not_be_deleted(ledger: Ledger, there: Scene) -> None:
    """Without the role, the customer stays with closed conversations, and that is told."""
    user = there.gladly.about["api_user"]
    there.systems.gladly.caller.client.auth = httpx.BasicAuth(user["email"], user["token"])
    customer = add_customer(ledger, there)
    ledger.plan("conversation", customer=customer)
    conversation = there.open(customer)
    undo = undone(ledger, there)
    found = there.systems.gladly.conversation(conversation)
    assert found is not None
    assert found.status == "CLOSED"
    assert [customer in line for line in undo.kept] == [True]


class Klaviyo:
    """A list of keys, as a page would show and change it."""

    def __init__(self, *labels: str) -> None:
        """Have these."""
        self.labels = list(labels)

    def undo(self, ledger: Ledger, there: Scene, monkeypatch: pytest.MonkeyPatch) -> Undo:
        """Undo everything with this list in place of the page."""
        undo = Undo(ledger, settings({}, needs=()), there.systems, signed_out, signed_out)

        def delete(_self: Undo, entry: Entry) -> None:
            self.labels.remove(entry.about["label"])
            ledger.note(entry, "undone")

        monkeypatch.setattr(Undo, "_delete_key", delete)
        undo.run()
        return undo


@pytest.mark.parametrize(("state", "left"), [("made", ["b"]), ("planned", ["a", "b"])])
def test_the_key_that_the_app_holds_stays(
    ledger: Ledger, there: Scene, monkeypatch: pytest.MonkeyPatch, state: State, left: list[str]
) -> None:
    """The last key that was saved stays; if a crash cut the saving off, so does the one before."""
    for label in "abc":
        ledger.note(ledger.plan("key", label=label), "made")
    ledger.note(ledger.plan("app key", app="Klaviyo", label="a"), "made")
    entry = ledger.plan("app key", app="Klaviyo", label="b")
    if state == "made":
        ledger.note(entry, "made")
    klaviyo = Klaviyo("a", "b", "c")
    undo = klaviyo.undo(ledger, there, monkeypatch)
    assert klaviyo.labels == left
    assert len(undo.kept) == len(left)
    assert ledger.open_entries() == []


def test_what_needs_a_page_is_left_and_told(ledger: Ledger, there: Scene) -> None:
    """Where nobody is signed in, keys and the app are left, told, and open for the next try; the rest is undone."""
    ledger.plan("key", label="Gladly App 1 run-x")
    ledger.plan("app switch", app="Klaviyo", was="on")
    add_customer(ledger, there)
    undo = undone(ledger, there)
    assert [line.split(" (")[0] for line in undo.left] == ["app switch", "key"]
    assert [one.kind for one in ledger.open_entries()] == ["app switch", "key"]


def test_a_key_that_the_page_does_not_list(
    ledger: Ledger, there: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that was made, and that only the API still knows, is left and told; one that nobody knows is gone."""
    there.klaviyo.call("POST", "/keys", {"name": "Gladly App 1 run-x", "access": "full"})
    for label in ("Gladly App 1 run-x", "Gladly App 2 run-x"):
        ledger.note(ledger.plan("key", label=label), "made")
    monkeypatch.setattr(ApiKeys, "open", lambda page: page)
    monkeypatch.setattr(ApiKeys, "listed", lambda _page: [])
    undo = Undo(ledger, settings({}, needs=()), there.systems, signed_out, Nowhere)  # type: ignore[arg-type]
    undo.run()
    [line] = undo.left
    assert "Gladly App 1 run-x" in line
    assert "delete it by hand" in line
    assert [one.about["label"] for one in ledger.open_entries("key")] == ["Gladly App 1 run-x"]


class Nowhere:
    """Sessions whose tab shows nothing."""

    @staticmethod
    def tab() -> Tab:
        """Return it."""
        return Tab(page=None)  # type: ignore[arg-type]


def test_a_final_key_that_could_not_be_saved_is_tried_again(ledger: Ledger, there: Scene) -> None:
    """While the key that the app is to have cannot be saved, that and the key it holds stay open."""
    ledger.note(ledger.plan("key", label="a"), "made")
    ledger.note(ledger.plan("app key", app="Klaviyo", label="a"), "made")
    chosen = settings({"LIVE_GLADLY_APP_KEY": "pk_final"}, needs=())
    undo = Undo(ledger, chosen, there.systems, signed_out, signed_out)
    undo.run()
    assert [one.kind for one in ledger.open_entries()] == ["app key", "key"]
    assert undo.kept == []


class AppList:
    """The page of apps, as far as undoing uses it: their switches by name."""

    def __init__(self, **switches: bool) -> None:
        """Have these."""
        self.switches = switches
        self.used: list[bool] = []

    def open(self) -> "AppList":
        """Be there."""
        return self

    def listed(self) -> list[AppRow]:
        """Return the rows."""
        return [AppRow(name, on) for name, on in self.switches.items()]

    def switch(self, name: str, *, on: bool) -> None:
        """Use a switch."""
        self.used.append(on)
        self.switches[name] = on


@pytest.mark.parametrize(("now", "then"), [(False, True), (True, True)])
def test_the_runs_own_app_is_switched_back(
    tmp_path: Path, there: Scene, monkeypatch: pytest.MonkeyPatch, *, now: bool, then: bool
) -> None:
    """It is the app of the ledger, whatever the variables name by now; one that was set by hand since is left alone."""
    page = AppList(Mine=now, Klaviyo=False)
    monkeypatch.setattr("harness.live.undo.Apps", lambda _tab: page)
    with contextlib.closing(Ledger.begin(tmp_path, Run.begin(), {"app": "Mine"})) as begun:
        begun.note(begun.plan("app switch", was="on", becomes="off"), "made")
        undo = Undo(begun, settings({}, needs=()), there.systems, Nowhere, signed_out)  # type: ignore[arg-type]
        undo.run()
        assert (undo.left, begun.open_entries()) == ([], [])
    assert page.switches == {"Mine": then, "Klaviyo": False}
    assert page.used == ([] if now else [True])
