"""One case each: what a run makes of it."""

import json
import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.errors import BadSettings, NotAllowed
from harness.live.reconcile.gather import kind_of, mark_of
from harness.live.reconcile.progress import Step
from tests.live.reconcile_scene import CLOSED, DAY, HOUR, STARTED, Scene, scene
from tests.live.reconcile_shop import named

EMAIL, OTHER = "dana@shop.invalid", "dana.two@shop.invalid"


@pytest.fixture(name="world")
def _world() -> Iterator[Scene]:
    """An account and an organization."""
    with scene() as made:
        yield made


def conversation(world: Scene, customer: str, *emails: str) -> str:
    """Open and close a conversation, and tell Klaviyo of both for these addresses."""
    opened = world.open(customer)
    for email in emails:
        world.track(STARTED, email)
    world.advance(60)
    world.set_status(opened, "CLOSED")
    for email in emails:
        world.track(CLOSED, email)
    world.advance(600)
    return opened


def counts(world: Scene, folder: Path, **asked: Any) -> dict[str, int]:
    """Return the numbers that are not 0."""
    with world.reconciled(folder, **asked) as found:
        return {name: count for name, count in found.counts.items() if count}


def test_addresses_that_differ_in_case_are_one(world: Scene, tmp_path: Path) -> None:
    """An address in capitals is owed one event, which Klaviyo shows in small letters."""
    conversation(world, world.customer("Dana@SHOP.invalid"), EMAIL)
    assert counts(world, tmp_path) == {"once": 2}


def test_each_address_is_owed_its_own(world: Scene, tmp_path: Path) -> None:
    """Of a customer with two addresses, the one that nothing was sent to is missing both events."""
    conversation(world, world.customer(EMAIL, OTHER), EMAIL)
    assert counts(world, tmp_path) == {"once": 2, "missing": 2}


def test_a_customer_without_address_is_owed_nothing(world: Scene, tmp_path: Path) -> None:
    """A customer with a number alone is counted as of no address, and nothing is missing."""
    conversation(world, world.customer())
    assert counts(world, tmp_path) == {"no address": 2}


def test_a_reopened_conversation_is_closed_twice(world: Scene, tmp_path: Path) -> None:
    """Reopening is owed nothing, closing again a second event: without it that one is missing."""
    opened = conversation(world, world.customer(EMAIL), EMAIL)
    world.set_status(opened, "OPEN")
    world.advance(HOUR)
    world.set_status(opened, "CLOSED")
    world.advance(HOUR)
    assert counts(world, tmp_path) == {"once": 2, "missing": 1}
    world.track(CLOSED, EMAIL, world.now - timedelta(hours=1))
    assert counts(world, tmp_path) == {"once": 3}


def test_two_conversations_in_one_second(world: Scene, tmp_path: Path) -> None:
    """Two conversations of an address in one second are owed two events each; one in its place leaves one missing."""
    customer = world.customer(EMAIL)
    for number in range(2):
        opened = world.open(customer)
        world.track(STARTED, EMAIL, name=f"{number}.s:{EMAIL}")
        world.set_status(opened, "CLOSED")
        world.track(CLOSED, EMAIL)
        world.advance(0.2)
    world.advance(HOUR)
    assert counts(world, tmp_path) == {"once": 4}


def test_what_is_young_is_not_yet_due(world: Scene, tmp_path: Path) -> None:
    """What happened within the grace is not yet due, and missing after it."""
    world.open(world.customer(EMAIL))
    world.advance(200)
    assert counts(world, tmp_path) == {"pending": 1}
    assert counts(world, tmp_path, grace=100.0) == {"missing": 1}


def test_a_change_since_leaves_it_undecided(world: Scene, tmp_path: Path) -> None:
    """An address that a customer may have got since is not missing its events, and the reason is given."""
    customer = world.customer(EMAIL)
    conversation(world, customer, EMAIL)
    world.change(customer, emails=[{"original": EMAIL}, {"original": OTHER}])
    world.advance(HOUR)
    with world.reconciled(tmp_path) as found:
        assert found.is_fine
        assert [(one.kind, one.address, "changed since" in one.says) for one in found.problems()] == [
            ("undecided", OTHER, True)
        ] * 2


