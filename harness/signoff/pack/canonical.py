"""One way of writing JSON: the same data give the same bytes."""

import json
from typing import Any


def dumps(data: Any) -> str:
    """Return ``data`` as JSON text, with sorted keys and a line break at the end."""
    return json.dumps(data, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def compact(data: Any) -> str:
    """Return ``data`` as JSON text on one line: for evidence, of which there are hundreds of files."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False, sort_keys=True) + "\n"


def is_canonical(text: str, data: Any) -> bool:
    """Say whether ``text`` is what either of the two writes of ``data``."""
    return text in {dumps(data), compact(data)}
