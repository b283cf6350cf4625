"""``python -m harness check "COMMAND"``: an integration taken through the contract, and told what it lacks."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from harness.commands.check_report import Report
from harness.commands.ending import MISUSE, end
from harness.errors import BadCommand
from harness.evidence.record import Record
from harness.plugin.contract_check import PARTS, is_the_end
from harness.worlds.abilities import ASKED, EXTRA
from harness.worlds.command import check_command
from harness.worlds.registry import RUNNING_COMMANDS

ROOT = Path(__file__).parents[2]
RAN = (0, 1, 2)
"""What pytest ends with when it has run something: all passed, something failed, stopped on the way."""
LAST_LINES = 30
ENDS_WITHIN = 30.0
INTERRUPTED = 130


@dataclass(frozen=True)
class Asked:
    """What is to be checked, and how."""

    command: str
    extra: tuple[str, ...]
    without: tuple[str, ...]
    deadline: float
    jobs: int

    def options(self) -> list[str]:
        """Return them as pytest's."""
        words = ["--world", RUNNING_COMMANDS[0], "--integration", self.command, f"--deadline={self.deadline}"]
        words += [word for one in self.extra for word in ("--with", one)]
        return words + [word for one in self.without for word in ("--without", one)]


def check(
    command: Annotated[
        str,
        typer.Argument(
            help="What starts the integration, by docs/integration-contract.md.", show_default=False
        ),
    ],
    extra: Annotated[
        list[str] | None,
        typer.Option("--with", help=f"What it does beyond version 1 ({', '.join(EXTRA)}); repeatable."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", help=f"What it cannot do ({', '.join(ASKED)}); repeatable."),
    ] = None,
    *,
    deadline: Annotated[
        float, typer.Option(min=1, max=3_600, help="Seconds to wait for something to be seen.")
    ] = 30.0,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="How many scenarios to run at a time.")] = (
        os.cpu_count() or 1
    ),
    as_json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Where to write everything as JSON.")
    ] = None,
) -> None:
    """Take an integration through the contract in order of need, and say of each failure what to look at.

    Exit code 0: it keeps the contract, 1: it does not, 2: it could not be checked, 130: stopped by Ctrl-C or SIGTERM.
    """
    asked = Asked(command, tuple(extra or ()), tuple(without or ()), deadline, jobs)
    _refuse_what_cannot_be(asked, as_json)
    report = Report(command)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _go_through(asked, report)
    except BadCommand as error:
        end(str(error), MISUSE)
    except KeyboardInterrupt:
        report.interrupt()
    report.conclude()
    if as_json is not None:
        as_json.write_text(
            json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    if report.is_interrupted:
        raise typer.Exit(INTERRUPTED)
    if not report.is_kept:
        raise typer.Exit(1)


def _refuse_what_cannot_be(asked: Asked, as_json: Path | None) -> None:
    """End with a plain word when the options cannot be."""
    try:
        check_command(asked.command)
    except BadCommand as error:
        end(str(error), MISUSE)
    for option, given, known in (("--with", asked.extra, EXTRA), ("--without", asked.without, ASKED)):
        for name in given:
            if name not in known:
                end(f"{option} {name}: there is no such ability; there are {', '.join(known)}", MISUSE)
    if as_json is not None and not as_json.parent.is_dir():
        end(f"--json {as_json}: there is no folder {as_json.parent}", MISUSE)
    if as_json is not None and as_json.is_dir():
        end(f"--json {as_json}: this is a folder; name a file", MISUSE)


def _go_through(asked: Asked, report: Report) -> None:
    """Run the first stages, then the rest if that still means something."""
    records: list[Record] = []
    for part in PARTS:
        for told in _told(asked, part):
            if "total" in told:
                report.expect(told["total"])
                continue
            record = Record.from_json(json.dumps(told))
            records.append(record)
            report.add(record)
        if any(map(is_the_end, records)):
            report.stop()
            break


def _told(asked: Asked, part: str) -> Iterator[dict[str, Any]]:
    """Run a part and yield what is told of it. Raises ``BadCommand`` when nothing could be run."""
    reading, writing = os.pipe()
    words = [sys.executable, "-P", "-m", "pytest", str(ROOT / "features")]
    words += [
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(ROOT),
        "-q",
        "-p",
        "no:randomly",
        "--tb=no",
    ]
    words += ["--contract-part", part, "--contract-descriptor", str(writing), *asked.options()]
    words += (
        ["-n", str(asked.jobs), "--dist", "load", "--maxschedchunk", "1"]
        if part == PARTS[-1] and asked.jobs > 1
        else ["-n", "0"]
    )
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            words,
            env=os.environ | {"PYTHONPATH": _python_path()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[writing],
            start_new_session=True,
        )
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as lines:
            has_told = False
            try:
                for line in lines:
                    has_told = True
                    yield json.loads(line)
            except BaseException:
                _end(process)
                raise
            code = process.wait()
        if code not in RAN or not has_told:
            raise BadCommand(f"pytest ended with {code} and ran nothing:\n{_last_lines(output)}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End pytest and its workers as Ctrl-C does, so that they end their integrations; by force if it does not come to that."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def _python_path() -> str:
    """Return where this project's modules are found, whatever folder the command is given in, and whatever lies there."""
    return os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))


def _last_lines(output: IO[str]) -> str:
    output.seek(0)
    return "".join(output.readlines()[-LAST_LINES:]).strip()
