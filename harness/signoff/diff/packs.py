"""Two packs compared."""

from collections.abc import Iterator

from harness.signoff.diff.clauses import of_clauses, of_the_verdict
from harness.signoff.diff.difference import Difference, of_mappings, worst_first
from harness.signoff.diff.scenarios import of_scenarios
from harness.signoff.pack.layout import EVIDENCE, RESULTS
from harness.signoff.pack.pack import Pack

_COMPARED = {"verdict", "complete", "counts", "documents", "scenarios", "findings", "lost", "stale_clauses"}
"""What of the results is compared piece by piece; ``lost`` and ``discrepancies`` are findings, counts follow from scenarios."""
_WHERE_FROM = {"origins", "discrepancies"}


def compare(before: Pack, after: Pack) -> list[Difference]:
    """Return what is different between two packs that are whole, what is for the worse first; times are not compared."""
    found = [
        *of_the_verdict(before, after),
        *of_clauses(before, after),
        *of_scenarios(before, after),
        *_of_sources(before, after),
        *_of_the_run(before, after),
    ]
    return worst_first(found or _of_the_rest(before, after))


def _of_sources(before: Pack, after: Pack) -> Iterator[Difference]:
    for name in ("features", "clauses"):
        old, new = before.manifest[name], after.manifest[name]
        what = "" if name == "features" else "the clause "
        yield from of_mappings("sources", what, old, new, as_text=False)


def _of_the_run(before: Pack, after: Pack) -> Iterator[Difference]:
    """Yield how the integration, the systems, the worlds and what ran them differ."""
    plain = [
        {key: value for key, value in one.results.items() if key not in _COMPARED | _WHERE_FROM}
        for one in (before, after)
    ]
    yield from of_mappings("run", "", *plain)
    for key in ("integration", "environment", "systems"):
        old, new = (one.run.get(key) or {} for one in (before, after))
        yield from of_mappings("run", f"{key}, ", old, new)
    seeds = [{"seed": one.run.get("seed")} for one in (before, after)]
    yield from of_mappings("run", "", *seeds)


def _of_the_rest(before: Pack, after: Pack) -> list[Difference]:
    """Return that something differs of which nothing is known here: never "the same" for packs that are not."""
    parts = {"results": RESULTS, "evidence": f"{EVIDENCE}/"}
    old, new = before.manifest["digests"], after.manifest["digests"]
    return [
        Difference("evidence" if name == "evidence" else "run", path, old[name][:16], new[name][:16])
        for name, path in parts.items()
        if old[name] != new[name]
    ]
