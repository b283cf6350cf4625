"""How much the generated tests generate: what pays every day or, with ``LONG_TESTS`` set, all of it (``make test-long``)."""

import os

LONG = bool(os.environ.get("LONG_TESTS"))


def sized(short: int, long: int) -> int:
    """Return how much to generate: ``short`` every day, ``long`` with ``LONG_TESTS``."""
    return long if LONG else short
