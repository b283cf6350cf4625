"""Every fact holds on the fakes, and each is declared so that it can be asked of a real system."""

import ast
from collections import Counter
from pathlib import Path

import httpx
import pytest

import harness.live.facts
from harness.errors import Undecided, Unreachable
from harness.live.facts.answer import Answer
from harness.live.facts.call import Call
from harness.live.facts.every import every_call, every_fact
from harness.live.facts.fact import Fact, ask
from harness.live.facts.memory import LEDGER, rows_of
from tests.live.drift_plants import plant
from tests.live.drift_world import world

FACTS = every_fact()


@pytest.fixture(scope="module")
def answers() -> dict[str, Answer]:
    """Return the fakes' answers to the calls of the script, by name."""
    asker = world().asker()
    return {one.name: asker.answer(one) for one in every_call()}


@pytest.mark.parametrize("one", FACTS, ids=[one.id for one in FACTS])
def test_fact_holds_on_the_fakes(one: Fact, answers: dict[str, Answer]) -> None:
    """The fakes agree."""
    found = ask(one, lambda call: answers[call.name])
    assert (found.verdict, found.text) == ("agrees", "")


def test_there_are_many() -> None:
    """There are sixty facts and more, of both vendors, each with a sentence that ends."""
    assert len(FACTS) >= 60
    assert set(Counter(one.system for one in FACTS)) == {"Klaviyo", "Gladly"}
    assert [one.id for one in FACTS if not one.says.endswith(".")] == []
    assert len({one.says for one in FACTS}) > len(FACTS) - 3


def test_rows_exist() -> None:
    """A fact that belongs to a row of the differences names one of its vendor."""
    rows = rows_of(LEDGER.read_text(encoding="utf-8"))
    assert [one.id for one in FACTS if one.row and (one.system, one.row) not in rows] == []


def test_calls_have_names_of_their_own() -> None:
    """No two calls of the script have one name, and a fact asks calls of one vendor only."""
    counts = Counter(one.name for one in every_call())
    assert [name for name, count in counts.items() if count > 1] == []
    asked = {call.name for one in FACTS for call in one.calls}
    assert asked <= set(counts)
    assert [one.id for one in FACTS if {call.system for call in one.calls} != {one.system}] == []


def test_only_refused_calls_are_no_reads() -> None:
    """What is no read is refused, is a report, or is asked by leave only."""
    reading = {"/api/metric-aggregates", "/api/v1/reports"}
    others = [one for one in every_call() if one.method != "GET" and one.path not in reading]
    assert [one.name for one in others if one.status < 400 and one.allow == "nothing"] == []


def test_facts_know_no_fake() -> None:
    """No module of the facts imports anything of the fakes."""
    folder = Path(harness.live.facts.__file__).parent
    found = {
        f"{path.name} imports {node.module}"
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("fakes", "integration"))
    }
    assert found == set()


def test_what_is_not_allowed_is_not_asked() -> None:
    """With LIVE_ALLOW=nothing, a call that might change something is not made, and the reason is given."""
    sent: list[str] = []

    def note(request: httpx.Request, _: httpx.Response) -> None:
        sent.append(request.method)

    asker = world("nothing").asker(plant(note), plant(note))
    call = next(one for one in every_call() if one.allow == "verify")
    with pytest.raises(Undecided, match="LIVE_ALLOW=verify is needed"):
        asker.answer(call)
    assert sent == []


def test_missing_scope_is_no_verdict() -> None:
    """A call that the key may not make leaves its facts undecided, with the scope that is missing."""
    asker = world().asker(plant(lambda _, answer: httpx.Response(403, content=answer.content)))
    one = next(one for one in FACTS if one.id == "klaviyo-metrics-are-in-the-order-of-their-ids")
    found = ask(one, asker.answer)
    assert (found.verdict, found.text) == (
        "cannot tell",
        "the key lacks metrics:read: GET /api/metrics is answered 403",
    )


def test_silence_ends_it() -> None:
    """A call without an answer of use is undecided; after three of them in a row all is given up."""
    asker = world().asker(plant(lambda *_: httpx.Response(503)))
    calls: list[Call] = [one for one in every_call() if "{" not in one.path and not one.body][:3]
    for one in calls[:2]:
        with pytest.raises(Undecided, match="no answer of use"):
            asker.answer(one)
    with pytest.raises(Unreachable):
        asker.answer(calls[2])
