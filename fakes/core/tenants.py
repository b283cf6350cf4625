"""Tenants: the accounts or organizations of one fake, each with its own journal, faults and secrets."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from fakes.core.clock import Clock, ManualClock, MovableClock
from fakes.core.errors import UnknownTenant
from fakes.core.faults import Faults
from fakes.core.journal import Journal
from fakes.core.secrets import Secrets
from fakes.core.tasks import InlineTaskQueue, TaskQueue, ThreadedTaskQueue

DEFAULT_SEED = 20261123


@dataclass(frozen=True)
class Runtime:
    """What a fake runs on: its clock, its background work and its seed. Shared by both fakes of one server."""

    clock: Clock
    tasks: TaskQueue
    seed: int = DEFAULT_SEED

    @classmethod
    def in_process(cls, start: datetime, seed: int = DEFAULT_SEED) -> "Runtime":
        """Return a runtime in which time stands still until moved and all work happens on the caller's stack."""
        return cls(ManualClock(start), InlineTaskQueue(), seed)

    @classmethod
    def serving(cls, seed: int = DEFAULT_SEED) -> "Runtime":
        """Return a runtime with real, movable time and threads, for fakes behind sockets."""
        return cls(MovableClock(), ThreadedTaskQueue(), seed)

    def close(self) -> None:
        """End timers and threads."""
        self.clock.close()
        self.tasks.close()


class Tenant:
    """What every account and organization has. Its ``lock`` guards its state and is never held while calling out."""

    def __init__(self, tenant_id: str, clock: Clock, secret_looks: re.Pattern[str] | None = None) -> None:
        """Start empty, created at the clock's present moment; ``secret_looks`` is what a secret looks like."""
        self.id = tenant_id
        self.clock = clock
        self.created = clock.now().astimezone(UTC)
        self.secrets = Secrets(secret_looks)
        self.journal = Journal(clock, self.secrets)
        self.faults = Faults()
        self.lock = threading.RLock()


T = TypeVar("T", bound=Tenant)


class Tenants(Generic[T]):
    """The tenants of one fake by id. Safe to use from several threads."""

    def __init__(self, on_remove: Callable[[T], None] = lambda _: None) -> None:
        """Start empty; ``on_remove`` is told of each tenant that leaves."""
        self._by_id: dict[str, T] = {}
        self._lock = threading.Lock()
        self._on_remove = on_remove

    def add(self, tenant: T) -> T:
        """Keep ``tenant`` and return it."""
        with self._lock:
            self._by_id[tenant.id] = tenant
        return tenant

    def get(self, tenant_id: str) -> T:
        """Return the tenant, or raise ``UnknownTenant``."""
        try:
            return self._by_id[tenant_id]
        except KeyError:
            raise UnknownTenant(tenant_id) from None

    def remove(self, tenant_id: str) -> None:
        """Forget the tenant, or raise ``UnknownTenant``."""
        with self._lock:
            tenant = self._by_id.pop(tenant_id, None)
        if tenant is None:
            raise UnknownTenant(tenant_id)
        self._on_remove(tenant)

    def clear(self) -> None:
        """Forget all tenants."""
        for tenant in list(self):
            self.remove(tenant.id)

    def __iter__(self) -> Iterator[T]:
        """Iterate over a snapshot."""
        with self._lock:
            return iter(list(self._by_id.values()))

    def __len__(self) -> int:
        """Count the tenants."""
        return len(self._by_id)
