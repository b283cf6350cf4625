"""Whether a pack is whole, unaltered, and of one mind. A pack is not trusted: whatever is wrong becomes a line."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from harness.errors import NoPack
from harness.signoff.pack.agreement import (
    contradictions,
    evidence_faults,
    unlike_declared,
    unlike_manifest,
    unlike_results,
)
from harness.signoff.pack.alterations import alterations
from harness.signoff.pack.approvals import chain_faults
from harness.signoff.pack.documents import examine, in_one_line
from harness.signoff.pack.layout import ATTESTATION, EVIDENCE, MANIFEST, RESULTS, STAGED, TIMES, is_pack
from harness.signoff.pack.pack import read
from harness.signoff.pack.parts import strangers
from harness.signoff.pack.rendering import Compared, Renderers, compare
from harness.signoff.pack.shapes import Attestation, Evidence, Manifest, Results, Times
from harness.signoff.pack.tree import Listing, listing

Model = TypeVar("Model", bound=BaseModel)


@dataclass
class _Look:
    """What was seen of a pack so far."""

    folder: Path
    found: Listing
    lines: list[str] = field(default_factory=list)

    def examine(self, name: str, shape: type[Model]) -> Model | None:
        """Read a file of the pack, noting what is wrong with it; ``None`` where that cannot be."""
        if name != MANIFEST and name not in self.found.files:
            return None
        model, faults = examine(self.folder, name, shape)
        self.lines += faults
        return model


@dataclass(frozen=True)
class Verified:
    """What is wrong with a pack, a line each that begins with a file's name, and what came of comparing its views."""

    problems: list[str]
    views: Compared = field(default_factory=Compared)


def problems(folder: Path, views: Renderers | None = None, version: str = "") -> list[str]:
    """Return what is wrong with the pack in ``folder``, a line each that begins with a file's name; none if it is whole."""
    return verified(folder, views, version).problems


def verified(folder: Path, views: Renderers | None = None, version: str = "") -> Verified:
    """Look at the pack in ``folder``. Where nothing else is wrong, its ``views`` are rendered anew and compared.

    Without a table of views they are taken as they are. ``version`` is that of this harness.
    """
    if not is_pack(folder):
        return Verified([f"{folder}: there is no sign-off pack here"])
    look = _Look(folder, listing(folder))
    manifest = _whole_data(look)
    compared = Compared()
    if not look.lines and manifest is not None and views is not None:
        try:
            compared = compare(read(folder), manifest, views, version)
        except NoPack as error:
            look.lines.append(str(error))
    return Verified(in_one_line(dict.fromkeys(look.lines + compared.faults)), compared)


def _whole_data(look: _Look) -> Manifest | None:
    """Hold all that is not rendered against the rest of the pack, and return its manifest."""
    look.lines += look.found.problems
    if look.found.is_cut_short:
        look.lines.append(f"{STAGED}: an approval or a signature was cut short; give the same command again")
    manifest = _manifest(look)
    look.lines += strangers(look.found, manifest)
    results = look.examine(RESULTS, Results)
    attestation = look.examine(ATTESTATION, Attestation)
    look.examine(TIMES, Times)
    look.lines += [
        f"{name}: missing"
        for name in (RESULTS, ATTESTATION, TIMES)
        if name not in look.found.files and (manifest is None or name not in manifest.files)
    ]
    if results is not None:
        look.lines += contradictions(results)
        look.lines += evidence_faults(results, _evidence(look), look.found.files)
    if results is not None and manifest is not None:
        look.lines += unlike_declared(results, manifest)
    if attestation is not None and results is not None:
        look.lines += unlike_results(attestation, results)
    if attestation is not None and manifest is not None:
        look.lines += unlike_manifest(attestation, manifest)
    look.lines += chain_faults(look.folder, look.found.files)
    return manifest


def _manifest(look: _Look) -> Manifest | None:
    if not (look.folder / MANIFEST).is_file():
        look.lines.append(f"{MANIFEST}: missing; the run that was to write it did not come to its end")
        return None
    manifest = look.examine(MANIFEST, Manifest)
    if manifest is not None:
        look.lines += alterations(look.found, manifest)
    return manifest


def _evidence(look: _Look) -> dict[str, Evidence | None]:
    names = [one for one in look.found.files if one.startswith(f"{EVIDENCE}/") and one.endswith(".json")]
    return {name: look.examine(name, Evidence) for name in names}