def test_a_deleted_customer_leaves_it_undecided(world: Scene, tmp_path: Path) -> None:
    """Of a deleted customer nothing can be decided, and their events stay unexplained."""
    customer = world.customer(EMAIL)
    conversation(world, customer, EMAIL)
    world.delete(customer)
    assert counts(world, tmp_path, export="never") == {"undecided": 2, "unexplained": 2}


def test_what_was_remembered_explains_a_deleted_customer(world: Scene, tmp_path: Path) -> None:
    """Addresses that an earlier run read explain the events of a customer who has been deleted since."""
    customer = world.customer(EMAIL)
    conversation(world, customer, EMAIL)
    assert counts(world, tmp_path) == {"once": 2}
    conversation(world, customer, EMAIL)
    world.delete(customer)
    assert counts(world, tmp_path) == {"once": 4, "undecided": 4}


def test_a_merged_customers_events_are_explained(world: Scene, tmp_path: Path) -> None:
    """Events of both who became one are neither doubled nor unexplained, at one time or another."""
    source, into = world.customer(EMAIL), world.customer(OTHER)
    first, second = world.open(source), world.open(into)
    for email in (EMAIL, OTHER):
        world.track(STARTED, email)
    world.advance(60)
    for one, email in ((first, EMAIL), (second, OTHER)):
        world.set_status(one, "CLOSED")
        world.track(CLOSED, email)
    world.advance(HOUR)
    world.merge(source, into)
    world.advance(HOUR)
    with world.reconciled(tmp_path) as found:
        assert named(found) == sorted(("undecided", event, first) for event in ("started", "closed"))
        assert {name: found.counts[name] for name in ("once", "unexplained")} == {"once": 4, "unexplained": 0}
        assert {f"merged into {into}" in one.says for one in found.problems()} == {True}


def test_dropped_domains_are_not_missing(world: Scene, tmp_path: Path) -> None:
    """What Klaviyo silently drops is not to be decided, with the reason."""
    conversation(world, world.customer("dana@example.com"))
    with world.reconciled(tmp_path) as found:
        assert [(one.kind, "drops" in one.says) for one in found.problems()] == [("undecided", True)] * 2


def test_a_strange_event_is_information(world: Scene, tmp_path: Path) -> None:
    """An event of an address that nobody has is shown as unexplained, and is no failure."""
    conversation(world, world.customer(EMAIL), EMAIL)
    world.track(STARTED, "stranger@shop.invalid", world.now - timedelta(minutes=9))
    with world.reconciled(tmp_path) as found:
        assert [one.address for one in found.unexplained()] == ["stranger@shop.invalid"]
        assert found.is_fine


def test_what_happened_before_the_window_is_kept_out_of_it(world: Scene, tmp_path: Path) -> None:
    """The late event of a conversation before the window is no double of one within."""
    customer = world.customer(EMAIL)
    opened = world.open(customer)
    world.advance(60)
    world.set_status(opened, "CLOSED")
    world.track(CLOSED, EMAIL)
    world.advance(2 * HOUR)
    conversation(world, customer, EMAIL)
    world.track(STARTED, EMAIL, world.now - timedelta(minutes=8), mark=False, name=f"late.s:{EMAIL}")
    world.advance(HOUR)
    assert counts(world, tmp_path, since="2h") == {"once": 2}
    assert counts(world, tmp_path, since="1d") == {"once": 3, "late": 1}


def test_a_window_that_has_ended(world: Scene, tmp_path: Path) -> None:
    """With an end in the past, what came of later conversations is left out, and marks are not looked at."""
    customer = world.customer(EMAIL)
    conversation(world, customer, EMAIL)
    end = world.now
    world.advance(HOUR)
    conversation(world, customer, EMAIL)
    world.track(STARTED, EMAIL, world.now - timedelta(days=90), mark=True)
    assert counts(world, tmp_path, since="1d", until=end.isoformat()) == {"once": 2}
    assert counts(world, tmp_path, since="1d") == {"once": 4, "mark": 1}


