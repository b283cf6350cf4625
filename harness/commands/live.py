"""``python -m harness live``: getting ready for real systems, watching them, and cleaning up behind a run."""

import contextlib
import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from harness.chromium.session import open_browser
from harness.commands.ending import MISUSE, end
from harness.commands.live_reconcile import reconcile
from harness.errors import BadLedger, BadScreens, BadSettings, NoBrowser, Refused, SystemFailed
from harness.live.doctor import finding, look
from harness.live.doctor_pages import look_at_pages
from harness.live.findings import Finding
from harness.live.ledger import Ledger, runs
from harness.live.pseudonyms import Pseudonyms
from harness.live.recording import Recording
from harness.live.run import undo_all
from harness.live.runs import Run
from harness.live.settings import READING, TO_LOOK, LiveSettings, environment, settings
from harness.live.sign_in import sign_in as keep_signed_in
from harness.live.systems import Systems, make_sure, open_systems
from harness.live.terminal import Teller
from harness.live.variables import PEOPLE
from harness.live.watch import Watcher
from harness.pages.screens.current import use
from harness.redaction import redact

app = typer.Typer(
    pretty_exceptions_show_locals=False,  # they may hold a key
    no_args_is_help=True,
    help="Real systems: getting ready, watching, reconciling, cleaning up.",
)
out = Console(emoji=False, highlight=False)
err = Console(stderr=True, emoji=False, highlight=False, soft_wrap=True)
SIGNS = {"fine": "fine", "note": "note", "missing": "MISSING"}
STYLES = {"fine": "green", "note": "yellow", "missing": "bold red"}

EnvFile = Annotated[
    Path | None,
    typer.Option("--env", help="A file with the LIVE_ variables; default: .env where there is one."),
]
ScreensFiles = Annotated[
    list[Path] | None,
    typer.Option("--screens", metavar="FILE", help="What pages call otherwise than is known; repeatable."),
]
RecordFolder = Annotated[
    Path | None, typer.Option("--record", help="Keep the shapes of what the systems answer in this folder.")
]


app.command()(reconcile)


@app.command()
def doctor(
    env: EnvFile = None,
    *,
    screens: ScreensFiles = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of the table.")] = False,
    pages: Annotated[bool, typer.Option(help="Look at web pages too.")] = True,
) -> None:
    """Check variables, reachability, sign-ins, roles, scopes and clocks, and say what is missing and where to get it.

    Changes nothing. Exit code 1 when something is missing. docs/live.md explains each finding by its id.
    """
    _use_screens(screens)
    found: list[Finding] = []
    try:
        chosen = settings(environment(env), needs=TO_LOOK)
    except BadSettings as error:
        found = [
            finding("LD-01", "missing", one, "set it in the environment or in .env") for one in error.problems
        ]
        _show(found, as_json=as_json)
        raise typer.Exit(1) from None
    with open_systems(
        chosen, patience=20.0, told=lambda text: err.print(text, style="dim", markup=False)
    ) as systems:
        found += _safely("LD-02", look(chosen, systems), chosen)
    wrong = {one.id for one in found if one.verdict == "missing"}
    if pages and not wrong & {"LD-02", "LD-04", "LD-10", "LD-12"}:
        found += _pages_found(chosen)
    _show(sorted(found, key=lambda one: one.id), as_json=as_json)
    if any(one.verdict == "missing" for one in found):
        raise typer.Exit(1)


@app.command("sign-in")
def sign_in(
    person: Annotated[str, typer.Argument(help=f"Who: {', '.join(PEOPLE)}.")],
    env: EnvFile = None,
    *,
    screens: ScreensFiles = None,
    visible: Annotated[
        bool, typer.Option(help="Open a window even if address and password are set.")
    ] = False,
) -> None:
    """Open a browser, let somebody sign in, and keep its state for the live world (mode 0600).

    With the person's _EMAIL and _PASSWORD set, it signs in by itself and shows no window.
    """
    _use_screens(screens)
    if person not in PEOPLE:
        end(f"there is no {person!r}; there are: {', '.join(PEOPLE)}", MISUSE)
    chosen = _settings(env, needs=() if person.startswith("klaviyo") else ("LIVE_GLADLY_URL",))
    somebody = chosen.people[person]
    by_hand = visible or somebody.login is None
    if by_hand and not _has_a_screen():
        end(
            f"there is no screen to sign in at: run this where there is one and copy {somebody.state} here, or set"
            f" LIVE_{person.upper().replace('-', '_')}_EMAIL and _PASSWORD",
            1,
        )
    try:
        with open_browser(loopback_only=False, headless=not by_hand) as browser:
            keep_signed_in(chosen, somebody, browser, Teller().line)
    except (NoBrowser, Refused, SystemFailed) as error:
        end(f"{person} was not signed in: {error}", 1, chosen.secrets())
    out.print(f"{person} is signed in; kept in {somebody.state}", markup=False)


