"""How every command ends that cannot do what was asked: a plain word on standard error, and an exit code."""

from collections.abc import Iterable
from typing import NoReturn

import typer
from rich.console import Console

from harness.redaction import redact

MISUSE = 2
"""What was asked cannot be done: options, variables, another account, no network."""


def say(text: str, secrets: Iterable[str] = ()) -> None:
    """Say ``text``, which holds no key whatever it came from, and none of ``secrets``."""
    err = Console(stderr=True, emoji=False, highlight=False, soft_wrap=True)
    err.print(redact(text, secrets), style="red", markup=False)


def end(text: str, code: int, secrets: Iterable[str] = ()) -> NoReturn:
    """Say ``text`` and end with ``code``."""
    say(text, secrets)
    raise typer.Exit(code)
