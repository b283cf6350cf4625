"""The errors of the core, all in one place. ``fakes.core.faults.ConnectionFault`` is none: it is a fault asked for.

==================== =======================================================================================
``ClockError``       a clock was asked to go where it cannot
``FaultError``       a fault was asked for that cannot be
``UnknownTenant``    no tenant has this id
``ControlError``     a control call cannot be carried out
``PageError``        a page cannot be shown
``UnsupportedRequest`` the fake does not know the request; raised only where the fake is strict
``UnreadInput``      the call does not read a part of the request; raised only where the fake is strict
==================== =======================================================================================
"""

from http import HTTPStatus


class ClockError(ValueError):
    """A clock was asked to go where it cannot; the text says why."""


class FaultError(ValueError):
    """A fault was asked for that cannot be; the text says what was wrong with ``field`` and what is allowed."""

    def __init__(self, field: str, text: str) -> None:
        """Name the field of the fault."""
        super().__init__(text)
        self.field = field


class UnknownTenant(KeyError):
    """No tenant has this id."""


class UnsupportedRequest(Exception):
    """A request that the fake does not know; the text names it and the nearest known route."""


class UnreadInput(UnsupportedRequest):
    """A call that was served and did not read all that it was sent; the text names the call and what it passed over."""


class ControlError(Exception):
    """A control call that cannot be carried out; becomes ``status`` with ``{"error": text}``.

    ``field`` is the field that was wrong, if it was one.
    """

    def __init__(self, text: str, status: int = 400, *, field: str = "") -> None:
        """Say what was wrong and what to do."""
        super().__init__(text)
        self.status = status
        self.field = field


class PageError(Exception):
    """A page that cannot be shown; becomes a page of its own with ``status`` and the text."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        """Say what was wrong and what to do."""
        super().__init__(text)
        self.status = status
        self.text = text
