"""Several files of a pack changed as one: prepared aside, then moved. What is cut off in between is gone or can be ended."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.errors import NoPack
from harness.signoff.pack.documents import examine
from harness.signoff.pack.layout import ALLURE, MANIFEST, MARKER, STAGED, is_pack
from harness.signoff.pack.shapes import Manifest
from harness.signoff.pack.tree import listing


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Let nobody else change the pack in ``folder``, on this machine; ``NoPack`` when somebody just does."""
    if not is_pack(folder):
        raise NoPack(f"{folder}: there is no sign-off pack here (pytest --signoff {folder} makes one)")
    with (folder / MARKER).open("rb") as marker:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NoPack(f"{folder}: somebody else is changing this pack; try again in a moment") from None
        yield  # closing the file gives it free, as does the end of the process, however it ends


def change(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put ``files`` (path → content), the new manifest among them, into the pack in ``folder``."""
    stage(folder, files)
    finish(folder)


def stage(folder: Path, files: Mapping[str, bytes]) -> None:
    """Prepare a change beside the pack's files. Its manifest comes last: with it, the change is one that counts."""
    shutil.rmtree(folder / STAGED, ignore_errors=True)
    for name in sorted(files, key=lambda one: one == MANIFEST):
        path = folder / STAGED / name
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.part")
        with partial.open("wb") as file:
            file.write(files[name])
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)


def finish(folder: Path) -> bool:
    """End a change that was prepared, and say whether there was one; what was prepared in part only is removed."""
    staged = folder / STAGED
    if staged.is_symlink() or staged.is_file():
        staged.unlink()  # nothing of ours
    if not staged.is_dir():
        return False
    is_complete = (staged / MANIFEST).is_file() and not (staged / MANIFEST).is_symlink()
    if is_complete:
        _remove_old_views(staged, folder)
        for name in [*listing(staged).files, MANIFEST]:
            _move(staged, folder, name)
    shutil.rmtree(staged, ignore_errors=True)
    return is_complete


def _remove_old_views(staged: Path, folder: Path) -> None:
    """Remove what the new manifest has no more of a view that is a folder; the same again where it was cut off."""
    manifest, _ = examine(staged, MANIFEST, Manifest)
    there = listing(folder).files if manifest is not None and (folder / ALLURE).is_dir() else {}
    for name in there:
        if name.startswith(f"{ALLURE}/") and manifest is not None and name not in manifest.files:
            (folder / name).unlink()


def _move(staged: Path, folder: Path, name: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        raise NoPack(f"{path.parent} leads out of the pack; remove it")
    (staged / name).replace(path)