@app.command()
def watch(
    env: EnvFile = None,
    *,
    seconds: Annotated[float, typer.Option("--for", min=1, help="How many seconds to watch.")] = 900.0,
    until_tested: Annotated[
        bool, typer.Option(help="End when a conversation was opened and closed and all of it has arrived.")
    ] = True,
    grace: Annotated[
        float, typer.Option(min=0, help="How many seconds an event may take to arrive before it is missing.")
    ] = 120.0,
    addresses: Annotated[
        bool, typer.Option("--addresses", help="Show addresses instead of pseudonyms.")
    ] = False,
    record: RecordFolder = None,
) -> None:
    """Open and close a conversation in Gladly, and see here what arrives in Klaviyo, when, for whom, and what is missing.

    Changes nothing. Exit code 1 when something of the runbook's Testing the steps has not been seen.
    """
    chosen = _settings(env)
    told = Teller().line
    shown: Callable[[str], str] = str if addresses else Pseudonyms().of
    with _opened(chosen, told, record) as systems:
        watcher = Watcher(systems, lambda text: out.print(text, markup=False), shown, grace=grace)
        told(
            "watching: open a conversation with a customer who has an e-mail address, then close it (Ctrl-C ends)"
        )
        with contextlib.suppress(KeyboardInterrupt):
            watcher.watch(seconds, until_tested=until_tested)
    missing = watcher.missing()
    for line in missing:
        out.print(f"missing: {line}", style="red", markup=False)
    if missing:
        raise typer.Exit(1)
    times = [one.took for one in watcher.awaited if one.took is not None]
    out.print(f"Tested: {len(times)} events arrived, the slowest after {max(times):.0f} s.", style="green")


@app.command()
def cleanup(
    run: Annotated[
        str, typer.Argument(help="The run, such as run-20261128-0a1b2c3d; a ledger has this name.")
    ] = "",
    env: EnvFile = None,
    *,
    screens: ScreensFiles = None,
    show: Annotated[bool, typer.Option("--list", help="List the runs that have a ledger.")] = False,
) -> None:
    """Remove what a run has left behind, by its ledger. Exit code 1 when something could not be removed."""
    _use_screens(screens)
    if show or not run:
        _list_runs(_settings(env, needs=()))
        return
    chosen = _settings(env)
    try:
        ledger = Ledger.resume(chosen.folder, Run.named(run))
    except BadLedger as error:
        end(str(error), MISUSE)
    with contextlib.closing(ledger), _opened(chosen, Teller().line, None) as systems:
        left, kept = _undo(ledger, chosen, systems)
    for line in kept:
        out.print(f"kept: {line}", markup=False)
    for line in left:
        err.print(f"left: {line}", style="red", markup=False)
    if left:
        raise typer.Exit(1)
    out.print(f"{run}: nothing is left.", style="green", markup=False)


def _undo(ledger: Ledger, chosen: LiveSettings, systems: Systems) -> tuple[list[str], list[str]]:
    if (
        ledger.header.get("account") != chosen.account_id
        or ledger.header.get("organization") != chosen.organization_id
    ):
        end(
            f"{ledger.run.id} was at the account {ledger.header.get('account')} and the organization"
            f" {ledger.header.get('organization')}, which the variables do not name",
            MISUSE,
        )
    with contextlib.ExitStack() as stack:
        browser = functools.cache(lambda: stack.enter_context(open_browser(loopback_only=False)))
        undo = undo_all(ledger, chosen, systems, browser, Teller().ask)
    return undo.left, undo.kept


@contextlib.contextmanager
def _opened(chosen: LiveSettings, told: Callable[[str], None], record: Path | None) -> Iterator[Systems]:
    """Yield both systems once it is sure that they are the ones that may be touched; every trouble becomes plain words."""
    try:
        with contextlib.ExitStack() as stack:
            recorder = stack.enter_context(Recording(record)).record if record else None
            systems = stack.enter_context(open_systems(chosen, told=told, record=recorder))
            make_sure(systems, chosen)
            yield systems
    except SystemFailed as error:
        end(str(error), MISUSE, chosen.secrets())


def _pages_found(chosen: LiveSettings) -> list[Finding]:
    try:
        with open_browser(loopback_only=False) as browser:
            found = [finding("LD-20", "fine", browser.browser.version)]
            return found + _safely("LD-20", look_at_pages(chosen, browser), chosen)
    except NoBrowser as error:
        return [finding("LD-20", "missing", str(error), "python -m harness browser")]


def _safely(finding_id: str, looking: Iterator[Finding], chosen: LiveSettings) -> list[Finding]:
    """Return what was found, and what kept the doctor from finding more."""
    found: list[Finding] = []
    try:
        found.extend(looking)
    except SystemFailed as error:
        found.append(finding(finding_id, "missing", redact(str(error), chosen.secrets())))
    return found


def _show(found: list[Finding], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False))
        return
    table = Table(show_lines=False)
    for heading in ("Id", "", "What", "Seen", "What to do"):
        table.add_column(heading, overflow="fold")
    for one in found:
        style = STYLES[one.verdict]
        table.add_row(one.id, f"[{style}]{SIGNS[one.verdict]}[/]", one.about, one.seen, one.todo)
    out.print(table)
    missing = sum(one.verdict == "missing" for one in found)
    out.print(f"{missing} missing; docs/live.md explains each id." if missing else "Ready.", style="bold")


def _list_runs(chosen: LiveSettings) -> None:
    table = Table()
    for heading in ("Run", "Began", "Mode", "Account", "Organization", "Open"):
        table.add_column(heading, no_wrap=heading == "Run", overflow="fold")
    for one in runs(chosen.folder):
        told = (one.header.get(name, "") for name in ("began", "mode", "account", "organization"))
        table.add_row(one.run.id, *told, str(len(one.open_entries())))
    out.print(table if table.rows else f"there is no ledger in {chosen.folder / 'runs'}")


def _settings(env: Path | None, needs: tuple[str, ...] = READING) -> LiveSettings:
    try:
        return settings(environment(env), needs=needs)
    except BadSettings as error:
        end(str(error), MISUSE)


def _use_screens(files: list[Path] | None) -> None:
    try:
        use(files or ())
    except BadScreens as error:
        end(f"--screens: {error}", MISUSE)


def _has_a_screen() -> bool:
    return sys.platform in {"darwin", "win32"} or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
