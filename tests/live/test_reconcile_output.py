"""What is shown of a run: the table, the JSON document, the page."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from harness.errors import BadSettings
from harness.live.gladly import Organization
from harness.live.klaviyo import Account
from harness.live.reconcile.findings import Findings
from harness.live.reconcile.forms import form_of, shape_of
from harness.live.reconcile.moments import duration, moment
from harness.live.reconcile.page import page
from harness.live.reconcile.progress import Step, telling
from harness.live.reconcile.saying import Shown, json_pieces, print_table, where
from harness.live.systems import Identity
from tests.live.reconcile_scene import CLOSED, HOUR, STARTED, Scene, scene

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
EMAIL = "dana@shop.invalid"
IDENTITY = Identity(
    Account("AbC123", "Shop & Sons", is_test=True, timezone="UTC"), Organization("org", "Shop", "")
)


@pytest.fixture(name="findings")
def _findings(tmp_path: Path) -> Iterator[Findings]:
    """Six conversations, the key upgraded after three; of the fifth nothing arrived."""
    with scene() as world:
        customer = world.customer(EMAIL)
        upgraded = [live(world, customer, number) for number in range(6)][3]
        world.advance(HOUR)
        with world.reconciled(tmp_path, upgraded_at=upgraded) as found:
            yield found


def live(world: Scene, customer: str, number: int) -> str:
    """Let a conversation happen and return when it began."""
    began = world.now.isoformat()
    opened = world.open(customer)
    tell = {True: world.track_by_legacy, False: world.track}[number < 3]
    if number != 4:
        tell(STARTED, EMAIL)
    world.advance(600)
    world.set_status(opened, "CLOSED")
    if number != 4:
        tell(CLOSED, EMAIL)
    world.advance(HOUR)
    return began


def document(findings: Findings, *, addresses: bool = False) -> Any:
    """Return the JSON document."""
    return json.loads("".join(json_pieces(findings, Shown.of(findings.plan, addresses=addresses), IDENTITY)))


def html(findings: Findings, *, addresses: bool = False) -> str:
    """Return the page."""
    return "".join(page(findings, Shown.of(findings.plan, addresses=addresses), where(IDENTITY)))


def table(findings: Findings, *, addresses: bool = False) -> str:
    """Return the table as a log has it."""
    console = Console(file=io.StringIO(), width=200, emoji=False)
    print_table(console, findings, Shown.of(findings.plan, addresses=addresses), where(IDENTITY))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_addresses_are_shown_only_as_asked_for(findings: Findings) -> None:
    """Table, page and document name a customer by the same name of the run's own, and by the address when asked."""
    texts = [table(findings), html(findings), json.dumps(document(findings))]
    names = [set(re.findall(r"customer [0-9a-f]{6}", text)) for text in texts]
    assert [EMAIL in text for text in texts] == [False] * 3
    assert len(set.union(*names)) == 1
    asked = [table(findings, addresses=True), html(findings, addresses=True)]
    assert [EMAIL in text for text in [*asked, json.dumps(document(findings, addresses=True))]] == [True] * 3


def test_the_document_has_everything(findings: Findings) -> None:
    """The document has numbers, lag, forms and each problem with its conversation and time."""
    found = document(findings)
    assert (found["fine"], found["counts"]["missing"], found["counts"]["once"]) == (False, 2, 10)
    assert found["lag_seconds"] == {"count": 10, "p50": 0, "p99": 0, "most": 0}
    assert [(one["kind"], one["metric"]) for one in found["problems"]] == [
        ("missing", STARTED),
        ("missing", CLOSED),
    ]
    assert len(found["forms"]) == 2
    assert found["marks_checked"] is True


def test_the_page_needs_nothing_else(findings: Findings) -> None:
    """The page asks no network and has no script; two pictures stand in it, with the upgrade drawn in."""
    text = html(findings)
    assert re.findall(r"<script|<link|src=|href=|url\(|@import|https?://", text) == []
    assert text.count("<svg") == 2
    assert text.count('<line class="upgrade"') == 2
    assert "Shop &amp; Sons" in text
    assert text.count('<tr class="missing">') == 2


