"""What is different in scenarios, their steps, and what was seen of them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from harness.signoff.diff.difference import Difference, in_words
from harness.signoff.pack import canonical
from harness.signoff.pack.names import Key, full_name, key_of
from harness.signoff.pack.pack import Pack

BEST_FIRST = ("passed", "not run", "failed")
_SAID = {
    "feature",
    "name",
    "row",
    "world",
    "steps",
    "outcome",
    "reason",
    "evidence",
    "seen",
    "origin",
    "origins",
}
Plain = Mapping[str, Any]


def of_scenarios(before: Pack, after: Pack) -> Iterator[Difference]:
    """Yield how scenarios, their steps and their evidence differ."""
    old, new = _records(before), _records(after)
    for key in sorted(old.keys() | new.keys()):
        what = full_name(new.get(key) or old[key])
        if key not in new:
            yield Difference("scenarios", what, _ended(old[key]), "", is_worse=True)
        elif key not in old:
            yield Difference("scenarios", what, "", _ended(new[key]), new[key]["outcome"] == "failed")
        else:
            yield from _of_scenario(what, old[key], new[key])
            yield from _of_evidence(what, (before, old[key]), (after, new[key]))


def _records(pack: Pack) -> dict[Key, Plain]:
    return {key_of(one): one for one in pack.results["scenarios"]}


def _ended(record: Plain) -> str:
    return f"{record['outcome']} ({record['reason']})" if record["reason"] else str(record["outcome"])


def _of_scenario(what: str, old: Plain, new: Plain) -> Iterator[Difference]:
    if (old["outcome"], old["reason"]) != (new["outcome"], new["reason"]):
        is_worse = BEST_FIRST.index(new["outcome"]) > BEST_FIRST.index(old["outcome"])
        yield Difference("scenarios", what, _ended(old), _ended(new), is_worse)
    if old["seen"] != new["seen"]:
        texts = in_words(old["seen"]), in_words(new["seen"])
        is_worse = not set(old["seen"]) <= set(new["seen"])
        yield Difference("scenarios", f"{what}, seen of the integration", *texts, is_worse)
    for key in sorted((old.keys() | new.keys()) - _SAID):
        if old.get(key) != new.get(key):
            yield Difference("scenarios", f"{what}, {key}", in_words(old.get(key)), in_words(new.get(key)))
    yield from _of_steps(what, old, new)


def _of_steps(what: str, old: Plain, new: Plain) -> Iterator[Difference]:
    texts_before, texts_after = (
        [f"{one['keyword']} {one['text']}" for one in record["steps"]] for record in (old, new)
    )
    if texts_before == texts_after:
        for text, was, now in zip(texts_after, old["steps"], new["steps"], strict=True):
            if was["outcome"] != now["outcome"]:
                is_worse = BEST_FIRST.index(now["outcome"]) > BEST_FIRST.index(was["outcome"])
                yield Difference("steps", f"{what}: {text}", was["outcome"], now["outcome"], is_worse)
        return
    gone, added = Counter(texts_before) - Counter(texts_after), Counter(texts_after) - Counter(texts_before)
    for text in gone.elements():
        yield Difference("steps", f"{what}, a step", text, "")
    for text in added.elements():
        yield Difference("steps", f"{what}, a step", "", text)
    if not gone and not added:
        yield Difference("steps", f"{what}, order of steps", "; ".join(texts_before), "; ".join(texts_after))


def _of_evidence(what: str, before: tuple[Pack, Plain], after: tuple[Pack, Plain]) -> Iterator[Difference]:
    """Yield in how many entries and pictures a scenario's evidence differs."""
    old, new = ([pack.evidence(name) for name in record["evidence"]] for pack, record in (before, after))
    if old == new:
        return
    if not old or not new:
        yield Difference("evidence", what, "there" if old else "", "there" if new else "", is_worse=not new)
        return
    parts = []
    for noun, said in (("entries", _entries), ("pictures", _pictures)):
        was, now = Counter(said(old)), Counter(said(new))
        if was != now:
            count = max((was - now).total(), (now - was).total())
            parts.append(f"{count} of {max(was.total(), now.total())} {noun} differ")
    texts = ", ".join(parts) or "its order, or what is said of the failure, differs"
    yield Difference("evidence", what, f"{sum(1 for _ in _entries(old))} entries", texts)


def _entries(evidence: list[dict[str, Any]]) -> Iterator[str]:
    for one in evidence:
        for step in one["steps"]:
            yield from map(canonical.dumps, step["entries"])
        yield from map(canonical.dumps, one.get("after", []))


def _pictures(evidence: list[dict[str, Any]]) -> Iterator[str]:
    for one in evidence:
        for step in one["steps"]:
            yield from (picture["file"] for picture in step.get("pictures", []))
