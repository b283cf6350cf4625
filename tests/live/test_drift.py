"""Drift: the baseline is what the fakes answer, data make no drift, and evidence holds nothing that must not be kept."""

import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from harness.commands import drift as command
from harness.errors import NotSafe
from harness.live.differences import differences
from harness.live.drift import BASELINE, SYSTEMS, Where, evidence, lines_of, look, look_at, write_evidence
from harness.live.facts.asker import Asker
from harness.live.recording import Recording
from harness.live.shapes import AnswerShape, shape_of
from harness.live.systems import Identity, make_sure
from tests.live.drift_baseline import answers, text_of
from tests.live.drift_plants import at, everywhere, plant
from tests.live.drift_world import World, world

app = typer.Typer()
app.command()(command.drift)
WHERE = Where("a.klaviyo.com", "AbC123", True, "shop.us-uat.gladly.qa", "UvImZaYMQtKJGF2VDuiBNg", False)
RENAMED = at(
    "/api/metrics",
    lambda found: everywhere(found, "created", lambda one: one.update(made=one.pop("created"))),
)


def _answer(value: Any) -> AnswerShape:
    return AnswerShape(200, {}, "JSON", shape_of(value))


@pytest.fixture(name="environment")
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """Point the variables at the fakes in this process, and the command's clients too."""
    made = world()
    said = made.settings
    for name, value in {
        "LIVE_KLAVIYO_ACCOUNT_ID": said.account_id,
        "LIVE_KLAVIYO_KEY": said.klaviyo_key,
        "LIVE_GLADLY_URL": said.gladly,
        "LIVE_GLADLY_ORGANIZATION_ID": said.organization_id,
        "LIVE_GLADLY_API_USER": said.api_user.username,
        "LIVE_GLADLY_API_TOKEN": said.api_user.password,
        "LIVE_FOLDER": str(tmp_path / "live"),
    }.items():
        monkeypatch.setenv(name, value)
    _reach(monkeypatch, made.asker())
    return made


def _reach(monkeypatch: pytest.MonkeyPatch, asker: Asker) -> None:
    @contextmanager
    def opened(said: object, told: object) -> Iterator[tuple[Asker, Identity]]:
        del told
        identity = make_sure(asker.systems, said)  # type: ignore[arg-type]
        yield asker, identity

    monkeypatch.setattr(command, "_asker", opened)


@pytest.mark.parametrize("system", SYSTEMS)
def test_baseline_is_what_the_fakes_answer(system: str) -> None:
    """The committed shapes are those of today; `python -m tests.live.drift_baseline` renews them."""
    committed = (BASELINE / f"{system.lower()}.json").read_text(encoding="utf-8")
    assert committed == text_of(answers()[system])


def test_baseline_holds_nothing_of_anybody() -> None:
    """The committed shapes name no address, person or id of the fakes' data."""
    text = "".join((BASELINE / f"{system.lower()}.json").read_text(encoding="utf-8") for system in SYSTEMS)
    said = world().settings
    planted = [
        "Dana",
        "Brook",
        "Lee",
        "@",
        "gladly.qa",
        said.account_id,
        said.organization_id,
        "Lindgren",
        "650",
    ]
    assert [one for one in planted if one in text] == []


@pytest.mark.parametrize(
    ("fake", "seen"),
    [
        ([{"id": "a", "closedAt": "2026-11-23T10:00:03.131Z"}], [{"id": "b"}]),
        ([{"id": "a"}], []),
        ([{"id": "a"}, {"id": "b", "more": 1}], [{"id": "a"}]),
        ({"email": None}, {"email": "ann@mail.sandbox.gladly.qa"}),
        ({"note": "text"}, {"note": "2026-11-23"}),
        ({"phone": "650"}, {"phone": "none"}),
        ({"customAttributes": {"tier": "gold"}}, {"customAttributes": {"size": 3, "Ann Lee": None}}),
        ({"type": "CONTACT/STARTED"}, {"type": "CONTACT/OFFERED"}),
    ],
)
def test_data_are_no_drift(fake: Any, seen: Any) -> None:
    """What can come from an account's data is no difference."""
    assert differences("Gladly", _answer(fake), _answer(seen)) == []


@pytest.mark.parametrize(
    ("fake", "seen", "said"),
    [
        ({"made_by": "x"}, {"madeBy": "x"}, "made_by is called madeBy"),
        ({"count": 1}, {"count": "1"}, "count is digits, where the fakes send an integer"),
        ({"count": 1}, {"count": None}, "count is null, where the fakes send an integer"),
        ({"at": 1}, {}, "at is absent, where the fakes send an integer"),
        ({}, {"size": 1}, "there is size, which the fakes do not send"),
        ({"at": 1}, {"at": 1, "size": 1}, "there is size, which the fakes do not send"),
        ([{"at": 1}], [{"at": 1}, {}], "at is absent in some, where the fakes send it always"),
        (
            {"type": "OPEN"},
            {"type": "ASLEEP"},
            "there are items of type `ASLEEP`, which the fakes never send",
        ),
        ([1], {"at": 1}, "the body is an object, where the fakes send a list"),
        ({"at": "2026-11-23"}, {"at": "23 November"}, "at is text, where the fakes send date YYYY-MM-DD"),
    ],
)
def test_differences_are_worded(fake: Any, seen: Any, said: str) -> None:
    """Each kind of difference has its words."""
    assert differences("Gladly", _answer(fake), _answer(seen)) == ([said] if said else [])


