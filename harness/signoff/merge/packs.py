"""Packs joined into a new one."""

import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.errors import CannotMerge, NotWhole
from harness.signoff.clauses import load_all
from harness.signoff.inventory import declared
from harness.signoff.merge.attestation import Merger, run_of
from harness.signoff.merge.joined import Yardstick, results_of
from harness.signoff.merge.origins import Origin, Part, in_order
from harness.signoff.merge.records import Kept, joined, looked_at
from harness.signoff.pack import canonical
from harness.signoff.pack.attestation import statement
from harness.signoff.pack.changes import Renderer
from harness.signoff.pack.layout import ATTESTATION, EVIDENCE, MANIFEST, RESULTS, TIMES, prepare
from harness.signoff.pack.manifest import digests, manifest
from harness.signoff.pack.names import key_of
from harness.signoff.pack.pack import Pack, read
from harness.signoff.pack.tree import listing
from harness.signoff.pack.verify import problems
from harness.signoff.writing import feature_digests

FEWEST = 2
MOST_NAMED = 5
Sources = tuple[Mapping[str, str], Mapping[str, str]]
"""The digests of features and of clauses."""


def of_this_harness() -> Yardstick:
    """Return the clauses and features that this harness has."""
    return Yardstick(load_all(), declared(), feature_digests())


def merge(
    out: Path, folders: Sequence[Path], yardstick: Yardstick, merger: Merger, renderer: Renderer
) -> dict[str, Any]:
    """Join the packs in ``folders`` into a new pack in ``out``, and return its results.

    Raises ``NotWhole`` for a pack that is not as it was signed, ``CannotMerge`` for packs that do not belong together,
    ``NoPack`` where there is none, or where ``out`` holds other files.
    """
    parts = [Part.of(pack) for pack in _packs(out, folders, renderer)]
    origins = in_order(parts)
    if len(origins) < FEWEST:
        raise CannotMerge("these are one and the same pack; name two different ones")
    _refuse_unlike([part.pack for part in parts], yardstick)
    kept = joined(parts, origins)
    results = results_of(parts, origins, kept, yardstick)
    evidence = _evidence(kept)
    prepare(out)
    for name, path in evidence.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, out / name)
    _write(out, RESULTS, results)
    _write(out, TIMES, _times(parts, kept))
    sources = parts[0].pack.manifest["features"], parts[0].pack.manifest["clauses"]
    _attest(out, results, sources, run_of(origins, merger, looked_at(kept)), origins)
    views = [name for name in renderer.views if all((one / name).exists() for one in folders)]
    _render(out, sources, views, renderer)
    return results


def _attest(
    out: Path, results: Mapping[str, Any], sources: Sources, run: Mapping[str, Any], origins: Sequence[Origin]
) -> None:
    """Write the attestation of what lies in ``out``."""
    files = listing(out).files
    runs = [{**one.run, "name": one.name} for one in origins]
    _write(out, ATTESTATION, statement(results, files[RESULTS], digests(files, *sources), run, runs))


def _render(out: Path, sources: Sources, views: Collection[str], renderer: Renderer) -> None:
    """Write the views, and the manifest at the end."""
    for name, content in renderer.render(read(out), views).items():
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes(content)
    rendered = {"on": renderer.today.isoformat(), "by": renderer.version}
    _write(out, MANIFEST, {**manifest(out, *sources), "rendered": rendered})


def _packs(out: Path, folders: Sequence[Path], renderer: Renderer) -> list[Pack]:
    for folder in folders:
        if out.resolve() == folder.resolve() or out.resolve() in folder.resolve().parents:
            raise CannotMerge(f"{out}: the merged pack would take the place of {folder}; name another folder")
        if folder.resolve() in out.resolve().parents:
            raise CannotMerge(f"{out}: this lies inside of the pack {folder}; name another folder")
        if lines := problems(folder, renderer.views, renderer.version):
            raise NotWhole(folder, lines)
    return [read(one) for one in folders]


def _refuse_unlike(packs: Sequence[Pack], yardstick: Yardstick) -> None:
    """Refuse packs that are not about the same: features and clauses of each other, and of this harness."""
    first = packs[0]
    for pack in packs[1:]:
        for group in ("features", "clauses"):
            if names := _differing(first.manifest[group], pack.manifest[group]):
                raise CannotMerge(
                    f"{first.folder} and {pack.folder} are made of other {group}: {_in_words(names)}"
                )
    theirs = {name.removeprefix("features/"): one for name, one in first.manifest["features"].items()}
    if names := _differing(theirs, yardstick.features):
        raise CannotMerge(
            f"{first.folder} is made of other features than this harness has: {_in_words(names)}{_HELP}"
        )
    known = {one["id"]: one["says"] for chapter in first.results["documents"] for one in chapter["clauses"]}
    mine = {one.id: one.says for document in yardstick.documents for one in document.clauses}
    if names := _differing(known, mine):
        raise CannotMerge(
            f"{first.folder} is about other clauses than this harness has: {_in_words(names)}{_HELP}"
        )


_HELP = "; merge with the version that made the packs (commit in attestation.json)"


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _in_words(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _evidence(kept: Sequence[Kept]) -> dict[str, Path]:
    """Return what the kept records name, by its name and where it lies now; equal pictures have one name."""
    found: dict[str, Path] = {}
    digests_of: dict[str, str] = {}
    for one in kept:
        pack = one.part.pack
        for name in one.record["evidence"]:
            for file in (name, *_named_in(pack.evidence(name))):
                digest = pack.manifest["files"][file]
                if digests_of.setdefault(file, digest) != digest:
                    raise CannotMerge(f"{pack.folder}/{file}: two scenarios have evidence of this name")
                found[file] = pack.folder / file
    return found


def _named_in(evidence: Mapping[str, Any]) -> list[str]:
    pictures = [one["file"] for step in evidence["steps"] for one in step.get("pictures", [])]
    return [one for one in [*pictures, *evidence.get("traces", [])] if one.startswith(f"{EVIDENCE}/")]


def _times(parts: Sequence[Part], kept: Sequence[Kept]) -> dict[str, Any]:
    """Return how long everything took: the packs' times together, and each scenario as in the pack it was taken from."""
    times = [part.pack.times for part in parts]
    worlds = sorted({world for one in times for world in one["worlds"]})
    of_part = {id(part): {key_of(one): one for one in part.pack.times["scenarios"]} for part in parts}
    found = ((of_part[id(one.part)], key_of(one.record)) for one in kept)
    return {
        "format": 1,
        "seconds": round(sum(one["seconds"] for one in times), 6),
        "worlds": {world: round(sum(one["worlds"].get(world, 0) for one in times), 6) for world in worlds},
        "scenarios": [known[key] for known, key in found if key in known],
    }


def _write(out: Path, name: str, data: Mapping[str, Any]) -> None:
    (out / name).write_text(canonical.dumps(data), encoding="utf-8")
