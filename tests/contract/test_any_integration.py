"""``pytest --world http --integration "COMMAND"``: sound ones pass, whoever wrote them, broken ones are told how."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.forked import ROOT, SHORT_DEADLINE, ForkedFeatures

EXAMPLE = shlex.join([sys.executable, str(ROOT / "examples" / "sdk" / "sdk_integration.py")])
OPENING = "test_an_agent_opens_a_conversation"
REOPENING = "test_an_agent_reopens_the_conversation"
OF_NO_USE = "test_gladly_says_things_of_no_use_to_the_app"
SKELETON = """
import http.server, json, os, urllib.request

class WebhookEndpoint(http.server.BaseHTTPRequestHandler):
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

http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), WebhookEndpoint).serve_forever()
"""


def integration(folder: Path, started: str) -> str:
    """Write an integration that does ``started`` (a line of Python) when a conversation begins; return its command."""
    script = folder / "broken.py"
    script.write_text(SKELETON.format(started=started))
    return shlex.join([sys.executable, str(script)])


def run_on_the_command_line(
    command: str, scenarios: str, *options_of_pytest: str, within: float = 170
) -> subprocess.CompletedProcess[str]:
    """Run scenarios in the http world around the integration that ``command`` starts, as its maker would."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    options = ("--world", "http", "--integration", command, "-k", scenarios)
    return subprocess.run(  # noqa: S603 - our own command
        [
            sys.executable,
            "-m",
            "pytest",
            "features",
            "-q",
            "-p",
            "no:cacheprovider",
            "-n",
            "0",
            *options,
            *options_of_pytest,
        ],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )


def test_an_independent_integration_passes() -> None:
    """The example with Klaviyo's SDK, written from the contract alone, walks the runbook and survives a crash."""
    run = run_on_the_command_line(
        EXAMPLE,
        "the_whole_runbook or app_crashes or right_key_after or says_it_twice or retired_before or klaviyo_is_not_reached",
    )
    assert run.returncode == pytest.ExitCode.OK, run.stdout
    assert "11 passed" in run.stdout


def test_an_integration_that_does_nothing_fails(features: ForkedFeatures, tmp_path: Path) -> None:
    """Whoever only answers is found out by what Klaviyo does not show."""
    command = integration(tmp_path, "pass")
    run = features.run(OPENING, world="http", integration=command, deadline=SHORT_DEADLINE)
    assert run.outcomes == ["failed"]
    assert "1 x 'started conversation in Gladly'" in run.text


def test_what_failed_is_told_once(features: ForkedFeatures, tmp_path: Path) -> None:
    """That trouble never struck is no second failure of a scenario in which a step has failed."""
    command = integration(tmp_path, "pass")
    trouble = "test_klaviyo_is_in_trouble[take the event but lose the answer]"
    run = features.run(trouble, world="http", integration=command, deadline=SHORT_DEADLINE)
    assert run.outcomes == ["failed"]
    assert "1 x 'started conversation in Gladly'" in run.text
    assert "has struck 0 x" not in run.text


def test_a_call_for_outside_fails_the_scenario(features: ForkedFeatures, tmp_path: Path) -> None:
    """An integration that calls the real Klaviyo is stopped on this machine, and the host is named."""
    command = integration(tmp_path, 'urllib.request.urlopen("http://a.klaviyo.com/api/events", b"{}")')
    run = features.run(OPENING, world="http", integration=command, deadline=SHORT_DEADLINE)
    assert run.outcomes == ["failed"]
    assert "the app tried to reach POST http://a.klaviyo.com/api/events" in run.text


def test_a_call_that_no_fake_knows_fails_the_scenario(features: ForkedFeatures, tmp_path: Path) -> None:
    """An unknown route is named with the nearest known one."""
    call = 'urllib.request.urlopen(os.environ["KLAVIYO_BASE_URL"] + "/api/event", b"{}")'
    command = integration(tmp_path, call)
    run = features.run(OPENING, world="http", integration=command, deadline=SHORT_DEADLINE)
    assert run.outcomes == ["failed"]
    assert "unsupported by the fake: POST /api/event (nearest known route: POST /api/events)" in run.text


def test_an_integration_that_never_gets_ready_is_named(features: ForkedFeatures) -> None:
    """One that ends at its start is reported with its exit code and last words."""
    command = shlex.join([sys.executable, "-c", "raise SystemExit('no such thing')"])
    run = features.run(OPENING, world="http", integration=command)
    assert run.outcomes == ["failed"]
    assert "ended at its start, with exit code 1; it printed last: no such thing" in run.text


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
dispatcher.FIRST_WAIT = 1.5
count = iter(range(10**6))
Klaviyo.send = lambda self, event, **mark: real(self, replace(event, id=f"{event.id}-{next(count)}"), **mark)
"""
LATE_REOPEN = """
import time
seen = webhook.read
webhook.read = lambda body: seen(body.replace(b"CONVERSATION/REOPENED", b"CONVERSATION/CREATED"))
def slowly(self, event, **mark):
    time.sleep(0.8)
    real(self, event, **mark)
Klaviyo.send = slowly
"""
SLOW = """
import time
def slowly(self, event, **mark):
    time.sleep(0.8)
    real(self, event, **mark)
Klaviyo.send = slowly
"""


@pytest.mark.parametrize(
    ("change", "scenarios", "outcome"),
    [
        (FRESH_IDS, ["test_klaviyo_is_in_trouble[lose the answer]"], "failed"),
        (LATE_REOPEN, [REOPENING], "failed"),
        (SLOW, ["test_both_metrics_are_found", REOPENING, OF_NO_USE], "passed"),
    ],
    ids=["a late duplicate", "a late report of a reopening", "slow but sound"],
)
def test_lateness_deceives_nobody(
    features: ForkedFeatures, tmp_path: Path, change: str, scenarios: list[str], outcome: str
) -> None:
    """What comes wrong and late is found, what comes right and late is not held against anybody."""
    script = tmp_path / "late.py"
    script.write_text(LATE.format(change=change, root=str(ROOT)))
    command = shlex.join([sys.executable, str(script)])
    run = features.run(*scenarios, world="http", integration=command, deadline=20.0)
    assert run.outcomes == [outcome] * len(scenarios), run.text
    assert ("seen:     2: 'started conversation in Gladly'" in run.text) is (outcome == "failed")
