"""What may be added to a pack that is whole: an approval, a signature. Everything else about it stays as it is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from harness.errors import NotWhole
from harness.signoff.pack import canonical
from harness.signoff.pack.approvals import Asked, approval_of, path_of
from harness.signoff.pack.layout import ALLURE, ATTESTATION, MANIFEST
from harness.signoff.pack.manifest import digests, sha256
from harness.signoff.pack.pack import Pack, read
from harness.signoff.pack.rendering import Renderers, rendered
from harness.signoff.pack.signatures import SUFFIX
from harness.signoff.pack.staging import change, finish, only_one
from harness.signoff.pack.tree import listing
from harness.signoff.pack.verify import problems

Signer = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Renderer:
    """What renders a pack's views: the table of them, the version of the harness, and the day for which they are true."""

    views: Renderers
    version: str
    today: date

    def render(self, pack: Pack, names: Collection[str] | None = None) -> dict[str, bytes]:
        """Return path → content of the views called ``names``, by default of those that the pack has."""
        wanted = [name for name in self.views if (pack.folder / name).exists()] if names is None else names
        return rendered(self.views, pack, self.today, wanted)


def approve(
    folder: Path, asked: Asked, at: datetime, renderer: Renderer, sign: Signer | None = None
) -> dict[str, Any]:
    """Add an approval to the pack in ``folder``, and return it.

    Raises ``NotWhole`` for a pack that is not as it was signed, ``NoPack`` where there is none, ``BadApproval`` when a run is to be
    approved that failed, did not test everything, or has live evidence that is stale. An approval that was cut short before is ended first, and not given twice.
    """
    with only_one(folder):
        was_cut_short = finish(folder)
        pack = _whole(folder, renderer)
        if was_cut_short and pack.approvals and asked.is_the_same_as(pack.approvals[-1]):
            return pack.approvals[-1]
        approval = approval_of(pack, asked, at)
        text = canonical.dumps(approval).encode()
        name = path_of(approval["number"])
        files = {name: text}
        if sign is not None:
            files[name + SUFFIX] = sign(text)
        files |= renderer.render(replace(pack, approvals=(*pack.approvals, approval)))
        _add(pack, files, renderer)
        return approval


def sign_attestation(folder: Path, sign: Signer, renderer: Renderer) -> None:
    """Put a signature of the attestation beside it. Raises as ``approve`` does."""
    with only_one(folder):
        finish(folder)
        pack = _whole(folder, renderer)
        signature = sign((folder / ATTESTATION).read_bytes())
        _add(pack, {ATTESTATION + SUFFIX: signature} | renderer.render(pack), renderer)


def _whole(folder: Path, renderer: Renderer) -> Pack:
    if lines := problems(folder, renderer.views, renderer.version):
        raise NotWhole(folder, lines)
    return read(folder)


def _is_gone(name: str, files: Collection[str]) -> bool:
    """Say whether a file of a view that is a folder is none any more: ``files`` have the view, and not this one."""
    view = f"{ALLURE}/"
    return name.startswith(view) and name not in files and any(one.startswith(view) for one in files)


def _add(pack: Pack, files: dict[str, bytes], renderer: Renderer) -> None:
    """Put ``files`` into the pack, and the manifest that knows them."""
    there = {name: one for name, one in listing(pack.folder).files.items() if not _is_gone(name, files)}
    known = there | {name: sha256(content) for name, content in files.items()}
    manifest = {
        **pack.manifest,
        "files": known,
        "digests": digests(known, pack.manifest["features"], pack.manifest["clauses"]),
        "rendered": {"on": renderer.today.isoformat(), "by": renderer.version},
    }
    change(pack.folder, files | {MANIFEST: canonical.dumps(manifest).encode()})