def test_who_may_not_read_reports_has_the_last_day(world: Scene, tmp_path: Path) -> None:
    """Without the role Administrator the last hours are reconciled, and a day further back is refused with the reason."""
    user = world.gladly.about["compliance_user"]
    world.gladly.client.auth = httpx.BasicAuth(user["email"], user["token"])
    world.advance(2 * DAY)
    conversation(world, world.customer(EMAIL), EMAIL)
    with world.reconciled(tmp_path, since="23h") as found:
        assert (found.counts["once"], ["could not be read" in one for one in found.notes]) == (2, [True])
    with pytest.raises(NotAllowed, match="need the role Administrator; try --since 23h"):
        counts(world, tmp_path, since="2d")


def test_a_clock_that_is_behind_hides_nothing(world: Scene, tmp_path: Path) -> None:
    """When the systems are days ahead of this machine, an end in their time is enough: what is missing is named."""
    conversation(world, world.customer(EMAIL))
    world.advance(HOUR)
    behind, end = world.now - timedelta(days=3), world.now.isoformat()
    found = counts(world, tmp_path, since="1d", until=end, clock=lambda: behind, export="never")
    assert found == {"missing": 2}


def test_a_missing_event_tells_of_its_mark(world: Scene, tmp_path: Path) -> None:
    """When the newest event is missing, the mark that is wrong for it is told with it and is no problem of its own."""
    opened = world.open(world.customer(EMAIL))
    world.track(STARTED, EMAIL)
    world.advance(60)
    world.set_status(opened, "CLOSED")
    world.advance(HOUR)
    with world.reconciled(tmp_path) as found:
        [problem] = found.problems()
        assert (problem.kind, "is true" in problem.says) == ("missing", True)


