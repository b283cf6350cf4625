"""``python -m harness check``: an integration that does not keep the contract is told so soon, and what to look at."""

import json
import shlex
import signal
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from harness.signoff.clauses import every, load_all
from harness.signoff.inventory import declared
from harness.signoff.stages import STAGES, stage_of
from harness.worlds.waiting import InRealTime

ROOT = Path(__file__).parents[2]
DOES_NOTHING = """
import http.server, os

class Door(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Door).serve_forever()
"""


def check(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command with a short deadline."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "harness", "check", "--deadline", "6", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
    )


def python(tmp_path: Path, code: str) -> str:
    """Return the command that runs ``code``."""
    path = tmp_path / "nothing.py"
    path.write_text(code)
    return shlex.join([sys.executable, str(path)])


def test_one_that_does_nothing_is_told_so(tmp_path: Path) -> None:
    """It is stopped at the first event, with what was expected, what to look at, the clause, and how to run it again."""
    told = tmp_path / "told.json"
    command = python(tmp_path, DOES_NOTHING)
    done = check(command, "--json", str(told), cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    for words in (
        "FAIL Then the app turns the stranger away",
        "FAIL An agent opens a conversation",
        "the app has called neither Gladly nor Klaviyo",
        "CON-03: An event has the time of the webhook",
        "test_an_agent_opens_a_conversation[http]' --world http --integration",
        "Stopped here",
        "It does not keep the contract: 0 scenarios passed, 3 failed",
    ):
        assert words in done.stdout, done.stdout
    said = json.loads(told.read_text())
    assert (said["verdict"], said["stopped"], len(said["scenarios"])) == ("failed", True, 3)
    assert "failed" in {clause["verdict"] for clause in said["clauses"] if clause["id"] == "CON-11"}


def test_one_that_is_stopped_keeps_what_was_seen(tmp_path: Path) -> None:
    """SIGTERM ends it with all its processes; the report and the file say what was seen until then."""
    told, alive = tmp_path / "told.json", tmp_path / "alive"
    command = python(
        tmp_path, f"open({str(alive)!r}, 'a').write(str(__import__('os').getpid()) + ' ')" + DOES_NOTHING
    )
    words = [sys.executable, "-m", "harness", "check", "--deadline", "60", "--json", str(told), command]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        seen = list(takewhile(lambda line: "2/3" not in line, process.stdout))
        begun = InRealTime(lambda: 0, deadline=30, calm=0).until(
            lambda: len(alive.read_text().split()), lambda count: count == 3
        )
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
    assert (begun.in_time, process.returncode) == (True, 130), rest
    assert "It was not gone through to the end" in rest
    assert len(json.loads(told.read_text())["scenarios"]) == 2, seen
    assert [pid for pid in alive.read_text().split() if Path(f"/proc/{pid}").exists()] == []


def test_one_that_does_not_start_is_told_so(tmp_path: Path) -> None:
    """The first scenario ends it, with the exit code, the last words and the part of the contract that says it starts."""
    done = check(python(tmp_path, "raise SystemExit('no such setting')"))
    assert done.returncode == 1
    assert "the app has ended at its start, with exit code 1; it printed last: no such setting" in done.stdout
    assert "docs/integration-contract.md: it answers a PING within 10 s of its start" in done.stdout
    assert "1 failed" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["no-such-program --port"], "there is no program 'no-such-program'"),
        (["sh -c 'a"], "No closing quotation"),
        (["true", "--with", "wings"], "--with wings: there is no such ability"),
        (["true", "--without", "legs"], "--without legs: there is no such ability"),
        (["true", "--json", "/no/such/folder/x.json"], "there is no folder /no/such/folder"),
        (["true", "--json", "/"], "this is a folder"),
    ],
)
def test_what_cannot_be_checked_is_said_at_once(words: list[str], says: str) -> None:
    """Exit code 2 and a plain word, before anything is run."""
    done = check(*words)
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr


def test_every_scenario_about_the_integration_has_its_stage() -> None:
    """None is left out of the order of need, and each stage has some."""
    clauses = every(load_all())
    about = [one for one in declared() if any(clauses[tag].subject == "integration" for tag in one.clauses)]
    assert {stage_of(one.feature, one.name) for one in about} == set(range(len(STAGES)))


def test_the_first_event_comes_before_all_that_needs_it() -> None:
    """A stage that is needed stands before those that mean nothing without it."""
    assert stage_of("testing/opening_and_closing.feature", "An agent opens a conversation") == 1
    assert stage_of("testing/opening_and_closing.feature", "An agent closes a conversation") == 2
    with pytest.raises(LookupError, match="belongs to no stage"):
        stage_of("unheard/of.feature", "Anything")
