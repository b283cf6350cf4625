"""What a verdict may rest on: where nothing was compared, or not all is known, there is none."""

import json
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from harness.commands import live_reconcile
from harness.errors import SystemFailed
from harness.live.gladly import GladlyApi, Organization
from harness.live.klaviyo import Account
from harness.live.reconcile.page import write_page
from harness.live.reconcile.plan import Words
from harness.live.reconcile.run import Asked, reconciled
from harness.live.reconcile.saying import Shown, verdict
from harness.live.systems import Identity
from tests.live.reconcile_crowd import Crowd
from tests.live.reconcile_scene import CLOSED, DAY, HOUR, STARTED, Scene, scene

EMAIL = "dana@shop.invalid"
WORDS_OF_A_SITE = {"CONVERSATION/CREATED": "Conversation begun", "CONVERSATION/CLOSED": "Conversation done"}
Report = Callable[..., Iterator[dict[str, str]]]


@pytest.fixture(name="world")
def _world() -> Iterator[Scene]:
    """An account and an organization."""
    with scene() as made:
        yield made


@pytest.fixture(name="run")
def _run(world: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return what runs the command at the scene, at the scene's time."""
    identity = Identity(Account("ABC123", "", is_test=True, timezone="UTC"), Organization("org", "Shop", ""))
    env = {
        "LIVE_KLAVIYO_ACCOUNT_ID": "ABC123",
        "LIVE_KLAVIYO_KEY": "pk_0123456789abcdef",
        "LIVE_GLADLY_URL": "https://shop.gladly.qa",
        "LIVE_GLADLY_ORGANIZATION_ID": "org",
        "LIVE_GLADLY_API_USER": "user@shop.invalid",
        "LIVE_GLADLY_API_TOKEN": "token-0123456789",
        "LIVE_FOLDER": str(tmp_path / "live"),
        "COLUMNS": "200",
    }
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(live_reconcile, "open_systems", lambda *_a, **_k: nullcontext(world.systems))
    monkeypatch.setattr(live_reconcile, "make_sure", lambda *_a: identity)
    monkeypatch.setattr(live_reconcile, "utc_now", lambda: world.now)
    monkeypatch.setattr(
        live_reconcile, "reconciled", lambda *a, **k: reconciled(*a, **k, clock=lambda: world.now)
    )
    app = typer.Typer()
    app.command()(live_reconcile.reconcile)
    return lambda *options: CliRunner().invoke(app, ["--export", "never", *options], env=env)


def conversation(world: Scene, *told: str, emails: tuple[str, ...] = (EMAIL,)) -> None:
    """Open and close a conversation, and tell Klaviyo of these metrics."""
    opened = world.open(world.customer(*emails))
    for metric in told:
        for email in emails:
            world.track(metric, email)
    world.set_status(opened, "CLOSED")
    world.advance(HOUR)


def reports_as(monkeypatch: pytest.MonkeyPatch, words: dict[str, str]) -> None:
    """Let reports name types of events otherwise."""
    report: Report = GladlyApi.report

    def otherwise(*asked: Any) -> Iterator[dict[str, str]]:
        for row in report(*asked):
            yield row | {"Event Type": words.get(row["Event Type"], row["Event Type"])}

    monkeypatch.setattr(GladlyApi, "report", otherwise)


def test_reports_that_take_their_time_come_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many seconds each report takes, none is asked for once more for what went by meanwhile."""
    now = [datetime(2026, 11, 26, 12, tzinfo=UTC)]
    crowd = Crowd(24, now[0])
    asked: list[object] = []
    report: Report = GladlyApi.report

    def slow(*about: Any) -> Iterator[dict[str, str]]:
        asked.append(about[1:])
        assert len(asked) < 9
        now[0] += timedelta(seconds=5)
        yield from report(*about)

    monkeypatch.setattr(GladlyApi, "report", slow)
    words = Words("3d", late=3_600.0)
    with reconciled(
        crowd.systems(), "crowd", Asked(words, tmp_path / "store"), clock=lambda: now[0]
    ) as found:
        assert found.sizes["conversations"] == 72
    assert len(asked) == len(set(asked))


def test_types_worded_otherwise_are_no_verdict(
    world: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reports full of rows of which none is a creation or a closing end it, each time, with the types they have."""
    conversation(world, STARTED, CLOSED)
    world.advance(2 * DAY)
    reports_as(monkeypatch, WORDS_OF_A_SITE)
    for _ in range(2):
        with (
            pytest.raises(
                SystemFailed, match=r"neither created nor closed.*Conversation begun, Conversation done"
            ),
            world.reconciled(tmp_path),
        ):
            pass


def test_a_day_of_other_types_is_a_quiet_day(
    world: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one report knows creations and closings, another without any is one of a quiet day."""
    conversation(world, STARTED, CLOSED)
    reports_as(monkeypatch, {"CONVERSATION/CLOSED": "Conversation done"})
    world.advance(2 * DAY)
    with world.reconciled(tmp_path) as found:
        assert found.counts["once"] == 1


def test_nothing_happened(run: Callable[..., Any], world: Scene) -> None:
    """Where no conversation was created or closed, nothing can be lost: 0, in words, metrics or none."""
    done = run("--since", "1h")
    assert done.exit_code == 0, done.output
    assert "Nothing happened" in done.stdout
    world.track(STARTED, EMAIL)
    world.advance(HOUR / 2)
    done = run("--since", "1h")
    assert (done.exit_code, "Klaviyo has 1 event of that time" in done.stdout) == (0, True), done.output


@pytest.mark.parametrize("emails", [(), ("dana@example.com",)])
def test_nothing_that_could_be_compared(
    run: Callable[..., Any], world: Scene, emails: tuple[str, ...]
) -> None:
    """Conversations of which not one event could be compared are no verdict: 2, said on the table, page and in JSON."""
    conversation(world, emails=emails)
    done = run("--since", "1d")
    assert done.exit_code == 2, done.output
    assert "No verdict: of 1 conversation nothing could be compared" in done.stdout.splitlines()[-2]
    assert "No verdict" in done.stderr
    page = Path("live/reconcile.html").read_text(encoding="utf-8")
    assert ("No verdict" in page, '<section class="verdict fine"' in page) == (True, False)
    document = json.loads(run("--since", "1d", "--json").stdout)
    assert (document["fine"], "nothing could be compared" in document["no_verdict"]) == (False, True)


def test_what_is_too_young_is_no_verdict(run: Callable[..., Any], world: Scene) -> None:
    """Where all is younger than an event may take, the exit code is 2, and when to ask again is said."""
    world.open(world.customer(EMAIL))
    world.advance(60)
    done = run("--since", "1h")
    assert (done.exit_code, "ask again in 5 min" in done.stdout) == (2, True), done.output


def test_a_metric_that_is_not_there_is_a_loss(run: Callable[..., Any], world: Scene) -> None:
    """A Klaviyo that has neither metric has lost what it is owed: that is 1."""
    conversation(world)
    done = run("--since", "1d")
    assert (done.exit_code, "2 missing, 0 doubled." in done.stdout) == (1, True), done.output


def test_a_report_that_was_cut_off_is_no_verdict(
    run: Callable[..., Any], world: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a report left something of the window out and nothing is missing of the rest, the exit code is 2."""
    world.advance(1)
    for number in range(3):
        world.open(world.customer(f"c{number}@shop.invalid"))
        world.track(STARTED, f"c{number}@shop.invalid")
        world.advance(60)
    world.advance(2 * DAY)
    world.gladly.call("PATCH", "", {"report_row_limit": 2})
    monkeypatch.setattr("harness.live.reconcile.gather.REPORT_ROWS", 2)
    done = run("--since", "3d")
    assert (done.exit_code, "No verdict: a report was cut off" in done.stdout) == (2, True), done.output


@pytest.mark.parametrize(
    "error",
    [
        KeyError("datetime"),
        ValueError("Invalid isoformat string: 'dana@shop.invalid'"),
        AttributeError("'list' object has no attribute 'get'"),
        sqlite3.OperationalError("database or disk is full"),
        RuntimeError("token-0123456789 pk_0123456789abcdef"),
    ],
)
def test_anything_unexpected_is_no_verdict(
    run: Callable[..., Any], world: Scene, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Whatever goes wrong ends with 2 and a line, without secrets, addresses or a traceback."""

    def fail(*_asked: Any) -> None:
        raise error

    monkeypatch.setattr(world.systems.klaviyo, "metric_ids", fail)
    done = run("--since", "1h")
    assert (done.exit_code, done.stderr.splitlines()[-1].startswith("No verdict: ")) == (2, True), done.output
    assert not any(one in done.output for one in ("Traceback", "token-0123456789", "pk_0123", EMAIL))


def test_stopped_by_hand(run: Callable[..., Any], world: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends it as it ends every program, after a line that says how to go on."""

    def stop(*_asked: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(world.systems.klaviyo, "metric_ids", stop)
    done = run("--since", "1h")
    assert done.exit_code == 130, done.output
    assert done.stderr.splitlines()[-1] == "Stopped. The same command (without --afresh) goes on from here."


def test_the_page_is_its_owners(world: Scene, tmp_path: Path) -> None:
    """The page may hold addresses: only its owner can read it, even where an older one lay open."""
    conversation(world, STARTED, CLOSED)
    file = tmp_path / "page.html"
    with world.reconciled(tmp_path) as found:
        for older in (None, 0o644):
            if older is not None:
                file.chmod(older)
            write_page(file, found, Shown.of(found.plan, addresses=True), "somewhere")
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert EMAIL not in verdict(found)
