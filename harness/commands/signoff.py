"""``python -m harness signoff``: packs joined, compared and signed."""

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.packs import NOT_FIT, machine, plainly, renderer, tell
from harness.errors import NotWhole
from harness.signoff.diff.difference import GROUPS, Difference
from harness.signoff.diff.packs import compare
from harness.signoff.environment import environment
from harness.signoff.merge.attestation import Merger
from harness.signoff.merge.packs import merge as join
from harness.signoff.merge.packs import of_this_harness
from harness.signoff.pack.changes import sign_attestation
from harness.signoff.pack.layout import ATTESTATION
from harness.signoff.pack.pack import Pack, read
from harness.signoff.pack.signatures import SUFFIX
from harness.signoff.pack.signatures import sign as sign_with
from harness.signoff.pack.verify import problems
from harness.signoff.run import by_whom

app = typer.Typer(no_args_is_help=True, help="Join packs of several runs, compare two, sign one.")
MISUSE_CODE = 2
FORMAT = 1


@app.command()
def merge(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The new pack.", show_default=False)],
    packs: Annotated[
        list[Path], typer.Argument(metavar="PACK PACK…", help="Packs to join.", show_default=False)
    ],
    *,
    by: Annotated[
        str, typer.Option(help="Who joins them; default: who is signed in here.", show_default=False)
    ] = "",
) -> None:
    """Join packs of several runs into one, each result with its origin; what they say differently is a failure.

    Exit code 0: the joined pack's verdict is passed, 1: it failed, or a pack is not as it was signed, 2: they do not go together.
    """
    with plainly(out, *packs):
        command = shlex.join(
            ["python", "-m", "harness", "signoff", "merge", out.name, *(one.name for one in packs)]
        )
        yardstick = of_this_harness()
        merger = Merger(by_whom(by), machine(), environment(), command)
        results = join(out, packs, yardstick, merger, renderer())
    origins, differing = len(results["origins"]), results["discrepancies"]
    counts = ", ".join(f"{number} {outcome}" for outcome, number in results["counts"].items())
    tell([f"{out}: {results['verdict']}, {counts}, from {origins} packs, {len(differing)} discrepancies"])
    tell(f"  discrepancy: {one}" for one in differing)
    if results["verdict"] != "passed":
        raise typer.Exit(NOT_FIT)


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="The earlier pack.", show_default=False)],
    after: Annotated[Path, typer.Argument(metavar="B", help="The later pack.", show_default=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Say what is different in B against A, clause by clause, what is for the worse first; times are not compared.

    Exit code 0: nothing, 1: something, 2: one of them is no pack, or not as it was signed.
    """
    with plainly(before, after):
        try:
            found = compare(_whole(before), _whole(after))
        except NotWhole as error:
            raise typer.Exit(_said(error)) from None
    if as_json:
        shown = {"format": FORMAT, "same": not found, "differences": [asdict(one) for one in found]}
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        tell(_in_groups(found) if found else [f"nothing differs between {before} and {after}"])
    if found:
        raise typer.Exit(NOT_FIT)


def _said(error: NotWhole) -> int:
    tell(str(error).splitlines())
    return MISUSE_CODE


def _whole(folder: Path) -> Pack:
    if lines := problems(folder):
        raise NotWhole(folder, lines)
    return read(folder)


def _in_groups(found: Sequence[Difference]) -> Iterator[str]:
    worse = sum(one.is_worse for one in found)
    yield f"{len(found)} differences, {worse} of them for the worse"
    for (is_worse, group), members in groupby(found, key=lambda one: (one.is_worse, one.group)):
        yield ""
        yield f"{GROUPS[group]}{', for the worse' if is_worse else ''}"
        yield from (f"  {one}" for one in members)


@app.command()
def sign(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The pack.", show_default=False)],
    *,
    key: Annotated[
        Path,
        typer.Option(
            metavar="SSH_KEY",
            help="The private key, or a public one whose private one an agent holds.",
            show_default=False,
        ),
    ],
) -> None:
    """Sign the pack's attestation by ssh-keygen; the signature lies beside it.

    Exit code 0: signed, 1: the pack is not as it was signed, 2: it cannot be signed so.
    """
    with plainly(folder):
        sign_attestation(folder, partial(sign_with, key=key), renderer())
    tell([f"signed: {folder / (ATTESTATION + SUFFIX)}"])
