"""What a rule says no with; the API and the control plane turn it into answers of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One thing wrong, in Gladly's words (Gladly OpenAPI: ``Error``, ``ErrorWithMeta``).

    ``code`` is Gladly's word for the kind, such as ``blank`` or ``taken``; ``attr`` the dotted path of the field.
    A few errors have no ``detail``.
    """

    code: str
    detail: str
    attr: str | None = None
    meta: Mapping[str, Any] | None = None


class RuleError(Exception):
    """A rule forbids what was asked; nothing has changed. ``errors`` holds at least one."""

    def __init__(self, *errors: ErrorDetail) -> None:
        """Say no for these reasons."""
        super().__init__("; ".join(error.detail or error.code for error in errors))
        self.errors = errors


class InvalidError(RuleError):
    """What was given is wrong, or the state of things does not allow it."""


class NotExistError(RuleError):
    """What was named is not there."""


class MovedError(RuleError):
    """What was named has another id now; the only error's ``meta`` says ``old`` and ``new``."""


class TakenError(RuleError):
    """What was given must be unique and belongs to another."""


class OutdatedError(RuleError):
    """What was given builds on something that has changed since."""


class LimitError(RuleError):
    """Too much was asked for in too short a time."""


class RoleError(RuleError):
    """The user's roles do not allow it."""


def raise_invalid(errors: Iterable[ErrorDetail]) -> None:
    """Raise ``InvalidError`` with ``errors`` if there are any."""
    if found := tuple(errors):
        raise InvalidError(*found)
