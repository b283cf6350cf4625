"""The control room's journal: what the fake saw and did as a timeline, page by page, by kind."""

from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import urlencode

import falcon

from fakes.core.control.pages.overview import ControlPage
from fakes.core.control.pages.site import laid_out, refusals
from fakes.core.control.plane import kinds_named
from fakes.core.journal import KINDS, Entry, Journal
from fakes.core.service import fake_of
from fakes.core.tenants import Tenant

T = TypeVar("T", bound=Tenant)
ROWS = 50
_LONGEST_NUMBER = 12


class JournalPage(ControlPage[T]):
    """A tenant's journal, or the fake's own. A live part is fetched again with the address as it is."""

    def on_get(self, request: falcon.Request, response: falcon.Response, tenant_id: str) -> None:
        """Show a tenant's journal."""
        tenant = self.control.tenant(request, tenant_id)
        self._show(request, response, tenant.journal, tenant)

    def on_get_unclaimed(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the journal of what belongs to no tenant."""
        self._show(request, response, fake_of(request).journal, None)

    def _show(
        self, request: falcon.Request, response: falcon.Response, journal: Journal, tenant: T | None
    ) -> None:
        with refusals():
            kinds = kinds_named(request)
        oldest_first, past = request.get_param("order") == "oldest", _number(request.get_param("past"))
        found = in_order(journal.entries(*kinds), oldest_first=oldest_first, past=past)
        asked = [("kind", kind) for kind in kinds] + ([("order", "oldest")] if oldest_first else [])
        self.control.show(
            request,
            response,
            "core/control_journal.html",
            tenant=tenant,
            entries=[(entry, laid_out(entry.details)) for entry in found[:ROWS]],
            first=f"?{urlencode(asked)}" if past is not None else "",
            following=f"?{urlencode([*asked, ('past', found[ROWS - 1].number)])}"
            if len(found) > ROWS
            else "",
            kinds=KINDS,
            chosen=kinds,
            oldest_first=oldest_first,
        )


def in_order(entries: Iterable[Entry], *, oldest_first: bool, past: int | None) -> list[Entry]:
    """Return the entries in reading order, from behind the one numbered ``past`` on."""
    if oldest_first:
        return [entry for entry in entries if past is None or entry.number > past]
    return [entry for entry in reversed(list(entries)) if past is None or entry.number < past]


def _number(text: str | None) -> int | None:
    readable_number = (
        text is not None and text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    )
    return int(text or "0") if readable_number else None
