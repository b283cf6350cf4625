"""What things in a pack are called: a scenario, which is told from all others by its key, its kind, a clause's subject."""

from collections.abc import Mapping
from typing import Any

Key = tuple[str, str, tuple[str, ...], str]
"""Feature, name, row and world."""
KINDS = {
    "skipped": "skipped by hand",
    "not covered": "the integration is not asked for it",
    "needs": "its world cannot run it",
    "undefined": "a step has no definition",
    "ambiguous": "a step has more than one definition",
    "crashed": "the process that ran it died",
    "teardown": "it failed when the scenario was over",
}
"""What a record's kind means to people; most have none."""
SUBJECTS = {"integration": "your integration", "systems": "our model of the vendors"}
"""What a clause's subject means to people."""


def key_of(record: Mapping[str, Any]) -> Key:
    """Return what tells a scenario in a world from all others."""
    return (record["feature"], record["name"], tuple(record["row"]), record["world"])


def full_name(record: Mapping[str, Any]) -> str:
    """Return what the attestation calls a scenario in a world."""
    return f"{record['feature']}: {title_of(record)} ({record['world']})"


def title_of(record: Mapping[str, Any]) -> str:
    """Return a scenario's name, with the row of an outline."""
    return (
        f"{record['name']} [{' | '.join(map(str, record['row']))}]" if record["row"] else str(record["name"])
    )
