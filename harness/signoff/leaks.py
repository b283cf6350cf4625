"""What becomes of a secret that stands in what is to be a pack: it is found before anything is signed, taken out, and told."""

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from harness.evidence.scan import find, find_in_text
from harness.redaction import MASK
from harness.signoff.pack import canonical
from harness.signoff.pack.layout import EVIDENCE, empty


def remove_leaks(pack: Path, secrets: Collection[str]) -> list[str]:
    """Remove every file of ``pack`` in which something secret stands, and return a finding for each place.

    A file that cannot be named without telling the secret cannot be picked out: then all evidence goes, and if that is not
    enough, all that is in the pack.
    """
    found = find(pack, secrets)
    for file in {leak.file for leak in found}:
        if (pack / file).is_file():
            (pack / file).unlink()
        else:
            shutil.rmtree(pack / EVIDENCE, ignore_errors=True)
    if found and find(pack, secrets):
        empty(pack)
    return [f"a secret stood in {leak}; the file was removed" for leak in found]


def leaks_in_data(files: Mapping[str, Any], secrets: Collection[str]) -> list[str]:
    """Return a finding for each place in what is to be written, by file name, in which something secret stands."""
    return [
        f"a secret was to be written into {leak}; it was taken out"
        for name, data in files.items()
        for leak in find_in_text(name, canonical.dumps(data), secrets)
    ]


def without_secrets(data: Any, secrets: Collection[str]) -> Any:
    """Return plain JSON values with every text masked in which something secret stands."""
    if isinstance(data, Mapping | list | tuple) and not find_in_text("", canonical.compact(data), secrets):
        return data  # most of it: each look costs the making ready of all secrets
    match data:
        case str():
            return MASK if find_in_text("", data, secrets) else data
        case Mapping():
            return {key: without_secrets(value, secrets) for key, value in data.items()}
        case list() | tuple():
            return [without_secrets(one, secrets) for one in data]
        case _:
            return data
