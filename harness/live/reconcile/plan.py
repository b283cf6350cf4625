"""What is to be reconciled: the window, and how far things may lie apart."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from harness.live.reconcile.match import Reach
from harness.live.reconcile.moments import from_milliseconds, milliseconds

TOLERANCE, LATE, GRACE = 1.0, 86_400.0, 300.0
"""Defaults in seconds: Klaviyo keeps whole seconds; a day is what an outage may last; minutes is what events take."""


@dataclass(frozen=True)
class Words:
    """What was asked for as it was written: who asks the same again goes on with what was begun. Lengths are seconds."""

    since: str
    until: str = ""
    tolerance: float = TOLERANCE
    late: float = LATE


@dataclass(frozen=True)
class Plan:
    """Conversations from ``since`` up to before ``until``, looked at from ``now``. Lengths are seconds."""

    words: Words
    since: datetime
    until: datetime
    now: datetime
    salt: str
    grace: float = GRACE
    upgraded: datetime | None = None

    @property
    def reach(self) -> Reach:
        """How far seen and expected may lie apart."""
        return Reach(self.words.tolerance, self.words.late)

    @property
    def reads_since(self) -> datetime:
        """Where reading begins: what came late of earlier conversations must not be taken for something else."""
        return self.since - timedelta(seconds=self.words.late + self.words.tolerance)

    @property
    def reads_until(self) -> datetime:
        """Where reading ends."""
        return min(self.now, self.until + timedelta(seconds=self.words.late + self.words.tolerance))

    @property
    def reaches_now(self) -> bool:
        """Whether nothing newer than the window can be: only then the marks must fit it."""
        return self.until >= self.now

    def as_text(self) -> str:
        """Return what has to be kept to go on later; what is asked anew each time is left out."""
        moments = {name: milliseconds(getattr(self, name)) for name in ("since", "until", "now")}
        return json.dumps({"words": vars(self.words), "salt": self.salt, **moments})

    @classmethod
    def of_text(cls, text: str, grace: float, upgraded: datetime | None) -> "Plan":
        """Return the plan that was kept."""
        kept: dict[str, Any] = json.loads(text)
        since, until, now = (from_milliseconds(kept[name]) for name in ("since", "until", "now"))
        return cls(Words(**kept["words"]), since, until, now, kept["salt"], grace, upgraded)