def test_same_difference_is_told_once() -> None:
    """What differs in several calls is one line, and names the calls."""
    report = look(world().asker(plant(RENAMED)))
    assert [one.text for one in report.differences] == ["attributes.created is called made"]
    assert report.differences[0].kinds == (
        "GET /api/metrics",
        "GET /api/metrics/",
        "GET /api/metrics/{metric}",
    )


def test_headers_of_an_edge_are_no_drift() -> None:
    """Headers that the fakes never send are told, and are no drift."""

    def behind_an_edge(_: httpx.Request, answer: httpx.Response) -> httpx.Response:
        headers = [*answer.headers.raw, (b"CF-Ray", b"8f1-AMS"), (b"Date", b"Mon, 23 Nov 2026 10:00:03 GMT")]
        return httpx.Response(answer.status_code, headers=headers, content=answer.content)

    report = look(world().asker(plant(behind_an_edge)))
    assert not report.has_drift
    assert lines_of(report) == ["Klaviyo sends headers that the fakes do not, which is no drift: CF-Ray"]


def test_empty_organization_is_no_drift() -> None:
    """Where nothing has happened, much cannot be told, with the reason, and nothing differs."""

    def quiet(request: httpx.Request, answer: httpx.Response) -> httpx.Response | None:
        is_stream = request.url.path == "/api/v1/events" and answer.is_success
        return httpx.Response(200, headers=answer.headers, content=b"") if is_stream else None

    report = look(world().asker(gladly=plant(quiet)))
    assert not report.has_drift
    reasons = {one.texts for one in report.compared if one.verdict == "cannot tell"}
    assert ("there are no conversations of the last day",) in reasons


def test_evidence_is_for_its_owner(tmp_path: Path) -> None:
    """Evidence is a file that only its owner reads, with where, when, each verdict and each difference."""
    report = look(world().asker(plant(RENAMED)))
    path = tmp_path / "deep" / "run.json"
    write_evidence(evidence(report, WHERE), path, world().settings.secrets())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["at"] == world().now.astimezone(UTC).isoformat(timespec="seconds")
    assert (found["klaviyo"]["account"], found["gladly"]["host"]) == ("AbC123", "shop.us-uat.gladly.qa")
    assert (found["real"], found["drift"], len(found["facts"])) == (True, True, len(report.findings))
    assert len(found["calls"]) == len(report.compared)


@pytest.mark.parametrize(
    "text", ["pk_" + "0" * 34, "ann.lee@mail.sandbox.gladly.qa", "+1 (650) 555-0142", "a token of ours"]
)
def test_unsafe_evidence_is_not_written(text: str, tmp_path: Path) -> None:
    """A key, an address, a number or a known secret anywhere in evidence leaves nothing on the disk."""
    with pytest.raises(NotSafe):
        write_evidence({"differences": [f"seen: {text}"]}, tmp_path / "run.json", ["a token of ours"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("environment")
def test_command_without_drift() -> None:
    """Without drift the exit code is 0, the summary says so, and evidence is kept below LIVE_FOLDER."""
    result = CliRunner().invoke(app, [])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "No drift: " in result.stdout
    assert "Evidence: " in result.stdout


def test_command_with_drift(environment: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With drift the exit code is 1; `--json` prints the evidence that `--evidence` keeps, and nothing else."""
    _reach(monkeypatch, environment.asker(plant(RENAMED)))
    path = tmp_path / "mine.json"
    result = CliRunner().invoke(app, ["--json", "--evidence", str(path)])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == json.loads(path.read_text(encoding="utf-8"))


def test_command_without_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without variables the exit code is 2, and what is missing is said."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 2
    assert "LIVE_KLAVIYO_KEY is not set" in result.stderr


@pytest.mark.usefixtures("environment")
def test_command_at_another_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """At another account than the one named the exit code is 2, and nothing but the account was read."""
    monkeypatch.setenv("LIVE_KLAVIYO_ACCOUNT_ID", "XyZ789")
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 2
    assert "Nothing was changed" in result.stderr


def test_list_names_every_fact() -> None:
    """`--list` needs no variables and tells of each fact whether it was ever seen."""
    result = CliRunner().invoke(app, ["--list"])
    assert result.exit_code == 0
    line = next(one for one in result.stdout.splitlines() if one.startswith("klaviyo-unknown-metric-is-404"))
    assert line.endswith("[unverified; known by recorded response]")


def test_recording_is_compared_without_a_call(tmp_path: Path) -> None:
    """`--recording` compares what a run met with the fakes: nothing differs for fakes, a planted change is named."""
    for name, wrap in (("plain", None), ("changed", plant(RENAMED))):
        asker = world().asker(wrap) if wrap else world().asker()
        with Recording(tmp_path / name) as recording:
            for caller in (asker.systems.klaviyo.caller, asker.systems.gladly.caller, asker.stranger):
                caller.record = recording.record
            look(asker)
    plain = look_at(tmp_path / "plain", datetime.now(UTC))
    assert (plain.differences, {one.verdict for one in plain.compared}) == ([], {"the same"})
    result = CliRunner().invoke(app, ["--recording", str(tmp_path / "changed")])
    assert result.exit_code == 1
    assert "attributes.created is called made" in result.stdout


def test_unknown_calls_of_a_recording_are_told(tmp_path: Path) -> None:
    """A kind of call that the baseline has not cannot be told, and is no drift."""
    with Recording(tmp_path) as recording:
        request = httpx.Request("GET", "https://a.klaviyo.com/api/templates")
        recording.record("Klaviyo", httpx.Response(200, json={"data": []}, request=request))
    report = look_at(tmp_path, datetime.now(UTC))
    assert lines_of(report) == ["cannot tell (1): the baseline has no answer 200 to GET /api/templates"]