def test_the_table_says_the_verdict_last(findings: Findings) -> None:
    """The last line of the table is the verdict."""
    assert table(findings).splitlines()[-1] == "2 missing, 0 doubled."


def test_forms_say_where_they_change(tmp_path: Path) -> None:
    """Without a moment of the upgrade, two forms are named with where they part."""
    with scene() as world:
        customer = world.customer(EMAIL)
        moments = [live(world, customer, number) for number in (0, 1, 2, 3, 5)]
        with world.reconciled(tmp_path) as found:
            assert found.senders.change is not None
            assert found.senders.change.isoformat(timespec="seconds") == moments[3][:19] + "+00:00"
            assert found.counts["legacy"] == 0


def test_one_form_tells_nothing(tmp_path: Path) -> None:
    """Where events before and after the upgrade look alike, nobody is told which API they came by."""
    with scene() as world:
        customer = world.customer(EMAIL)
        upgraded = [live(world, customer, 5) for _ in range(3)][1]
        with world.reconciled(tmp_path, upgraded_at=upgraded) as found:
            assert "cannot be told" in found.senders.says
            assert found.counts["legacy"] == 0


@pytest.mark.parametrize(
    ("event_id", "shape"),
    [
        (None, "none"),
        (str(int(NOW.timestamp())), "none of its sender's (Klaviyo's own: the second of the event)"),
        ("1795428007", "unix seconds"),
        ("42", "a number"),
        ("0b5f1a70-8f1b-4f6f-9d0e-2f0b7d8f0c11", "a UUID"),
        ("6537a1b2c3d4e5f60718", "hexadecimal"),
        ("iN2-_x9ZQ1:Dana@Shop.invalid", "x:{address}"),
        ("6537a1b2c3:started", "x:x"),
    ],
)
def test_shapes_of_ids(event_id: str | None, shape: str) -> None:
    """An event's id has the same shape however it turns out, if one sender made it in one way."""
    assert shape_of(event_id, EMAIL, NOW) == shape


def test_klaviyos_own_value_is_no_form() -> None:
    """A value of 0, which Klaviyo fills in by itself, makes no other form; names do, in any order."""
    plain = form_of({"b": 1, "a": 2}, EMAIL, NOW)
    assert plain == form_of({"a": 0, "b": "", "$value": 0}, EMAIL, NOW) == "properties a, b; event id: none"
    assert form_of({"$value": 9.5}, EMAIL, NOW) != form_of({}, EMAIL, NOW)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("24h", NOW - timedelta(hours=24)),
        ("3d", NOW - timedelta(days=3)),
        ("90 m", NOW - timedelta(minutes=90)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T10:00", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20T10:00:00+02:00", datetime(2026, 11, 20, 8, tzinfo=UTC)),
    ],
)
def test_moments_are_written_in_many_ways(text: str, meant: datetime) -> None:
    """A moment, a date and a length of time ago are understood, in UTC unless they say otherwise."""
    assert moment(text, "--since", NOW) == meant


@pytest.mark.parametrize("text", ["yesterday", "", "3", "2026-13-01", "99999999999w"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    """What cannot be understood is refused by the option's name, with what can."""
    with pytest.raises(BadSettings, match=r"--since: .* 24h or 3d"):
        moment(text, "--since", NOW)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (3_600, "1 h"),
        (9_000, "2 h 30 min"),
        (200_000, "2 d 7 h"),
    ],
)
def test_lengths_in_words(seconds: float, said: str) -> None:
    """A length of time is said in its two largest units."""
    assert duration(seconds) == said


def test_progress_is_plain_in_a_log() -> None:
    """Where nobody sits at a terminal, each kind of step is said at first, now and then, and at its end."""
    console, now = Console(file=io.StringIO(), width=100), [0.0]
    with telling(console, lambda: now[0]) as told:
        for done in range(31):
            told(Step("looking up customers", done, 30, (30 - done) / 6))
            now[0] += 1
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == [
        "looking up customers: 0 of 30, about 5 s left",
        "looking up customers: 10 of 30, about 3 s left",
        "looking up customers: 20 of 30, about 2 s left",
        "looking up customers: 30 of 30, about 0 s left",
    ]
