"""What a scenario of a pack is called, and what tells it from all others."""

from collections.abc import Mapping
from typing import Any

Key = tuple[str, str, tuple[str, ...], str]
"""Feature, name, row and world."""


def key_of(record: Mapping[str, Any]) -> Key:
    """Return what tells a scenario in a world from all others."""
    return (record["feature"], record["name"], tuple(record["row"]), record["world"])


def full_name(record: Mapping[str, Any]) -> str:
    """Return what the attestation calls a scenario in a world."""
    return f"{record['feature']}: {title_of(record)} ({record['world']})"


def title_of(record: Mapping[str, Any]) -> str:
    """Return a scenario's name, with the row of an outline."""
    return f"{record['name']} [{' | '.join(record['row'])}]" if record["row"] else str(record["name"])
