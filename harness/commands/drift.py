"""``python -m harness drift``: whether the fakes still answer as the real systems do."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console

from harness.commands.ending import MISUSE, end
from harness.errors import BadEvidence, BadSettings, NotSafe, SystemFailed
from harness.live import drift as drifting
from harness.live.drift import Report, Where
from harness.live.facts.asker import Asker, open_stranger
from harness.live.facts.every import every_fact
from harness.live.facts.memory import FACTS, FAKES, NOT, Seen, known, learned, write
from harness.live.settings import LiveSettings, environment, settings
from harness.live.systems import Identity, make_sure, open_systems

out = Console(emoji=False, soft_wrap=True)
err = Console(stderr=True, emoji=False, soft_wrap=True)
DRIFT = 1
PATIENCE = 60.0
"""How many seconds a call is repeated while a system has trouble: more than a network needs to come back."""


def drift(
    *,
    env: Annotated[Path | None, typer.Option(help="A file with the variables; by default `.env`.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the evidence as JSON, and nothing else.")
    ] = False,
    evidence: Annotated[
        Path | None,
        typer.Option(help="Where to write the evidence; by default LIVE_FOLDER/drift-DATE-TIME.json."),
    ] = None,
    recording: Annotated[
        Path | None, typer.Option(help="Compare a recording of a live run instead, and call nobody.")
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep in docs/facts.toml what the evidence of a run at real systems shows."),
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="List all facts with when and where they were last seen true.")
    ] = False,
) -> None:
    """Compare the systems of the environment with the fakes, by reads and calls that must be refused, and ask all facts.

    Exit code 0: no drift, 1: drift, 2: it could not be done.
    """
    try:
        if listing:
            _list()
        elif keep is not None:
            _keep(keep)
        elif recording is not None:
            _compare(recording, as_json=as_json)
        else:
            _look(settings(environment(env)), evidence, as_json=as_json)
    except (BadSettings, BadEvidence, NotSafe, SystemFailed, OSError) as error:
        end(str(error), MISUSE)


def _look(said: LiveSettings, path: Path | None, *, as_json: bool) -> None:
    with _asker(said, lambda text: err.print(text, markup=False, highlight=False)) as (asker, identity):
        report = drifting.look(asker)
    where = Where(
        urlsplit(said.klaviyo_api).hostname or "",
        identity.account.id,
        identity.account.is_test,
        urlsplit(said.gladly).hostname or "",
        identity.organization.id,
        said.is_loopback,
    )
    data = drifting.evidence(report, where)
    path = path or said.folder / f"drift-{report.at.astimezone(UTC):%Y%m%d-%H%M%S}.json"
    drifting.write_evidence(data, path, said.secrets())
    if as_json:
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        _tell(report)
        out.print(f"Evidence: {path}", markup=False, highlight=False)
    _leave(report)


@contextmanager
def _asker(said: LiveSettings, told: Callable[[str], None]) -> Iterator[tuple[Asker, Identity]]:
    """Yield who asks, once it is known whom."""
    with (
        open_systems(said, told=told, patience=PATIENCE) as systems,
        open_stranger(said, None, PATIENCE) as stranger,
    ):
        identity = make_sure(systems, said)
        yield Asker(systems, stranger, said), identity


def _compare(folder: Path, *, as_json: bool) -> None:
    if not folder.is_dir():
        raise BadEvidence(f"there is no recording {folder}; live commands make one with --record")
    report = drifting.look_at(folder, datetime.now(UTC))
    if as_json:
        compared = [
            {"system": one.system, "call": one.name, "verdict": one.verdict, "texts": list(one.texts)}
            for one in report.compared
        ]
        found = [str(one) for one in report.differences]
        typer.echo(json.dumps({"drift": report.has_drift, "differences": found, "calls": compared}, indent=2))
    else:
        _tell(report)
    _leave(report)


def _tell(report: Report) -> None:
    for line in drifting.lines_of(report):
        out.print(line, markup=False, highlight=False)
    out.print(drifting.summary(report), markup=False, highlight=False)


def _leave(report: Report) -> None:
    if report.has_drift:
        raise typer.Exit(DRIFT)


def _keep(path: Path) -> None:
    before = known()
    after = learned(before, path)
    write(after, every_fact(), datetime.now(UTC).date())
    changed = sum(after[name] != before.get(name) for name in after)
    out.print(
        f"{changed} facts seen anew; look at the change of {FACTS.name} before it is committed.",
        highlight=False,
    )


def _list() -> None:
    seen, today = known(), datetime.now(UTC).date()
    for one in every_fact():
        when = seen.get(one.id, Seen(today, FAKES))
        state = when.state(today)
        place = when.at.removeprefix(NOT)
        about = {"seen": f"seen {when.on} at {place}", "stale": f"stale: seen {when.on} at {place}"}
        about["denied"] = f"not so on {when.on} at {place}"
        needs = "" if one.needs == "nothing" else f" (needs LIVE_ALLOW={one.needs})"
        line = f"{one.id}: {one.says} [{about.get(state, state)}; known by {one.source}]{needs}"
        out.print(line, markup=False, highlight=False)
    states = [seen.get(one.id, Seen(today, FAKES)).state(today) for one in every_fact()]
    counts = ", ".join(
        f"{states.count(state)} {state}" for state in ("seen", "stale", "denied", "unverified")
    )
    out.print(f"{len(states)} facts: {counts}.", highlight=False)
