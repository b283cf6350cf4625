"""Profiles: the people an account knows, found and merged by their identifiers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from fakes.core.ids import Ids
from fakes.klaviyo.rules.errors import DuplicateProfile, InvalidEvent, UnknownProfile
from fakes.klaviyo.rules.payload import check_properties

IDENTIFIERS = ("email", "phone_number", "external_id", "anonymous_id")
"""Identifiers in the order they are tried after ``id``; the vendor documents no order (inferred)."""

NAMES = ("first_name", "last_name", "organization", "locale", "title", "image")
LOCATION = (
    "address1",
    "address2",
    "city",
    "country",
    "latitude",
    "longitude",
    "region",
    "zip",
    "timezone",
    "ip",
)
LONGEST_EMAIL = 100
INVALID_EMAIL = "Invalid email address"
INVALID_PHONE = "Invalid phone number format (Example of a valid format: +12345678901)"
_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\]\\]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,}")
_E164 = re.compile(r"\+[1-9]\d{6,14}")


@dataclass(slots=True)
class Profile:
    """A person. Attributes are named as the API names them; all times are aware UTC.

    ``other_emails`` also lead to the profile and are not shown (Klaviyo OpenAPI: secondary addresses).
    """

    id: str
    created: datetime
    updated: datetime
    email: str | None = None
    phone_number: str | None = None
    external_id: str | None = None
    anonymous_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    organization: str | None = None
    locale: str | None = None
    title: str | None = None
    image: str | None = None
    last_event_date: datetime | None = None
    location: dict[str, Any] = field(default_factory=lambda: dict.fromkeys(LOCATION))
    properties: dict[str, Any] = field(default_factory=dict)
    other_emails: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class PropertyPatch:
    """Changes to custom properties: add to arrays, take from arrays, remove keys (Klaviyo OpenAPI)."""

    append: Mapping[str, Any] = field(default_factory=dict)
    unappend: Mapping[str, Any] = field(default_factory=dict)
    unset: Sequence[str] = ()

    def apply(self, properties: dict[str, Any]) -> None:
        """Change ``properties`` in place."""
        for name, value in self.append.items():
            properties[name] = _listed(properties.get(name)) + _listed(value)
        for name, value in self.unappend.items():
            if name in properties:
                gone = _listed(value)
                properties[name] = [item for item in _listed(properties[name]) if item not in gone]
        for name in self.unset:
            properties.pop(name, None)


def _listed(value: Any) -> list[Any]:
    """Return ``value`` as a list: nothing is an empty one, a simple value a list of itself."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What a caller says about a person: who it is, and what to set. None means nothing was said.

    ``cleared`` names attributes to set to null, ``location`` and ``properties`` as a whole among them.
    ``more_emails`` and ``fewer_emails`` are secondary addresses to add and remove. With ``keeps_identifiers``
    those that the person has stay as they are, as for calls without a private key (Klaviyo OpenAPI).
    """

    id: str | None = None
    email: str | None = None
    phone_number: str | None = None
    external_id: str | None = None
    anonymous_id: str | None = None
    kx: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    location: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    patch: PropertyPatch = field(default_factory=PropertyPatch)
    cleared: frozenset[str] = frozenset()
    more_emails: Sequence[str] = ()
    fewer_emails: Sequence[str] = ()
    keeps_identifiers: bool = False

    @property
    def identified(self) -> bool:
        """Whether any identifier was given."""
        return any((self.id, self.kx, *(getattr(self, name) for name in IDENTIFIERS)))

    def checked(self, *, strict_phone: bool = False) -> "ProfileChange":
        """Return the change with its identifiers normalised, or raise ``InvalidEvent``.

        E-mail addresses are stored in lower case (inferred), valid and at most 100 characters (vendor docs). An
        invalid phone number next to a valid address is passed over, alone it is refused (vendor docs);
        ``strict_phone`` refuses it always, as writes of profiles do (inferred). Custom properties keep the limits of
        event properties (inferred).
        """
        if not self.identified:
            raise InvalidEvent("Invalid input", "profile")
        email = _address(self.email) if self.email else None
        phone = self.phone_number or None
        if phone is not None and not _E164.fullmatch(phone):
            if email is None or strict_phone:
                raise InvalidEvent(INVALID_PHONE, "profile.phone_number")
            phone = None
        for properties in (self.properties, self.patch.append, self.patch.unappend):
            check_properties(properties, "profile")
        more, fewer = map(_address, self.more_emails), map(_address, self.fewer_emails)
        return replace(
            self, email=email, phone_number=phone, more_emails=tuple(more), fewer_emails=tuple(fewer)
        )


def _address(text: str) -> str:
    """Return an e-mail address in lower case, or raise ``InvalidEvent``."""
    email = text.strip().lower()
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise InvalidEvent(INVALID_EMAIL, "profile.email")
    return email


class Profiles:
    """The profiles of one account, indexed by every identifier."""

    def __init__(self, ids: Ids) -> None:
        """Start with nobody."""
        self._ids = ids
        self._by_id: dict[str, Profile] = {}
        self._by: dict[str, dict[str, Profile]] = {name: {} for name in IDENTIFIERS}

    def upsert(self, change: ProfileChange, now: datetime) -> Profile | None:
        """Return the profile that ``change`` (checked) is about, changed; a new one if nobody matches.

        None when the change cannot be placed: an id nobody has (vendor docs: the event is lost), or nothing but an
        exchange id, which this fake never gave out (inferred).
        """
        profile = self._find(change)
        if profile is None:
            if change.id or not any(getattr(change, name) for name in IDENTIFIERS):
                return None
            profile = self._new(now)
        self._change(profile, change, now)
        return profile

    def create(self, change: ProfileChange, now: datetime) -> Profile:
        """Return a new profile; raise ``DuplicateProfile`` if an identifier (checked) is taken (recorded response)."""
        self._refuse_taken(change, None)
        profile = self._new(now)
        self._change(profile, change, now)
        return profile

    def update(self, profile_id: str, change: ProfileChange, now: datetime) -> Profile:
        """Return the profile, changed (checked).

        Raises ``UnknownProfile``, or ``DuplicateProfile`` if an identifier belongs to another one (vendor threads).
        """
        profile = self._known(profile_id)
        self._refuse_taken(change, profile)
        self._change(profile, change, now)
        return profile

    def import_(self, change: ProfileChange, now: datetime) -> tuple[Profile, bool]:
        """Return the profile that ``change`` (checked) is about, and whether it was made for it.

        Raises ``UnknownProfile`` for an id nobody has, and for one next to the address of somebody else (vendor
        threads); ``DuplicateProfile`` when identifiers belong to different profiles (vendor threads). Which of them
        is named is inferred: not the one found first.
        """
        if change.id:
            profile = self._known(change.id)
            owner = self._by["email"].get(change.email or "", profile)
            if owner is not profile:
                raise UnknownProfile(change.id, "id")
            return self.update(change.id, change, now), False
        found = self._find(change)
        if found is None and not any(getattr(change, name) for name in IDENTIFIERS):
            raise InvalidEvent(
                "Invalid input", "profile"
            )  # an exchange id alone: none was ever given out here
        if found is None:
            return self.create(change, now), True
        return self.update(found.id, change, now), False

    def get(self, profile_id: str) -> Profile | None:
        """Return the profile, or None."""
        return self._by_id.get(profile_id)

    def by_email(self, email: str) -> Profile | None:
        """Return the profile with this address, whatever its case, or None."""
        return self._by["email"].get(email.strip().lower())

    def having(self, name: str, values: Iterable[str]) -> list[Profile]:
        """Return the profiles with one of ``values`` as their ``id`` or identifier ``name``, by index."""
        index = self._by_id if name == "id" else self._by[name]
        found = (index.get(value) for value in values)
        return list({row.id: row for row in found if row is not None}.values())

    def all(self) -> list[Profile]:
        """Return all profiles, oldest first."""
        return list(self._by_id.values())

    def search(self, text: str) -> list[Profile]:
        """Return the profiles with ``text`` in their e-mail address, whatever its case, newest first (inferred)."""
        wanted = text.strip().lower()
        return [row for row in reversed(self._by_id.values()) if wanted in (row.email or "")]

    def _find(self, change: ProfileChange) -> Profile | None:
        if change.id:
            return self._by_id.get(change.id)
        for name in IDENTIFIERS:
            value = getattr(change, name)
            if value and (found := self._by[name].get(value)) is not None:
                return found
        return None

    def _known(self, profile_id: str) -> Profile:
        profile = self._by_id.get(profile_id)
        if profile is None:
            raise UnknownProfile(profile_id, "id")
        return profile

    def _new(self, now: datetime) -> Profile:
        profile = Profile(self._ids.ulid(now), now, now)
        self._by_id[profile.id] = profile
        return profile

    def _refuse_taken(self, change: ProfileChange, owner: Profile | None) -> None:
        wanted = [(name, getattr(change, name)) for name in IDENTIFIERS]
        for name, value in [*wanted, *(("email", email) for email in change.more_emails)]:
            found = self._by[name].get(value) if value else None
            if found is not None and found is not owner:
                raise DuplicateProfile(found.id)

    def _change(self, profile: Profile, change: ProfileChange, now: datetime) -> None:
        self._clear(profile, change.cleared)
        self._identify(profile, change)
        for name, value in change.names.items():
            setattr(profile, name, value)
        profile.location.update(change.location)
        profile.properties.update(change.properties)
        change.patch.apply(profile.properties)
        profile.updated = now

    def _clear(self, profile: Profile, names: frozenset[str]) -> None:
        for name in names:
            if name in IDENTIFIERS:
                self._drop(profile, name)
                setattr(profile, name, None)
            elif name == "location":
                profile.location = dict.fromkeys(LOCATION)
            elif name == "properties":
                profile.properties = {}
            else:
                setattr(profile, name, None)

    def _drop(self, profile: Profile, name: str) -> None:
        """Let the profile's identifier lead nowhere, unless it is a secondary address too."""
        value = getattr(profile, name)
        if value is not None and value not in profile.other_emails:
            self._by[name].pop(value, None)

    def _identify(self, profile: Profile, change: ProfileChange) -> None:
        """Set the given identifiers; one that belongs to somebody else stays there (inferred)."""
        for name in IDENTIFIERS:
            value, index = getattr(change, name), self._by[name]
            if not value or index.get(value, profile) is not profile:
                continue
            if change.keeps_identifiers and getattr(profile, name) is not None:
                continue
            self._drop(profile, name)
            index[value] = profile
            setattr(profile, name, value)
        emails = self._by["email"]
        for email in change.more_emails:
            if emails.setdefault(email, profile) is profile:
                profile.other_emails.add(email)
        for email in profile.other_emails.intersection(change.fewer_emails):
            profile.other_emails.discard(email)
            if email != profile.email:
                del emails[email]
