"""Customers: profiles, who is unique by what, finding and changing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.gladly.rules.customers.addresses import Email, Phone, normal_email, normal_phone
from fakes.gladly.rules.errors import (
    ErrorDetail,
    InvalidError,
    MovedError,
    NotExistError,
    TakenError,
    raise_invalid,
)
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.events.events import Events, Initiator
from fakes.gladly.rules.switches import Switches
from fakes.gladly.rules.teams.directory import id_error
from fakes.gladly.rules.times import stamp

MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Profile:
    """What a client may say about a customer; None leaves a field as it is (that null does so is inferred)."""

    name: str | None = None
    image: str | None = None
    address: str | None = None
    emails: tuple[Email, ...] | None = None
    phones: tuple[Phone, ...] | None = None
    custom_attributes: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Customer:
    """A customer's profile. There may be no address and no number at all."""

    id: str
    created_at: datetime
    updated_at: datetime
    name: str = ""
    image: str = ""
    address: str = ""
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    custom_attributes: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the profile as read; what is empty is absent (recorded response)."""
        optional = {
            "name": self.name,
            "image": self.image,
            "address": self.address,
            "emails": [email.as_json() for email in self.emails],
            "phones": [phone.as_json() for phone in self.phones],
            "customAttributes": self.custom_attributes,
        }
        head = {"id": self.id} | {name: value for name, value in optional.items() if value}
        return head | {"createdAt": stamp(self.created_at), "updatedAt": stamp(self.updated_at)}

    def with_profile(self, profile: Profile, at: datetime, *, merging: bool = True) -> "Customer":
        """Return the customer as it would be: arrays are replaced as a whole (Gladly OpenAPI).

        Custom attributes are merged by name (inferred: the interface speaks of properties to insert or update), or
        without ``merging`` replaced as a whole too.
        """
        given = {name: value for name in _FIELDS if (value := getattr(profile, name)) is not None}
        attributes = self.custom_attributes
        if profile.custom_attributes is not None:
            attributes = {**(attributes if merging else {}), **profile.custom_attributes}
        return replace(self, **given, custom_attributes=attributes, updated_at=at)

    def merged_with(self, other: "Customer", at: datetime) -> "Customer":
        """Return the customer with what ``other`` has besides; where both have something, this one's stays (inferred)."""
        known = {email.normalized for email in self.emails}
        emails = [replace(each, primary=False) for each in other.emails if each.normalized not in known]
        numbers = {(phone.normalized, phone.type) for phone in self.phones}
        phones = [
            replace(each, primary=False)
            for each in other.phones
            if (each.normalized, each.type) not in numbers
        ]
        return replace(
            self,
            name=self.name or other.name,
            image=self.image or other.image,
            address=self.address or other.address,
            emails=(*self.emails, *emails),
            phones=(*self.phones, *phones),
            custom_attributes={**other.custom_attributes, **self.custom_attributes},
            updated_at=at,
        )


@dataclass(frozen=True, slots=True)
class Contactable:
    """A customer named by an address or by a mobile number, who may be unknown yet."""

    email: Email | None = None
    phone: Phone | None = None

    @classmethod
    def entered(cls, email: str | None, mobile: str | None) -> "Contactable":
        """Return who is named, or raise ``InvalidError`` unless it is by exactly one (Gladly OpenAPI; text inferred)."""
        if bool(email) == bool(mobile):
            detail = "exactly one of emailAddress, mobilePhone must be present"
            raise InvalidError(ErrorDetail("invalid" if email else "blank", detail, "customer"))
        if email:
            return cls(email=Email.entered(email))
        return cls(phone=Phone.entered(mobile, kind="MOBILE"))

    def profile(self) -> Profile:
        """Return the profile of such a customer."""
        emails = None if self.email is None else (self.email,)
        return Profile(emails=emails, phones=None if self.phone is None else (self.phone,))


