"""``python -m harness approve DIR``: somebody stands for a pack, by name, role and meaning."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.packs import plainly, renderer, tell
from harness.signoff.pack.approvals import Asked, path_of
from harness.signoff.pack.changes import approve as add
from harness.signoff.pack.signatures import sign

Key = Annotated[
    Path | None,
    typer.Option(metavar="SSH_KEY", help="Sign it with this key, by ssh-keygen (openssh-client)."),
]


def approve(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The pack.", show_default=False)],
    *,
    name: Annotated[str, typer.Option(help="Who approves, by full name.", show_default=False)],
    role: Annotated[str, typer.Option(help="As what, such as QA lead.", show_default=False)],
    meaning: Annotated[str, typer.Option(help="approve, conditional or reject.", show_default=False)],
    condition: Annotated[str, typer.Option(help="With conditional: what has to be done.")] = "",
    key: Key = None,
) -> None:
    """Add an approval, bound to the digests of what the pack says. A later change makes it void.

    Exit code 0: it is given, 1: the pack is not as it was signed, 2: it cannot be given so.
    """
    with plainly(folder):
        asked = Asked(name.strip(), role.strip(), meaning, condition.strip())
        signer = partial(sign, key=key) if key else None
        given = add(folder, asked, datetime.now(UTC), renderer(), signer)
    signed = ", signed" if key else ""
    who = f"{given['name']}, {given['role']}, {given['at']}{signed}"
    where = folder / path_of(given["number"])
    tell([f"{in_words(given['meaning'])} by {who}: {where}", f"of {given['of']['content']}"])


def in_words(meaning: str) -> str:
    """Return what an approval's meaning says."""
    return {"approve": "approved", "conditional": "approved on a condition", "reject": "rejected"}[meaning]
