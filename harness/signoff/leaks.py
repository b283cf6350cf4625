"""What becomes of a secret that stands in what is to be a pack: it is found before anything is signed, taken out, and told."""

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from harness.evidence.scan import find, find_in_text
from harness.redaction import MASK
from harness.signoff.pack import canonical
from harness.signoff.pack.layout import EVIDENCE


def remove_leaks(pack: Path, secrets: Collection[str]) -> list[str]:
    """Remove every file of ``pack`` in which something secret stands, and return a finding for each place.

    Where a file cannot be named without telling the secret, all the evidence goes.
    """
    found = find(pack, secrets)
    for file in {leak.file for leak in found}:
        if (pack / file).is_file():
            (pack / file).unlink()
        else:
            shutil.rmtree(pack / EVIDENCE, ignore_errors=True)
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
    match data:
        case str():
            return MASK if find_in_text("", data, secrets) else data
        case Mapping():
            return {key: without_secrets(value, secrets) for key, value in data.items()}
        case list() | tuple():
            return [without_secrets(one, secrets) for one in data]
        case _:
            return data
