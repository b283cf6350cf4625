"""What has become of a pack's files since its manifest was written."""

from collections.abc import Mapping

from harness.signoff.pack.layout import MANIFEST
from harness.signoff.pack.manifest import digests
from harness.signoff.pack.shapes import Manifest
from harness.signoff.pack.tree import Listing


def alterations(found: Listing, manifest: Manifest) -> list[str]:
    """Return a line for each file that is altered, missing, added, renamed or swapped, the manifest's own sums too."""
    there, signed = found.files, manifest.files
    missing = sorted(signed.keys() - there.keys())
    added = sorted(there.keys() - signed.keys())
    lines: list[str] = []
    for name in added:
        old = _first(missing, signed, there[name])
        if old:
            missing.remove(old)
            lines.append(f"{name}: renamed from {old}")
        else:
            lines.append(f"{name}: added, the manifest does not know it")
    lines += [f"{name}: missing{_instead(name, found)}" for name in missing]
    altered = sorted(name for name in there.keys() & signed.keys() if there[name] != signed[name])
    lines += [f"{name}: {_how(name, altered, there, signed)}" for name in altered]
    return sorted(lines) + _sums(manifest)


def _how(name: str, altered: list[str], there: Mapping[str, str], signed: Mapping[str, str]) -> str:
    """Say how a file was altered: its bytes may be those of another."""
    others = [one for one in altered if one != name and signed[one] == there[name]]
    swapped = [one for one in others if there[one] == signed[name]]
    if swapped:
        return f"swapped with {swapped[0]}"
    whose = others or sorted(one for one in signed if signed[one] == there[name])
    return f"altered, it holds what stood in {whose[0]}" if whose else "altered"


def _first(names: list[str], signed: Mapping[str, str], digest: str) -> str:
    return next((name for name in names if signed[name] == digest), "")


def _instead(name: str, found: Listing) -> str:
    return ", a folder stands in its place" if name in found.folders else ""


def _sums(manifest: Manifest) -> list[str]:
    """Return which of the manifest's digests are not those of what it lists."""
    right = digests(manifest.files, manifest.features, manifest.clauses)
    wrong = [
        name
        for name in sorted(right.keys() | manifest.digests.keys())
        if right.get(name) != manifest.digests.get(name)
    ]
    return [f"{MANIFEST}: its digests do not add up: {', '.join(wrong)}"] if wrong else []
