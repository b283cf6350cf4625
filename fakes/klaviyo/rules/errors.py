"""Everything a rule can refuse, in one tree.

::

    DomainError
    ├── RoleRefused       the user's role may not do this
    ├── UnknownKey        no private key has this id
    ├── UnknownUser       nobody in the account has this e-mail address
    ├── InvalidKey        a private key cannot be made like this
    └── InvalidEvent      an event (or identify call) that Klaviyo would not take

A refusal leaves the account as it was.
"""


class DomainError(Exception):
    """A rule said no. ``text`` is for people, ``field`` names what was wrong."""

    def __init__(self, text: str, field: str = "") -> None:
        """Say what was wrong and where."""
        super().__init__(text)
        self.text = text
        self.field = field


class RoleRefused(DomainError):  # noqa: N818 - named as the answer it becomes
    """The user's role may not do this (vendor help: key management is for a few roles)."""


class UnknownKey(DomainError):  # noqa: N818 - named as the answer it becomes
    """No private key of the account has this id."""


class UnknownUser(DomainError):  # noqa: N818 - named as the answer it becomes
    """No user of the account has this e-mail address."""


class InvalidKey(DomainError):  # noqa: N818 - named as the answer it becomes
    """A private key cannot be made with this name or these scopes."""


class InvalidEvent(DomainError):  # noqa: N818 - named as the answer it becomes
    """An event or profile change breaks a rule.

    ``field`` is ``time``, ``metric``, ``unique_id``, ``properties``, ``profile``, ``profile.email`` or
    ``profile.phone_number``.
    """
