"""The records of several packs joined: each scenario once a world, with what every pack said of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.signoff.merge.origins import Origin, Part, labels
from harness.signoff.pack.names import Key, full_name, key_of
from harness.signoff.pack.systems import REAL
from harness.worlds.registry import RUNNING_COMMANDS

WORST_FIRST = ("failed", "passed", "not run")
"""Which of several outcomes counts. "Not run" is none: that pack did not look."""
Plain = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """A record of the merged pack, and the part that it and its evidence come from."""

    record: Plain
    part: Part


@dataclass(frozen=True)
class _Candidate:
    record: Plain
    part: Part
    told: Mapping[int, str]
    """Index of an origin → the outcome that it had there."""
    origin: int


def joined(parts: Sequence[Part], origins: Sequence[Origin]) -> list[Kept]:
    """Return each scenario once a world, sorted.

    Of several records the one with the worst outcome is kept, of real systems the latest, else that of the first origin.
    Only what each of those with that outcome has ``seen`` of the integration counts as seen.
    """
    of_key: dict[Key, list[_Candidate]] = {}
    for candidate in _candidates(parts, origins):
        of_key.setdefault(key_of(candidate.record), []).append(candidate)
    return [_kept(of_key[key], origins) for key in sorted(of_key)]


def _candidates(parts: Sequence[Part], origins: Sequence[Origin]) -> Iterator[_Candidate]:
    place = {origin: index for index, origin in enumerate(origins)}
    for part in parts:
        mine = [place[one] for one in part.origins]
        for record in part.pack.results["scenarios"]:
            told = {mine[one["origin"]]: one["outcome"] for one in record.get("origins", [])}
            origin = mine[record.get("origin") or 0]
            yield _Candidate(record, part, told or {origin: record["outcome"]}, origin)


def _kept(candidates: Sequence[_Candidate], origins: Sequence[Origin]) -> Kept:
    def rank(one: _Candidate) -> tuple[int, float, int]:
        is_real = one.part.pack.results["systems"].get(one.record["world"]) == REAL
        age = -origins[one.origin].ended if is_real else 0.0
        return (WORST_FIRST.index(one.record["outcome"]), age, one.origin)

    chosen = min(candidates, key=rank)
    alike = [one.record["seen"] for one in candidates if one.record["outcome"] == chosen.record["outcome"]]
    told = {origin: outcome for one in candidates for origin, outcome in one.told.items()}
    return Kept(
        {
            **chosen.record,
            "seen": [one for one in chosen.record["seen"] if all(one in seen for seen in alike)],
            "origin": chosen.origin,
            "origins": [{"origin": one, "outcome": told[one]} for one in sorted(told)],
        },
        chosen.part,
    )


def discrepancies(kept: Sequence[Kept], origins: Sequence[Origin]) -> list[str]:
    """Return what the packs say differently: of a scenario, or of what a world was run with."""
    names = labels(origins)
    return sorted([*_of_scenarios(kept, names), *_of_worlds(origins, names, looked_at(kept))])


def looked_at(kept: Sequence[Kept]) -> set[tuple[int, str]]:
    """Return the index of each origin with the worlds in which it ran something."""
    return {
        (told["origin"], one.record["world"])
        for one in kept
        for told in one.record["origins"]
        if told["outcome"] != "not run"
    }


def _of_scenarios(kept: Sequence[Kept], names: Sequence[str]) -> Iterator[str]:
    for record in (one.record for one in kept):
        said: dict[str, list[str]] = {"passed": [], "failed": [], "not run": []}
        for told in record["origins"]:
            said[told["outcome"]].append(names[told["origin"]])
        if said["passed"] and said["failed"]:
            yield (
                f"{full_name(record)}: "
                f"passed in {', '.join(said['passed'])}, failed in {', '.join(said['failed'])}"
            )


def _of_worlds(
    origins: Sequence[Origin], names: Sequence[str], ran: Collection[tuple[int, str]]
) -> Iterator[str]:
    """Yield worlds that were run with different things, by those that did run something there."""
    for world in sorted({world for one in origins for world in one.run.get("systems", {})}):
        systems: dict[str, list[str]] = {}
        integrations: dict[str, list[str]] = {}
        for index, (origin, name) in enumerate(zip(origins, names, strict=True)):
            if (index, world) in ran and world in origin.run.get("systems", {}):
                systems.setdefault(origin.run["systems"][world], []).append(name)
                integrations.setdefault(_integration(origin.run), []).append(name)
        if len(systems) > 1:
            yield f"the {world} world was run against different systems: {_in_words(systems)}"
        if len(integrations) > 1 and world in RUNNING_COMMANDS:
            yield f"the {world} world was run with different integrations: {_in_words(integrations)}"


def _integration(run: Mapping[str, Any]) -> str:
    found = run.get("integration", {})
    digest = found.get("digest") or ""
    return f"{found.get('command') or 'one without a name'}{f' ({digest[:16]})' if digest else ''}"


def _in_words(found: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{one} in {', '.join(names)}" for one, names in sorted(found.items()))
