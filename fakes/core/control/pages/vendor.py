"""What a vendor tells the control room: how tenants are made and switched, and what was sent."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from fakes.core.browsers.forms import Form
from fakes.core.service import Fake
from fakes.core.tenants import Tenant

T = TypeVar("T", bound=Tenant)
F = TypeVar("F", bound=Fake[Any])
SwitchValue = bool | float | str | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Opened(Generic[T]):
    """A new tenant, and what of it can be shown only now, by what it is called."""

    tenant: T
    once: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch of a tenant as it stands. ``choices`` are what a text may be; several numbers are a tuple."""

    name: str
    value: SwitchValue
    help: str
    choices: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name as people read it, such as ``Rate limits``."""
        return self.name.replace("_", " ").capitalize()

    @property
    def is_toggle(self) -> bool:
        """Whether it is on or off."""
        return isinstance(self.value, bool)

    @property
    def text(self) -> str:
        """The value as a form's field holds it, such as ``30, 300``."""
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        return ", ".join(one if isinstance(one, str) else f"{one:.15g}" for one in values)

    def asked(self, form: Form) -> bool | str | list[str]:
        """Return what a form wants of this switch, to be checked by the vendor."""
        if self.is_toggle:
            return form.ticked(self.name)
        text = form.text(self.name).strip()
        if isinstance(self.value, tuple):
            return [part.strip() for part in text.split(",") if part.strip()]
        return text


@dataclass(frozen=True, slots=True)
class Sending:
    """A webhook request that the vendor sent, or tried to. ``details`` are without secrets."""

    at: datetime
    event: str
    to: str
    outcome: str
    accepted: bool
    details: Mapping[str, Any]


class TenantAdmin(ABC, Generic[F, T]):
    """A vendor's part of the control room. What is done here obeys the rules of the control plane.

    ``tenants`` is the vendor's word for its tenants, such as ``accounts``; ``sends`` says whether it has webhooks.
    """

    tenants: ClassVar[str]
    tenant: ClassVar[str]
    sends: ClassVar[bool] = False

    @abstractmethod
    def open(self, fake: F, name: str) -> Opened[T]:
        """Make a tenant; without a ``name`` the vendor has one. Raises ``ControlError``."""

    @abstractmethod
    def switches(self, tenant: T) -> list[Switch]:
        """Return the tenant's switches as they stand."""

    @abstractmethod
    def turn(self, fake: F, tenant: T, values: Mapping[str, Any]) -> None:
        """Set switches, all or none. Raises ``ControlError`` with the field that was wrong."""

    def deliveries(self, _tenant: T) -> list[Sending]:
        """Return what was sent, the latest first."""
        return []
