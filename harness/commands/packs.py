"""What the commands that deal with packs have in common."""

import platform
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

from harness.commands.ending import MISUSE, end
from harness.errors import BadApproval, BadClauses, CannotMerge, CannotSign, NoPack, NotWhole
from harness.redaction import redact
from harness.signoff.environment import environment
from harness.signoff.pack.changes import Renderer
from harness.signoff.pack.documents import in_one_line
from harness.signoff.views import VIEWS

NOT_FIT = 1
"""A pack is not as it was signed, or two packs differ."""


def today() -> date:
    """Return the day, in UTC as in all that a pack says."""
    return datetime.now(UTC).date()


def version() -> str:
    """Return which harness this is, ``""`` when that does not say what it does: a checkout with changes, or none."""
    known = environment()
    commit = known["commit"]
    return "" if commit == "unknown" or "uncommitted" in commit else f"{known['harness']} ({commit})"


def renderer() -> Renderer:
    """Return what renders the views of a pack today."""
    return Renderer(VIEWS, version(), today())


def machine() -> dict[str, str]:
    """Return what may be said of this machine."""
    return {"platform": f"{platform.system()} {platform.machine()}", "python": platform.python_version()}


def tell(lines: Iterable[str]) -> None:
    """Say each line on standard output, one line each whatever stands in it, without anything that looks like a key."""
    out = Console(emoji=False, highlight=False, soft_wrap=True)
    for line in in_one_line(lines):
        out.print(redact(line), markup=False)


@contextmanager
def plainly(*folders: Path) -> Iterator[None]:
    """End with a plain word where a pack or what was asked of it is not as it has to be."""
    try:
        yield
    except NotWhole as error:
        end(str(error), NOT_FIT)
    except (NoPack, BadApproval, BadClauses, CannotMerge, CannotSign) as error:
        end(str(error), MISUSE)
    except OSError as error:
        end(f"{error.filename or ', '.join(map(str, folders))}: {error.strerror or error}", MISUSE)