MOVED_READ: Final = ("customerId", "customer id has changed")
MOVED_ITEMS: Final = ("customer id", "the customer id has changed from [{old}] to [{new}]")
"""The field and the text by which two calls tell of a merge (Gladly OpenAPI)."""

_FIELDS = ("name", "image", "address", "emails", "phones")


class Customers:
    """The customers of one organization, unique by id, e-mail address and MOBILE number (Gladly OpenAPI)."""

    def __init__(self, clock: Clock, ids: Ids, events: Events, switches: Switches) -> None:
        """Start with none."""
        self._clock = clock
        self._ids = ids
        self._events = events
        self._switches = switches
        self._by_id: dict[str, Customer] = {}
        self._by_email: dict[str, str] = {}
        self._by_mobile: dict[str, str] = {}
        self._by_phone: dict[str, set[str]] = {}
        self._moved: dict[str, str] = {}

    def get(self, customer_id: str) -> Customer:
        """Return the customer, or raise ``NotExistError`` with Gladly's text (Gladly OpenAPI)."""
        if (customer := self._by_id.get(customer_id)) is None:
            detail = f"customer profile [{customer_id}] does not exist"
            raise NotExistError(ErrorDetail("not_exist", detail))
        return customer

    def require_unmoved(self, customer_id: str, words: tuple[str, str] = MOVED_READ) -> None:
        """Raise ``MovedError`` if the customer was merged into another, who may have been merged since."""
        if customer_id not in self._moved:
            return
        new = self._moved[customer_id]
        while new in self._moved:
            new = self._moved[new]
        attr, detail = words
        meta = {"old": customer_id, "new": new}
        raise MovedError(ErrorDetail("moved", detail.format(**meta), attr, meta))

    def find_or_create(self, whom: Contactable, by: Initiator) -> Customer:
        """Return the customer with this address or MOBILE number, who is created if unknown (Gladly OpenAPI)."""
        owner = None
        if whom.email is not None:
            owner = self._by_email.get(whom.email.normalized)
        elif whom.phone is not None:
            owner = self._by_mobile.get(whom.phone.normalized)
        return self._by_id[owner] if owner else self.create(whom.profile(), by)

    def create(self, profile: Profile, by: Initiator, customer_id: str | None = None) -> Customer:
        """Add a customer, perhaps with an id of the client's. Raises ``InvalidError`` or ``TakenError``."""
        errors = _primary_errors(profile)
        if customer_id and (bad := id_error(customer_id)):
            errors.insert(0, bad)
        raise_invalid(errors)
        now = self._clock.now()
        new = Customer(customer_id or self._ids.slugid(), now, now).with_profile(profile, now)
        known = new.id in self._by_id or new.id in self._moved
        taken = [ErrorDetail("taken", "customer ID exists", "id")] if known else []
        self._refuse_taken([*taken, *self._conflicts(new)])
        self._keep(new)
        self._events.raise_(event_types.PROFILE_CREATED, by, {"customerId": new.id})
        return new

    def update(self, customer_id: str, profile: Profile, by: Initiator) -> Customer:
        """Change what is given. Raises ``NotExistError``, ``InvalidError`` or ``TakenError`` (409 inferred)."""
        old = self.get(customer_id)
        raise_invalid(_primary_errors(profile))
        merging = self._switches.merge_custom_attributes
        new = old.with_profile(profile, self._clock.now(), merging=merging)
        self._refuse_taken(self._conflicts(new))
        self._unindex(old)
        self._keep(new)
        self._events.raise_(event_types.PROFILE_UPDATED, by, {"customerId": new.id})
        return new

    def remove(self, customer_id: str, by: Initiator) -> None:
        """Forget the customer, or raise ``NotExistError``. The rule about conversations is the organization's."""
        self._unindex(self.get(customer_id))
        del self._by_id[customer_id]
        self._events.raise_(event_types.PROFILE_DELETED, by, {"customerId": customer_id})

    def find_by_email(self, email: str) -> list[Customer]:
        """Return the one customer with this address, or none; ``InvalidError`` if it is none (recorded response)."""
        normalized = normal_email(email)
        if normalized is None:
            raise InvalidError(ErrorDetail("invalid", "invalid email address", "email"))
        owner = self._by_email.get(normalized)
        return [self._by_id[owner]] if owner else []

    def find_by_phone(self, number: str) -> list[Customer]:
        """Return up to 50 customers with this E.164 number, the latest change first (Gladly OpenAPI).

        Blanks inside are passed over (recorded response). A number without ``+`` is refused with ``InvalidError``
        (inferred by analogy with the address).
        """
        normalized = normal_phone(number) if number.startswith("+") else None
        if normalized is None:
            raise InvalidError(ErrorDetail("invalid", "invalid phone number", "phoneNumber"))
        found = [self._by_id[one] for one in self._by_phone.get(normalized, ())]
        return sorted(found, key=lambda each: (each.updated_at, each.id), reverse=True)[:MOST_FOUND]

    def check_absorb(self, source_id: str, into_id: str) -> None:
        """Raise ``NotExistError``, or ``InvalidError`` for one and the same customer."""
        if self.get(source_id) is self.get(into_id):
            raise InvalidError(ErrorDetail("invalid", "a customer cannot be merged into itself"))

    def absorb(self, source_id: str, into_id: str) -> Customer:
        """Let one customer vanish into another: addresses and numbers go over, other fields where they are empty.

        What is taken over and what wins is inferred. Raises as ``check_absorb`` does.
        """
        self.check_absorb(source_id, into_id)
        source, into = self.get(source_id), self.get(into_id)
        self._unindex(source)
        del self._by_id[source_id]
        self._unindex(into)
        merged = into.merged_with(source, self._clock.now())
        self._keep(merged)
        self._moved[source_id] = into_id
        return merged

    def all(self) -> list[Customer]:
        """Return all, in the order they came."""
        return list(self._by_id.values())

    def _conflicts(self, new: Customer) -> list[ErrorDetail]:
        errors = []
        if any(self._by_email.get(email.normalized, new.id) != new.id for email in new.emails):
            errors.append(ErrorDetail("taken", "email address exists", "emails"))
        if any(self._by_mobile.get(number, new.id) != new.id for number in _mobiles(new)):
            errors.append(ErrorDetail("taken", "mobile phone number exists", "phones"))
        return errors

    def _refuse_taken(self, errors: Sequence[ErrorDetail]) -> None:
        if errors:
            raise TakenError(*errors)

    def _keep(self, customer: Customer) -> None:
        self._by_id[customer.id] = customer
        self._by_email |= {email.normalized: customer.id for email in customer.emails}
        self._by_mobile |= dict.fromkeys(_mobiles(customer), customer.id)
        for phone in customer.phones:
            self._by_phone.setdefault(phone.normalized, set()).add(customer.id)

    def _unindex(self, customer: Customer) -> None:
        for email in customer.emails:
            self._by_email.pop(email.normalized, None)
        for number in _mobiles(customer):
            self._by_mobile.pop(number, None)
        for number in {phone.normalized for phone in customer.phones}:
            owners = self._by_phone[number]
            owners.discard(customer.id)
            if not owners:
                del self._by_phone[number]


def _mobiles(customer: Customer) -> list[str]:
    return [phone.normalized for phone in customer.phones if phone.is_mobile]


def _primary_errors(profile: Profile) -> list[ErrorDetail]:
    """Return the breach of "at most one primary" (Gladly OpenAPI for e-mail; the wording, and phones, inferred)."""
    return [
        ErrorDetail("invalid", f"at most one of {attr} can be primary", attr)
        for attr, entries in (("emails", profile.emails), ("phones", profile.phones))
        if sum(entry.primary for entry in entries or ()) > 1
    ]
