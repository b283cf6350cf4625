"""``python -m harness browser``: a Chromium for the browser world."""

import typer
from rich.console import Console

from harness.chromium.find import version_of
from harness.chromium.install import find_or_install
from harness.errors import NoBrowser

out = Console(emoji=False)
err = Console(stderr=True, emoji=False)


def browser() -> None:
    """Find a Chromium for the browser world, or install one, and say which it is; exit code 1 if that is not possible."""
    try:
        found = find_or_install(lambda text: err.print(text, markup=False, highlight=False))
    except NoBrowser as error:
        err.print(f"THE BROWSER WORLD CANNOT BE RUN: {error}", style="red", markup=False)
        raise typer.Exit(1) from None
    out.print(f"{version_of(found)} ({found.origin}): {found.path}", markup=False, highlight=False)
