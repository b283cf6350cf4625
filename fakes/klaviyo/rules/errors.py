"""Everything a rule can refuse, in one tree.

::

    DomainError
    ├── RoleRefused       the user's role may not do this
    ├── UnknownKey        no private key has this id
    ├── UnknownUser       nobody in the account has this e-mail address
    ├── InvalidKey        a private key cannot be made like this
    ├── UnknownProfile    no profile has this id
    ├── DuplicateProfile  an identifier belongs to another profile
    ├── InvalidSegment    a definition that cannot be
    ├── UnsupportedCondition  one that the vendor has and these rules have not
    ├── InvalidCursor     a page cursor that never was one
    └── InvalidEvent      an event (or identify call) that Klaviyo would not take

A refusal leaves the account as it was. ``Unreadable`` stands beside the tree: a legacy payload that says nothing.
"""


class Unreadable(Exception):
    """The payload of a legacy call does not decode or lacks what it must have: the answer is ``0``."""


class DomainError(Exception):
    """A rule said no. ``text`` is for people, ``field`` names what was wrong."""

    def __init__(self, text: str, field: str = "") -> None:
        """Say what was wrong and where."""
        super().__init__(text)
        self.text = text
        self.field = field


class RoleRefused(DomainError):
    """The user's role may not do this (vendor help: key management is for a few roles)."""


class UnknownKey(DomainError):
    """No private key of the account has this id."""


class UnknownUser(DomainError):
    """No user of the account has this e-mail address."""


class InvalidKey(DomainError):
    """A private key cannot be made with this name or these scopes."""


class UnknownProfile(DomainError):
    """No profile of the account has this id."""


class DuplicateProfile(DomainError):
    """An identifier that is to be set belongs to another profile, ``profile_id`` (recorded response)."""

    def __init__(self, profile_id: str) -> None:
        """Say the vendor's words and whose identifier it is."""
        super().__init__("A profile already exists with one of these identifiers.")
        self.profile_id = profile_id


class InvalidSegment(DomainError):
    """A segment's definition cannot be; ``field`` is the name of what is wrong or missing."""


class UnsupportedCondition(DomainError):
    """A condition that the vendor has and these rules have not."""


class InvalidEvent(DomainError):
    """An event or profile change breaks a rule.

    ``field`` is the name of an event's attribute, such as ``time`` or ``metric``, or ``profile``, ``profile.email`` or
    ``profile.phone_number``.
    """


class InvalidCursor(DomainError):
    """A page cursor that never was one."""
