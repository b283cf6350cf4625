"""Answers that come late by the fake's clock: held back by a server that can, waited for on the spot by others."""

from collections.abc import Callable
from typing import Any, Final

from fakes.core.clock import Clock

HOLD: Final = "fakes.hold"
"""Where a server that can hold an answer back without a thread puts how: a callable that takes clock and seconds."""

Hold = Callable[[Clock, float], None]


def hold_back(environ: dict[str, Any], clock: Clock, seconds: float) -> None:
    """Let the answer to this request go out when ``seconds`` of the clock's time have gone by."""
    hold: Hold | None = environ.get(HOLD)
    if hold is None:
        clock.pause(seconds)
    else:
        hold(clock, seconds)
