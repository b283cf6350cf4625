# ruff: noqa: T201 - a program, run inside the folder of a project that is not this one
"""Runs pytest in the folder it is started in, each run in a fork of a process that has imported everything once.

Requests and answers are lines of JSON on standard input and output: the options of the run, its variables, and the
file for what it prints; then its exit code.
"""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

ALREADY_IMPORTED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")


def warm_up() -> None:
    """Import what a run imports, by a run that only collects."""
    with Path(os.devnull).open("w", encoding="utf-8") as nothing, contextlib.redirect_stdout(nothing):
        code = pytest.main(["--collect-only", "-q"])
    if code != pytest.ExitCode.OK:
        raise SystemExit(f"the project cannot be collected: {code!r}")


def run_in_a_fork(request: dict[str, Any]) -> int:
    """Return the exit code of one run."""
    if (child := os.fork()) == 0:
        code = 70
        try:
            printed = os.open(request["printed"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for stream in (sys.stdout, sys.stderr):
                os.dup2(printed, stream.fileno())
            os.environ.update(request["env"])
            code = int(pytest.main([*ALREADY_IMPORTED, *request["options"]]))
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())  # the project's modules are meant, not those beside this file
    warm_up()
    for line in sys.stdin:
        print(json.dumps(run_in_a_fork(json.loads(line))), flush=True)
