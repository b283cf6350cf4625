"""A call of the script by which facts are asked and shapes are compared: harmless, and the same for every system."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.live.settings import Allowed

System = Literal["Klaviyo", "Gladly"]
Credential = Literal["own", "writing", "none", "bare", "bearer", "unknown", "public"]
"""Who asks: with the own key or token, the key that writes, none, or with one that is made up or in the wrong place."""


@dataclass(frozen=True)
class Call:
    """One request. ``path``, query and headers may have ``{placeholders}`` that earlier answers or the clock fill."""

    system: System
    method: str
    path: str
    about: str = ""
    """What tells it from other calls of the same path."""
    query: tuple[tuple[str, str], ...] = ()
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    """Names of headers that are usually sent, and not this time."""
    credential: Credential = "own"
    status: int = 200
    """What the fakes answer."""
    scope: str = ""
    """What Klaviyo's key must be allowed to do."""
    tier: str = "M"
    allow: Allowed = "nothing"
    """What ``LIVE_ALLOW`` must say: a call that would change something if the vendor did not refuse it is asked by leave only."""
    orders: tuple[str, ...] = ()
    """Fields of the answer's items by which they are in order."""

    @property
    def kind(self) -> str:
        """Method and path, as documents name it."""
        return f"{self.method} {self.path}"

    @property
    def name(self) -> str:
        """What it is called in reports; no other call has the name."""
        return f"{self.kind} ({self.about})" if self.about else self.kind
