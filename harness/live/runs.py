"""A run: its id, and how everything that it makes is called, so that it can be told from all that was there before."""

import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from harness.errors import BadLedger

_LOOKS = re.compile(r"run-\d{8}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Run:
    """One live run. ``id`` stands in the name of everything that it makes."""

    id: str

    @classmethod
    def begin(cls) -> "Run":
        """Return a run that nobody else has."""
        return cls(f"run-{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(4)}")

    @classmethod
    def named(cls, text: str) -> "Run":
        """Return the run of this id. Raises ``BadLedger`` for what is no such id."""
        if not _LOOKS.fullmatch(text):
            raise BadLedger(
                f"{text!r} is no id of a run; they look like run-20261128-0a1b2c3d, see `live cleanup --list`"
            )
        return cls(text)

    def label(self, name: str) -> str:
        """Return ``name`` as it is written at the real system."""
        return f"{name} {self.id}"

    def plain(self, label: str) -> str | None:
        """Return the name without the run's id; None for what is not this run's."""
        return label.removesuffix(self.id).rstrip() if label.endswith(self.id) else None

    def address(self, local: str, domain: str) -> str:
        """Return an address that nobody had before."""
        return f"{local}.{self.id}@{domain}"

    def customer(self) -> str:
        """Return an id for a new customer: Gladly takes the caller's, below 50 characters (Gladly OpenAPI)."""
        return f"{self.id}-{uuid.uuid4().hex[:12]}"
