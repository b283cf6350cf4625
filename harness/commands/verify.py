"""``python -m harness verify DIR``: whether a pack is whole and unaltered, and which approvals of it stand."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.commands.approve import in_words
from harness.commands.ending import MISUSE, end
from harness.commands.packs import NOT_FIT, plainly, renderer, tell, today
from harness.errors import NoPack
from harness.signoff.pack.aging import DAYS, stale_worlds
from harness.signoff.pack.approvals import path_of, void_approvals
from harness.signoff.pack.documents import examine
from harness.signoff.pack.layout import ATTESTATION, MANIFEST, REPORT, RESULTS, TIMES, is_pack
from harness.signoff.pack.pack import Pack, read
from harness.signoff.pack.shapes import Attestation, Manifest, Results, Shape, Times
from harness.signoff.pack.signatures import SUFFIX, signer_of, why_not_by
from harness.signoff.pack.tree import listing
from harness.signoff.pack.verify import Verified, verified

Signers = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Check signatures by this file of OpenSSH's (ssh-keygen, ALLOWED SIGNERS); then every approval has to have one.",
    ),
]


@dataclass
class _Said:
    """What is wrong, and what is to be known besides."""

    wrong: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)


def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The pack.", show_default=False)],
    *,
    allowed_signers: Signers = None,
    max_age: Annotated[
        int, typer.Option(min=0, metavar="DAYS", help="For how many days live evidence counts.")
    ] = DAYS,
) -> None:
    """Say in one line whether the pack in DIR is whole and unaltered, then what is wrong, void, stale or signed.

    Exit code 0: whole and unaltered, 1: not as it was signed (void approvals are that too), 2: there is no pack.
    """
    if allowed_signers is not None and not allowed_signers.is_file():
        end(f"--allowed-signers {allowed_signers}: there is no such file", MISUSE)
    with plainly(folder):
        if not is_pack(folder):
            how = f"no sign-off pack here (pytest --signoff={folder} makes one)"
            what = how if folder.is_dir() else "no such folder; name the one a pack is in"
            end(f"{folder}: there is {what}", MISUSE)
        chosen = renderer()
        seen = verified(folder, chosen.views, chosen.version)
        said = _Said(seen.problems)
        if (pack := _readable(folder)) is not None:
            _look(pack, allowed_signers, max_age, said)
        elif not said.wrong:
            said.wrong.append(f"{folder}: cannot be read")
    tell([_first_line(folder, pack, said, seen), *(f"  {one}" for one in said.wrong + said.known)])
    if said.wrong:
        raise typer.Exit(NOT_FIT)


def _readable(folder: Path) -> Pack | None:
    """Return the pack where its files can be read, so that those approvals can be judged that can be read too."""
    files = listing(folder).files
    shapes: dict[str, type[Shape]] = {RESULTS: Results, ATTESTATION: Attestation, TIMES: Times}
    if not shapes.keys() <= files.keys() or (folder / MANIFEST).is_symlink():
        return None
    shapes |= {MANIFEST: Manifest}
    if any(examine(folder, name, shape)[0] is None for name, shape in shapes.items()):
        return None
    try:
        return read(folder)
    except NoPack:
        return None


def _first_line(folder: Path, pack: Pack | None, said: _Said, seen: Verified) -> str:
    if said.wrong or pack is None:
        count = len(said.wrong)
        return f"NOT as it was signed: {folder}, {count} {'thing is' if count == 1 else 'things are'} wrong"
    complete = (
        ""
        if pack.results["complete"]
        else f", {'and' if pack.results['verdict'] == 'failed' else 'but'} not everything was tested"
    )
    counts = {
        "scenario": len(pack.results["scenarios"]),
        "file": len(pack.manifest["files"]),
        "approval": len(pack.approvals),
    }
    parts = ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for noun, count in counts.items())
    return (
        f"{_how_whole(seen)}: {folder}, verdict {pack.results['verdict']}{complete}, {parts}, "
        f"content {pack.manifest['digests']['content']}"
    )


def _how_whole(seen: Verified) -> str:
    """Say how much of the pack is known to be whole: not the views, where another harness rendered them otherwise."""
    if not seen.views.unknown:
        return "whole and unaltered"
    names = {one.partition("/")[0] for one in seen.views.unknown}
    which = "the report was" if names == {REPORT} else f"{', '.join(sorted(names))} were"
    by = seen.views.by or "a harness that does not say its version"
    return f"the data are whole and unaltered, {which} not compared (rendered by {by})"


def _look(pack: Pack, signers: Path | None, days: int, said: _Said) -> None:
    """Look at approvals, signatures, and what is stale."""
    void = {path_of(approval["number"]): why for approval, why in void_approvals(pack)}
    for approval in pack.approvals:
        _approval(pack, approval, void.get(path_of(approval["number"]), ""), signers, said)
    _attestation(pack, signers, said)
    said.known += [f"stale: {world}: {why}" for world, why in stale_worlds(pack, today(), days).items()]
    stale = pack.results.get("stale_clauses", {})
    said.known += [f"stale: {clause or 'the runbook'}: {why}" for clause, why in stale.items()]
    said.known += [f"discrepancy: {one}" for one in pack.results.get("discrepancies", [])]


def _approval(pack: Pack, approval: dict[str, Any], why_void: str, signers: Path | None, said: _Said) -> None:
    name = path_of(approval["number"])
    who = f"{in_words(approval['meaning'])} by {approval['name']}, {approval['role']}, {approval['at']}"
    on = f" ({approval['condition']})" if approval["condition"] else ""
    if why_void:
        said.wrong.append(f"{name}: {who}{on}: VOID, {why_void}")
    else:
        said.known.append(f"{name}: {who}{on}: stands")
    if not (pack.folder / (name + SUFFIX)).exists() and signers is not None:
        said.wrong.append(f"{name}: not signed, so nothing shows that {approval['name']} gave it")
        return
    _signature(pack, name, approval["name"], signers, said)


def _attestation(pack: Pack, signers: Path | None, said: _Said) -> None:
    """Say whose the attestation's signature is; it need not have one."""
    signature = pack.folder / (ATTESTATION + SUFFIX)
    if signature.exists():
        _signature(pack, ATTESTATION, signer_of(signature, signers) if signers else "", signers, said)


def _signature(pack: Pack, name: str, whose: str, signers: Path | None, said: _Said) -> None:
    """Say whether the signature of a file is that of ``whose``, if there is one."""
    signature = pack.folder / (name + SUFFIX)
    if not signature.exists():
        return
    if signers is None:
        said.known.append(f"{name}: signed, not checked (--allowed-signers FILE checks it)")
    elif why := why_not_by(whose, (pack.folder / name).read_bytes(), signature, signers):
        said.wrong.append(f"{name}: the signature is not that of {whose or 'an allowed signer'}: {why}")
    else:
        said.known.append(f"{name}: signed by {whose}")
