"""One way of writing JSON: the same data give the same bytes."""

import json
from typing import Any


def dumps(data: Any) -> str:
    """Return ``data`` as JSON text, with sorted keys and a line break at the end."""
    return json.dumps(data, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def is_canonical(text: str) -> bool:
    """Say whether ``text`` is what ``dumps`` writes; a text that is no JSON is not."""
    try:
        return dumps(json.loads(text)) == text
    except ValueError:
        return False
