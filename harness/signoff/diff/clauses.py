"""What is different in the verdict, and in those of the clauses."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.signoff.diff.difference import Difference, in_words
from harness.signoff.pack.pack import Pack

RESULTS_BEST_FIRST = ("PASSED", "WARNED", "FAILED")
RESULT_IN_WORDS = {"PASSED": "passed", "WARNED": "passed, but not everything was tested", "FAILED": "failed"}
ANSWERS_BEST_FIRST = ("yes", "unverified", "no")
VERDICTS_BEST_FIRST = ("passed", "passed in part", "not tested", "failed")
_JUDGED = {"id", "verdict", "answer", "worlds", "scenarios"}
Plain = Mapping[str, Any]


def of_the_verdict(before: Pack, after: Pack) -> Iterator[Difference]:
    """Yield how the verdict differs, and what speaks against one run and not against the other."""
    old, new = (one.attestation["predicate"]["result"] for one in (before, after))
    if old != new:
        is_worse = RESULTS_BEST_FIRST.index(new) > RESULTS_BEST_FIRST.index(old)
        yield Difference("verdict", "verdict", RESULT_IN_WORDS[old], RESULT_IN_WORDS[new], is_worse)
    was, now = set(before.results["findings"]), set(after.results["findings"])
    for text in sorted(now - was):
        yield Difference("verdict", "a finding", "", text, is_worse=True)
    for text in sorted(was - now):
        yield Difference("verdict", "a finding", text, "")
    old_stale, new_stale = (one.results.get("stale_clauses", {}) for one in (before, after))
    for clause in sorted(old_stale.keys() | new_stale.keys()):
        if old_stale.get(clause) != new_stale.get(clause):
            texts = old_stale.get(clause, ""), new_stale.get(clause, "")
            yield Difference(
                "verdict", f"{clause or 'a new sentence'} is stale", *texts, is_worse=bool(texts[1])
            )


def of_clauses(before: Pack, after: Pack) -> Iterator[Difference]:
    """Yield how clauses differ, in the order of their ids."""
    old, new = _clauses(before), _clauses(after)
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield Difference("clauses", name, _judged(old[name]), "", is_worse=True)
        elif name not in old:
            yield Difference("clauses", name, "", _judged(new[name]))
        else:
            yield from _of_clause(name, old[name], new[name])


def _clauses(pack: Pack) -> dict[str, Plain]:
    return {one["id"]: one for document in pack.results["documents"] for one in document["clauses"]}


def _of_clause(name: str, old: Plain, new: Plain) -> Iterator[Difference]:
    what = f"{name} “{new['says']}”"
    if (old["answer"], old["verdict"], old["worlds"]) != (new["answer"], new["verdict"], new["worlds"]):
        yield Difference("clauses", what, _judged(old, new), _judged(new, old), _is_worse(old, new))
    for key in ("scenarios", *sorted((old.keys() | new.keys()) - _JUDGED)):
        if old.get(key) != new.get(key):
            texts = in_words(old.get(key)), in_words(new.get(key))
            yield Difference("clauses", f"{what}, {key}", *texts)


def _judged(clause: Plain, beside: Plain | None = None) -> str:
    """Return what a clause's verdicts are, with those of the worlds that differ from the clause ``beside`` it."""
    other = beside["worlds"] if beside else {}
    worlds = [
        f"{world}: {one['verdict']}, {one['scenarios'] - one['not_run']} of {one['scenarios']} run"
        for world, one in sorted(clause["worlds"].items())
        if one != other.get(world)
    ]
    return f"{clause['answer']}, {clause['verdict']}" + (f" ({'; '.join(worlds)})" if worlds else "")


def _is_worse(old: Plain, new: Plain) -> bool:
    if old["answer"] != new["answer"]:
        return ANSWERS_BEST_FIRST.index(new["answer"]) > ANSWERS_BEST_FIRST.index(old["answer"])
    if old["verdict"] != new["verdict"]:
        return VERDICTS_BEST_FIRST.index(new["verdict"]) > VERDICTS_BEST_FIRST.index(old["verdict"])
    return any(_has_fallen(one, new["worlds"].get(world)) for world, one in old["worlds"].items())


def _has_fallen(old: Plain, new: Plain | None) -> bool:
    if new is None:
        return True
    better, now = (VERDICTS_BEST_FIRST.index(one["verdict"]) for one in (old, new))
    return now > better or (
        now == better and new["scenarios"] - new["not_run"] < old["scenarios"] - old["not_run"]
    )
