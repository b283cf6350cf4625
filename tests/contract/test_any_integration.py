"""``pytest --world http --integration "COMMAND"``: sound ones pass, whoever wrote them, broken ones are told how."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.test_runs import ROOT, run_pytest

EXAMPLE = shlex.join([sys.executable, str(ROOT / "examples" / "sdk_integration.py")])
SKELETON = """
import http.server, json, os, urllib.request

class Door(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if event["type"] == "CONVERSATION/CREATED":
            self.started()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def started(self):
        {started}

    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Door).serve_forever()
"""


def run_scenario(command: str, scenario: str, deadline: str = "3") -> subprocess.CompletedProcess[str]:
    """Run one scenario in the http world around the integration that ``command`` starts."""
    options = ("--integration", command, "-k", scenario, "--tb=short", "-n", "0", "--deadline", deadline)
    return run_pytest("features", "--world", "http", *options)


def integration(folder: Path, started: str) -> str:
    """Write an integration that does ``started`` (a line of Python) when a conversation begins; return its command."""
    script = folder / "broken.py"
    script.write_text(SKELETON.format(started=started))
    return shlex.join([sys.executable, str(script)])


def test_an_independent_integration_passes() -> None:
    """The example with Klaviyo's SDK, written from the contract alone, walks the runbook and survives a crash."""
    run = run_scenario(
        EXAMPLE, "the_whole_runbook or app_crashes or right_key_after or says_it_twice or retired_before"
    )
    assert run.returncode == pytest.ExitCode.OK, run.stdout
    assert "5 passed" in run.stdout


def test_an_integration_that_does_nothing_fails(tmp_path: Path) -> None:
    """Whoever only answers is found out by what Klaviyo does not show."""
    run = run_scenario(integration(tmp_path, "pass"), "an_agent_opens_a_conversation")
    assert run.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 x 'started conversation in Gladly'" in run.stdout


def test_a_call_for_outside_fails_the_scenario(tmp_path: Path) -> None:
    """An integration that calls the real Klaviyo is stopped on this machine, and the host is named."""
    command = integration(tmp_path, 'urllib.request.urlopen("http://a.klaviyo.com/api/events", b"{}")')
    run = run_scenario(command, "an_agent_opens_a_conversation")
    assert run.returncode == pytest.ExitCode.TESTS_FAILED
    assert "the app tried to reach POST http://a.klaviyo.com/api/events" in run.stdout


def test_a_call_that_no_fake_knows_fails_the_scenario(tmp_path: Path) -> None:
    """An unknown route is named with the nearest known one."""
    call = 'urllib.request.urlopen(os.environ["KLAVIYO_BASE_URL"] + "/api/event", b"{}")'
    run = run_scenario(integration(tmp_path, call), "an_agent_opens_a_conversation")
    assert run.returncode == pytest.ExitCode.TESTS_FAILED
    assert "unsupported by the fake: POST /api/event (nearest known route: POST /api/events)" in run.stdout


def test_an_error_inside_a_fake_fails_the_scenario_that_caused_it() -> None:
    """An exception on a fake's thread surfaces in the scenario, with its name."""
    run = run_pytest(
        *(
            "features",
            "--world",
            "http",
            "-p",
            "tests.meta.mutants",
            "-k",
            "an_agent_opens",
            "--tb=short",
            "-n",
            "0",
            "--deadline",
            "3",
        ),
        MUTANT="fake_breaks_inside",
    )
    assert run.returncode == pytest.ExitCode.TESTS_FAILED
    assert "StrictnessError" in run.stdout
    assert "POST /api/events: ZeroDivisionError" in run.stdout


def test_an_integration_that_never_gets_ready_is_named() -> None:
    """One that ends at its start is reported with its exit code and last words."""
    command = shlex.join([sys.executable, "-c", "raise SystemExit('no such thing')"])
    run = run_scenario(command, "an_agent_opens_a_conversation")
    assert run.returncode == pytest.ExitCode.TESTS_FAILED
    assert "ended with code 1 at its start: no such thing" in run.stdout


LATE = """
import sys
sys.path.insert(0, {root!r})
from integration import __main__ as main, klaviyo, webhook
from integration.klaviyo import Klaviyo
from dataclasses import replace
import integration.dispatcher as dispatcher

real = Klaviyo.send
{change}
main.main()
"""
FRESH_IDS = """
dispatcher.FIRST_WAIT = 2.0
count = iter(range(10**6))
Klaviyo.send = lambda self, event, **mark: real(self, replace(event, id=f"{event.id}-{next(count)}"), **mark)
"""
LATE_REOPEN = """
import time
seen = webhook.read
webhook.read = lambda body: seen(body.replace(b"CONVERSATION/REOPENED", b"CONVERSATION/CREATED"))
def slowly(self, event, **mark):
    time.sleep(1.0)
    real(self, event, **mark)
Klaviyo.send = slowly
"""
SLOW = """
import time
def slowly(self, event, **mark):
    time.sleep(1.0)
    real(self, event, **mark)
Klaviyo.send = slowly
"""


@pytest.mark.parametrize(
    ("change", "scenario", "verdict"),
    [
        (FRESH_IDS, "in_trouble and lose", pytest.ExitCode.TESTS_FAILED),
        (LATE_REOPEN, "agent_reopens", pytest.ExitCode.TESTS_FAILED),
        (SLOW, "both_metrics or agent_reopens or no_use", pytest.ExitCode.OK),
    ],
    ids=["a late duplicate", "a late report of a reopening", "slow but sound"],
)
def test_lateness_deceives_nobody(
    tmp_path: Path, change: str, scenario: str, verdict: pytest.ExitCode
) -> None:
    """What comes wrong and late is found, what comes right and late is not held against anybody."""
    script = tmp_path / "late.py"
    script.write_text(LATE.format(change=change, root=str(ROOT)))
    run = run_scenario(shlex.join([sys.executable, str(script)]), scenario, "20")
    assert run.returncode == verdict, run.stdout
    twice = "seen:     2: 'started conversation in Gladly'"
    assert (twice in run.stdout) is (verdict != pytest.ExitCode.OK)