def test_a_report_that_is_cut_off_is_gone_on_with(
    world: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a report has no room for is asked for as a day that begins later, and nothing is lost."""
    customer = world.customer(EMAIL)
    for _ in range(20):
        conversation(world, customer, EMAIL)
        world.advance(HOUR)
    world.advance(2 * DAY)
    world.gladly.call("PATCH", "", {"report_row_limit": 9})
    monkeypatch.setattr("harness.live.reconcile.gather.REPORT_ROWS", 9)
    before = len(world.calls)
    with world.reconciled(tmp_path) as found:
        assert (found.counts["once"], found.counts["missing"], found.notes) == (40, 0, ())
    bodies = [json.loads(one.content) for one in world.calls[before:] if one.url.path == "/api/v1/reports"]
    assert len({body["timezone"] for body in bodies}) > 3


def test_what_no_report_tells_is_said(world: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour that alone is too long for a report is named, and what lies behind it is read."""
    customer = world.customer(EMAIL)
    for _ in range(4):
        conversation(world, customer, EMAIL)
    world.advance(2 * HOUR)
    conversation(world, customer, EMAIL)
    world.advance(2 * DAY)
    world.gladly.call("PATCH", "", {"report_row_limit": 3})
    monkeypatch.setattr("harness.live.reconcile.gather.REPORT_ROWS", 3)
    with world.reconciled(tmp_path) as found:
        assert ["cut off" in one for one in found.notes] == [True]
        assert (found.is_fine, found.counts["once"]) == (True, 5)


def test_a_run_that_was_stopped_goes_on(world: Scene, tmp_path: Path) -> None:
    """A run stopped anywhere finds the same when it is begun again, and reads nothing twice that it had kept."""
    customers = [world.customer(f"c{number}@shop.invalid") for number in range(50)]
    for number, customer in enumerate(customers):
        conversation(world, customer, *([f"c{number}@shop.invalid"] if number != 7 else []))
    stops: list[str] = []

    def stop(step: Step) -> None:
        if step.what not in stops:
            stops.append(step.what)
            raise KeyboardInterrupt

    def count() -> int:
        return len([one for one in world.calls if "/_fake/" not in one.url.path])

    before = count()
    while True:
        try:
            world.advance(1)
            with world.reconciled(tmp_path, since="2d", told=stop, export="never") as found:
                resumed = (found.counts, named(found))
            break
        except KeyboardInterrupt:
            continue
    in_parts = count() - before
    with world.reconciled(tmp_path / "whole", since="2d", export="never") as found:
        assert (found.counts, named(found)) == resumed
    assert len(stops) >= 6
    assert in_parts <= count() - before - in_parts + 2 * len(stops)


def test_customers_are_remembered(world: Scene, tmp_path: Path) -> None:
    """A second run looks up nobody whom the first one knows and who has not written since."""
    first, second = world.customer(EMAIL), world.customer(OTHER)
    conversation(world, first, EMAIL)
    conversation(world, second, OTHER)
    assert counts(world, tmp_path, export="never") == {"once": 4}
    conversation(world, second, OTHER)
    before = len(world.calls)
    assert counts(world, tmp_path, export="never") == {"once": 6}
    assert looked_up(world.calls[before:]) == [second]


def looked_up(calls: list[httpx.Request]) -> list[str]:
    """Return the customers who were looked up."""
    return [one.url.path.rpartition("/")[2] for one in calls if "/customer-profiles/" in one.url.path]


def test_an_export_saves_look_ups(world: Scene, tmp_path: Path) -> None:
    """Addresses come from an export; only of whom something is missing the customer is looked up."""
    first, second = world.customer(EMAIL), world.customer(OTHER)
    conversation(world, first, EMAIL)
    conversation(world, second)
    world.advance(2 * DAY)
    before = len(world.calls)
    assert counts(world, tmp_path) == {"once": 2, "missing": 2}
    assert looked_up(world.calls[before:]) == [second]


def test_an_exports_file_may_be_given(world: Scene, tmp_path: Path) -> None:
    """A file of customers is as old as it says on the disk: who wrote later is looked up."""
    first, second = world.customer(EMAIL), world.customer(OTHER)
    conversation(world, first, EMAIL)
    file = tmp_path / "customers.jsonl"
    rows = [{"id": first, "emailAddresses": [EMAIL]}, {"id": second, "emailAddresses": [OTHER]}]
    file.write_text("".join(f"{json.dumps(one)}\n" for one in rows))
    os.utime(file, (world.now.timestamp(), world.now.timestamp()))
    conversation(world, second, OTHER)
    before = len(world.calls)
    assert counts(world, tmp_path, export=str(file)) == {"once": 4}
    assert looked_up(world.calls[before:]) == [second]


def test_the_store_is_its_owners(world: Scene, tmp_path: Path) -> None:
    """The file holds addresses: only its owner can read it, and no other account's run gets to use it."""
    conversation(world, world.customer(EMAIL), EMAIL)
    with world.reconciled(tmp_path):
        mode = stat.S_IMODE((tmp_path / "store.sqlite").stat().st_mode)
        assert mode == 0o600
        with pytest.raises(BadSettings, match="another run is using it"), world.reconciled(tmp_path):
            pass


def test_nothing_is_changed(world: Scene, tmp_path: Path) -> None:
    """Reconciling sends nothing but reads, and the requests for reports."""
    conversation(world, world.customer(EMAIL), EMAIL)
    world.advance(2 * DAY)
    before = len(world.calls)
    counts(world, tmp_path)
    assert {(one.method, one.url.path) for one in world.calls[before:] if one.method != "GET"} == {
        ("POST", "/api/v1/reports")
    }


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("CONVERSATION/CREATED", 0),
        ("Created", 0),
        ("Conversation Closed", 1),
        ("CLOSED", 1),
        ("NOTE/CREATED", None),
        ("CONVERSATION/REOPENED", None),
        ("TASK/CLOSED", None),
        ("", None),
    ],
)
def test_kinds_of_events(text: str, kind: int | None) -> None:
    """A conversation's creation and closing are known in any spelling; a note's creation is none."""
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("value", "mark"), [(True, 1), ("True", 1), (False, 0), (0, 0), (None, None), ("maybe", 2)]
)
def test_marks_are_read_as_what_they_say(value: object, mark: int | None) -> None:
    """A mark that is a text counts as what it says; one that is neither is told apart from none."""
    assert mark_of(value) == mark
