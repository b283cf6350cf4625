"""What to say to a name that no mutant has."""

import difflib
from collections.abc import Iterable


def explain(name: str, known: Iterable[str]) -> str:
    """Return that there is no such mutant, and the nearest that there is."""
    near = difflib.get_close_matches(name, list(known), n=3)
    hint = f"; nearest: {', '.join(near)}" if near else ""
    return f"there is no mutant {name!r}{hint} (--list names all)"
