"""What an integration may say that it can or cannot do: what it cannot is shown as not covered, never as passed.

``--without`` takes away what the contract asks of everybody, ``--with`` adds what goes beyond version 1 of it
(docs/integration-contract.md).
"""

from collections.abc import Iterable, Mapping

ASKED: Mapping[str, str] = {
    "crash": "the app can be killed and started",
    "legacy": "the app speaks the legacy API before the upgrade",
}
"""Asked of every integration, unless it says that it is without."""

EXTRA: Mapping[str, str] = {
    "catch-up": "the app asks Gladly for what it was not told of",
    "names-rejected": "the app names what Klaviyo will never take in its output",
    "overlap": "two processes of the app may run on one state folder",
}
"""Asked only of an integration that says it does it; the reference one does all."""

ABILITIES: Mapping[str, str] = {**ASKED, **EXTRA}


def not_covered(*, own: bool, without: Iterable[str], extra: Iterable[str]) -> dict[str, str]:
    """Return ability → why it is not covered, for the integration under test; ``own`` is whether it is the reference one."""
    said = dict.fromkeys(without, "the integration says that it is without")
    unsaid = (
        {} if own else {name: f"asked only with --with {name}" for name in EXTRA if name not in set(extra)}
    )
    return said | unsaid
