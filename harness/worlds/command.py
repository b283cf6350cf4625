"""The command that starts an integration, checked before anything runs."""

import shlex
import shutil

from harness.errors import BadCommand


def check_command(command: str) -> None:
    """Raise ``BadCommand`` unless ``command`` names a program that is there."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise BadCommand(f"the command is not what a shell would take: {error} in {command!r}") from None
    if not words:
        raise BadCommand("the command is empty")
    if shutil.which(words[0]) is None:
        raise BadCommand(
            f"there is no program {words[0]!r} to run (no shell is used: name a program that is in $PATH or executable, "
            "write folders in full instead of ~, and put variables behind env)"
        )
