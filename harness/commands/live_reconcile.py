"""``python -m harness live reconcile``: what Gladly says happened against what Klaviyo has. Changes nothing."""

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from harness.commands.ending import MISUSE, end, say
from harness.errors import BadSettings, SystemFailed
from harness.live.reconcile.findings import Findings
from harness.live.reconcile.page import write_page
from harness.live.reconcile.plan import GRACE, LATE, TOLERANCE, Words
from harness.live.reconcile.progress import telling
from harness.live.reconcile.run import Asked, make_plan, reconciled
from harness.live.reconcile.saying import Shown, json_pieces, print_table, where
from harness.live.reconcile.work import utc_now
from harness.live.settings import LiveSettings, environment, settings
from harness.live.systems import Identity, make_sure, open_systems
from harness.redaction import redact_people

FAILED, NO_VERDICT = 1, MISUSE
FOLDER, PAGE = "reconcile", "reconcile.html"
WIDE = 200
"""How wide a table is where nobody's terminal says how wide it may be: a log cuts nothing off."""


@dataclass(frozen=True)
class _Output:
    """What is to be left: JSON on standard output, a page, addresses or names for them."""

    as_json: bool
    page: Path | None
    addresses: bool


Since = Annotated[
    str,
    typer.Option(
        help="From when on: a moment (2026-03-02T17:00Z), a date, or how long ago (24h, 3d). UTC unless it says otherwise."
    ),
]
Until = Annotated[str, typer.Option(help="Up to when, written likewise; default: now.")]
UpgradedAt = Annotated[
    str,
    typer.Option(help="When the key was upgraded, written likewise: names what came by another API since."),
]
Tolerance = Annotated[
    float, typer.Option(min=0, help="How many seconds both times of an event may lie apart.")
]
Late = Annotated[
    float, typer.Option(min=0, help="Up to how many seconds later an event still belongs to a conversation.")
]
Grace = Annotated[
    float, typer.Option(min=0, help="How many seconds an event may take to arrive before it is missing.")
]
Export = Annotated[
    str,
    typer.Option(
        help="Customers' addresses in bulk: auto (from Gladly's newest exports), never, or a customers.jsonl as old as its file."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Report = Annotated[
    Path | None,
    typer.Option(help="Where to write the page; default: LIVE_FOLDER/reconcile.html, and none with --json."),
]
Addresses = Annotated[bool, typer.Option("--addresses", help="Show customers' addresses.")]
StoreFile = Annotated[
    Path | None,
    typer.Option(
        help="The file that keeps what was read, to go on after a stop; default: below LIVE_FOLDER/reconcile."
    ),
]
Afresh = Annotated[bool, typer.Option("--afresh", help="Do not go on with a run that was stopped.")]
EnvFile = Annotated[
    Path | None,
    typer.Option("--env", help="A file with the LIVE_ variables; default: .env where there is one."),
]


def reconcile(
    since: Since,
    until: Until = "",
    *,
    upgraded_at: UpgradedAt = "",
    tolerance: Tolerance = TOLERANCE,
    late: Late = LATE,
    grace: Grace = GRACE,
    export: Export = "auto",
    as_json: AsJson = False,
    report: Report = None,
    addresses: Addresses = False,
    store: StoreFile = None,
    afresh: Afresh = False,
    env: EnvFile = None,
) -> None:
    """Compare every conversation that Gladly says was created or closed with every event that Klaviyo has.

    Changes nothing. Exit code 1 when something is missing or doubled, 2 when no verdict could be reached.
    """
    with _plainly() as secrets:
        chosen = settings(environment(env))
        secrets.extend(chosen.secrets())
        file = store or chosen.folder / FOLDER / f"{chosen.account_id}-{chosen.organization_id}.sqlite"
        words = Words(since, until, tolerance, late)
        asked = Asked(words, file, grace, upgraded_at, export, afresh)
        output = _Output(as_json, report or (None if as_json else chosen.folder / PAGE), addresses)
        code = _run(chosen, asked, output)
    if code:
        raise typer.Exit(code)


def _run(chosen: LiveSettings, asked: Asked, output: _Output) -> int:
    """Do it, leave what is wanted, and return the exit code."""
    make_plan(asked, utc_now())  # what cannot be asked is said before anybody is called
    err = Console(stderr=True, emoji=False, highlight=False, soft_wrap=True)

    def trouble(text: str) -> None:
        err.print(text, style="dim", markup=False)

    with open_systems(chosen, told=trouble) as systems:
        identity = make_sure(systems, chosen)
        tenant = f"Klaviyo account {identity.account.id} and Gladly organization {identity.organization.id}"
        # Words come to an end with the last part; the tables are not mixed with them.
        with contextlib.ExitStack() as until_read:
            told = until_read.enter_context(telling(err))
            with reconciled(systems, tenant, asked, told=told) as findings:
                until_read.close()
                _leave(findings, identity, output)
                if findings.unsure:
                    err.print(f"No verdict: {findings.unsure}.", style="red", markup=False)
                    return NO_VERDICT
                return 0 if findings.is_fine else FAILED


def _leave(findings: Findings, identity: Identity, output: _Output) -> None:
    shown_as = Shown.of(findings.plan, addresses=output.addresses)
    if output.page is not None:
        write_page(output.page, findings, shown_as, where(identity))
    if output.as_json:
        sys.stdout.writelines(json_pieces(findings, shown_as, identity))
        sys.stdout.flush()
        return
    out = Console(emoji=False, highlight=False)
    if not out.is_terminal and "COLUMNS" not in os.environ:
        out = Console(emoji=False, highlight=False, width=WIDE)
    print_table(out, findings, shown_as, where(identity))
    if output.page is not None:
        out.print(f"page: {output.page}", markup=False, soft_wrap=True)


@contextlib.contextmanager
def _plainly() -> Iterator[list[str]]:
    """Say in plain words what keeps it from a verdict, without any of the secrets that the block gets to know."""
    secrets: list[str] = []
    try:
        yield secrets
    except BadSettings as error:
        end("\n".join(error.problems), NO_VERDICT, secrets)
    except SystemFailed as error:
        end(f"No verdict: {error}\nThe same command goes on where this one stopped.", NO_VERDICT, secrets)
    except OSError as error:
        end(
            f"No verdict: {error.filename or 'a file'} cannot be written: {error.strerror or error}",
            NO_VERDICT,
            secrets,
        )
    except KeyboardInterrupt:
        say("Stopped. The same command (without --afresh) goes on from here.", secrets)
        raise
    except Exception as error:  # noqa: BLE001 - a traceback ends with 1, which says that something is missing
        what = redact_people(f"{type(error).__name__}: {error}")
        end(f"No verdict: something was not as expected ({what})", NO_VERDICT, secrets)
