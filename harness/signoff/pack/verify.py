"""Whether a pack is whole, unaltered, and of one mind. A pack is not trusted: whatever is wrong becomes a line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from harness.errors import NoPack
from harness.signoff.pack.agreement import contradictions, evidence_faults, unlike_manifest, unlike_results
from harness.signoff.pack.alterations import alterations
from harness.signoff.pack.approvals import chain_faults
from harness.signoff.pack.documents import examine, in_one_line
from harness.signoff.pack.layout import ATTESTATION, EVIDENCE, MANIFEST, RESULTS, STAGED, TIMES, is_pack
from harness.signoff.pack.manifest import sha256
from harness.signoff.pack.pack import Pack, read
from harness.signoff.pack.shapes import Attestation, Evidence, Manifest, Results, Times
from harness.signoff.pack.tree import Listing, listing

Renderers = Mapping[str, Callable[[Pack, date], str]]
"""File name → what renders it, for a day: ``harness.signoff.views.VIEWS``."""
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


def problems(folder: Path, views: Renderers | None = None, version: str = "") -> list[str]:
    """Return what is wrong with the pack in ``folder``, a line each that begins with a file's name; none if it is whole.

    Views are rendered anew and compared where the pack says that this very ``version`` of the harness rendered them.
    """
    if not is_pack(folder):
        return [f"{folder}: there is no sign-off pack here"]
    look = _Look(folder, listing(folder))
    look.lines += look.found.problems
    if look.found.is_cut_short:
        look.lines.append(f"{STAGED}: an approval or a signature was cut short; give the same command again")
    manifest = _manifest(look)
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
    if attestation is not None and results is not None:
        look.lines += unlike_results(attestation, results)
    if attestation is not None and manifest is not None:
        look.lines += unlike_manifest(attestation, manifest)
    look.lines += chain_faults(folder, look.found.files)
    if not look.lines and manifest is not None:
        look.lines += _views(folder, manifest, views or {}, version)
    return in_one_line(dict.fromkeys(look.lines))


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


def _views(folder: Path, manifest: Manifest, views: Renderers, version: str) -> list[str]:
    """Return the views that do not show what the pack says, as far as this harness can know what they should be."""
    if manifest.rendered is None or not version or manifest.rendered.by != version:
        return []
    try:
        day = date.fromisoformat(manifest.rendered.on)
    except ValueError:
        return [f"{MANIFEST}: its views were rendered on {manifest.rendered.on!r}, which is no date"]
    try:
        pack = read(folder)
    except NoPack as error:
        return [str(error)]
    return [
        f"{name}: not what the pack's data show"
        for name, render in views.items()
        if name in manifest.files and sha256(render(pack, day).encode()) != manifest.files[name]
    ]
