"""The four ways to go live, and what comes before them, each by its own command and over the environment alone."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

from harness.signoff.pack.verify import problems
from tests.rehearsal.people import open_and_close
from tests.rehearsal.stand_ins import StandIns
from tests.rehearsal.stranger import Stranger

Arrive = Callable[[StandIns], Stranger]


def test_getting_ready(stand_ins: StandIns, stranger: Arrive) -> None:
    """The doctor says what is missing, signing in mends it, and then nothing is missing; nothing was changed."""
    stand_ins.api_user = "api_user"
    before, somebody = stand_ins.inventory(), stranger(stand_ins)
    unready = somebody.harness("live", "doctor")
    assert unready.code == 1
    for finding in ("LD-21", "LD-23", "LD-26"):
        assert finding in unready.text
    assert "python -m harness live sign-in klaviyo-admin" in unready.text
    somebody.sign_in()
    ready = somebody.harness("live", "doctor", "--json")
    found = {one["id"]: one for one in json.loads(ready.text)}
    assert ready.code == 0, ready.text
    assert "without a private key" in found["LD-25"]["seen"]
    states = Path(somebody.env["LIVE_FOLDER"]) / "states"
    assert {oct(path.stat().st_mode & 0o777) for path in states.iterdir()} == {"0o600"}
    assert stand_ins.inventory() == {**before, "keys": sorted([*before["keys"], "Harness"])}


def test_upgrade(stand_ins: StandIns, stranger: Arrive, tmp_path: Path) -> None:
    """The whole runbook, key and app included; what was made is gone afterwards but the key that the app holds."""
    somebody = stranger(stand_ins)
    somebody.sign_in()
    before = stand_ins.inventory()
    pack = tmp_path / "pack"
    read = somebody.pytest(
        "--world", "live", "--live", "upgrade", "--signoff", str(pack), LIVE_ALLOW="upgrade"
    )
    assert read.code == 0, read.text[-6_000:]
    results = json.loads((pack / "results.json").read_text(encoding="utf-8"))
    outcomes = [one["outcome"] for one in results["scenarios"]]
    assert outcomes.count("passed") > 20
    assert "failed" not in outcomes
    origin = json.loads((pack / "live.json").read_text(encoding="utf-8"))
    assert origin["klaviyo"]["account_id"] == stand_ins.klaviyo["account_id"]
    assert (origin["by"], origin["left"]) == ("the rehearsal", [])
    after = stand_ins.inventory()
    assert after["apps"] == before["apps"]
    [kept] = set(after["keys"]) - set(before["keys"])
    assert "run-" in kept
    assert after["open conversations"] == before["open conversations"]


def test_verify(upgraded: StandIns, stranger: Arrive, tmp_path: Path) -> None:
    """The runbook's Testing the steps alone: one customer and one conversation, nothing else."""
    somebody = stranger(upgraded)
    somebody.sign_in()
    before, pack = upgraded.inventory(), tmp_path / "pack"
    conversations = upgraded.count("CONVERSATION/CREATED")
    read = somebody.pytest("--world", "live", "--live", "verify", "--signoff", str(pack), LIVE_ALLOW="verify")
    assert read.code == 0, read.text[-6_000:]
    results = json.loads((pack / "results.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in results["scenarios"] if one["outcome"] == "passed"] == [
        "Testing the steps"
    ]
    assert upgraded.count("CONVERSATION/CREATED") - conversations == 1
    assert upgraded.inventory() == before
    assert "The live run was a rehearsal" in (pack / "signoff.html").read_text(encoding="utf-8")
    assert problems(pack) == []


def test_watch(upgraded: StandIns, stranger: Arrive) -> None:
    """What a person does in Gladly is seen there, and when Klaviyo hears of it; the end says that all was tested."""
    somebody = stranger(upgraded)
    watching = somebody.start("-m", "harness", "live", "watch", "--for", "90")
    acting = threading.Timer(3.0, lambda: open_and_close(upgraded, "ann@mail.sandbox.gladly.qa"))
    acting.start()
    text, _ = watching.communicate(timeout=120)
    acting.join()
    assert watching.returncode == 0, text
    assert "'started conversation in Gladly' for customer" in text
    assert "Tested: 2 events arrived" in text
    assert "ann@" not in text


def test_watch_says_what_is_missing(stand_ins: StandIns, stranger: Arrive) -> None:
    """Where nobody opens a conversation, the end says what of the runbook's test is missing."""
    read = stranger(stand_ins).harness("live", "watch", "--for", "1")
    assert read.code == 1
    assert "nobody has opened a conversation" in read.text


def test_reconcile(upgraded: StandIns, stranger: Arrive) -> None:
    """What Gladly says happened is in Klaviyo, once; what is taken for granted is named when it is not."""
    upgraded.api_user = "api_user"
    before = upgraded.taken()
    open_and_close(upgraded, "ben@mail.sandbox.gladly.qa")
    upgraded.wait_for_events(before + 2)
    read = stranger(upgraded).harness(
        "live", "reconcile", "--since", upgraded.began, "--grace", "0", "--json"
    )
    assert read.code == 0, read.text
    assert "ben@" not in read.text


def test_drift(upgraded: StandIns, stranger: Arrive, tmp_path: Path) -> None:
    """The systems answer as the fakes do, and a dated evidence file says so without a secret."""
    upgraded.api_user = "api_user"
    somebody = stranger(upgraded)
    evidence = tmp_path / "drift.json"
    read = somebody.harness("drift", "--evidence", str(evidence))
    assert read.code == 0, read.text
    text = evidence.read_text(encoding="utf-8")
    assert upgraded.klaviyo["account_id"] in text
    assert not [
        one
        for one in (somebody.env["LIVE_KLAVIYO_KEY"], somebody.env["LIVE_GLADLY_API_TOKEN"])
        if one in text
    ]
