"""Where the results of a merged pack come from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from harness.signoff.pack import canonical
from harness.signoff.pack.pack import Pack

SHORT = 8
"""How many digits of a digest tell two packs of one name apart."""


@dataclass(frozen=True)
class Origin:
    """A pack of one run: the name of its folder, the digest of its content, and its run as the attestation has it.

    Merged packs are taken apart into these, so that it does not matter in which order packs are merged.
    """

    name: str
    content: str
    run: Mapping[str, Any] = field(compare=False, hash=False)
    identity: str
    """The run as text: two runs with equal results in folders of one name are two."""

    @property
    def ended(self) -> float:
        """When the run ended, in seconds since 1970."""
        return datetime.fromisoformat(self.run["ended"]).timestamp()


@dataclass(frozen=True)
class Part:
    """A pack that is to be merged, with the origins of its results, in its own order."""

    pack: Pack
    origins: tuple[Origin, ...]

    @classmethod
    def of(cls, pack: Pack) -> "Part":
        """Return ``pack`` with its origins: itself, or those that it was merged from."""
        named = pack.results.get("origins") or []
        if not named:
            content = pack.manifest["digests"]["content"]
            return cls(pack, (_origin(pack.folder.resolve().name, content, pack.run),))
        runs = pack.attestation["predicate"]["origins"]
        return cls(
            pack,
            tuple(_origin(one["name"], one["content"], run) for one, run in zip(named, runs, strict=True)),
        )


def _origin(name: str, content: str, run: Mapping[str, Any]) -> Origin:
    plain = {key: value for key, value in run.items() if key != "name"}
    return Origin(name, content, plain, canonical.dumps(plain))


def in_order(parts: Iterable[Part]) -> tuple[Origin, ...]:
    """Return all origins once, by name and content: the same however the packs were given."""
    every = {origin for part in parts for origin in part.origins}
    return tuple(sorted(every, key=lambda one: (one.name, one.content, one.identity)))


def labels(origins: Sequence[Origin]) -> list[str]:
    """Return what each origin is called: its name, with the beginning of its digest where others have the same one."""
    names = [one.name for one in origins]
    return [
        one.name if names.count(one.name) == 1 else f"{one.name} ({one.content[:SHORT]})" for one in origins
    ]
