"""The checks that every endpoint's requests pass, in one order, and what is left of a request behind them.

Authentication, permission, throttle, revision, accepted media types, query; the endpoint itself reads the body
last. 401 comes before 403 and 403 before everything about the request's content (inferred from the framework that
the error bodies show). The revision stands behind the throttle because replies of every other status were recorded
with rate-limit headers (inferred).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, ClassVar

import falcon

from fakes.klaviyo.api.jsonapi import revisions
from fakes.klaviyo.api.jsonapi.documents import MEDIA_TYPE, Document
from fakes.klaviyo.api.jsonapi.errors import (
    AuthenticationFailed,
    NotAcceptable,
    NotAuthenticated,
    PermissionDenied,
    Throttled,
    Unsupported,
)
from fakes.klaviyo.api.jsonapi.filters import Clause, refuse_future
from fakes.klaviyo.api.jsonapi.paging import Page
from fakes.klaviyo.api.jsonapi.query import Query, Reads
from fakes.klaviyo.rules.account import Account
from fakes.klaviyo.rules.keys.keys import PrivateKey
from fakes.klaviyo.rules.limits import Tier
from fakes.klaviyo.service.requests import OAUTH_SCHEME, SCHEME, account_of, credentials, state_of

CONVERSATIONS_SINCE = date(2026, 7, 15)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
"""In the order of the vendor's ``Allow`` (recorded: GET, POST, HEAD, OPTIONS)."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that passed: who makes it, by which revision, asking what."""

    request: falcon.Request
    account: Account
    revision: date
    query: Query

    @property
    def base(self) -> str:
        """The scheme and host that the request was made to."""
        return self.request.prefix

    def clauses(self, reads: Reads) -> list[Clause]:
        """Return the filter's clauses, none without a filter; the account's switch says whether the future is refused."""
        found = self.query.clauses(reads.at(self.revision))
        if self.account.switches.future_filters == "refused":
            refuse_future(found, self.account.clock.now())
        return found

    def single(self, data: Document | None, included: list[Document] | None = None) -> Document:
        """Return the document of one resource, or of none."""
        return self._document(data, included) | {"links": {"self": self._url()}}

    def collection(
        self, data: Document | list[Document], page: Page[Any], included: list[Document] | None = None
    ) -> Document:
        """Return the document of a page; its neighbours are null where there are none (recorded response)."""
        links = {
            "self": self._url(),
            "next": None if page.next is None else self._url(page.next),
            "prev": None if page.prev is None else self._url(page.prev),
        }
        return self._document(data, included) | {"links": links}

    def _document(self, data: Document | list[Document] | None, included: list[Document] | None) -> Document:
        return {"data": data} if included is None else {"data": data, "included": included}

    def _url(self, cursor: str | None = None) -> str:
        # The path as it was sent: routing has dropped the slash that some clients put at its end.
        return f"{self.base}{self.request.env['PATH_INFO']}{self.query.encoded(cursor)}"


Responder = Callable[..., None]


class Resource:
    """What every path has: HEAD wherever there is GET, as the vendor's ``Allow`` says (recorded response).

    OPTIONS is not left to the framework, whose answer would not be the vendor's. ``allow`` are the methods there are.
    """

    allow: ClassVar[str]

    def __init_subclass__(cls) -> None:
        """Answer HEAD as GET; the server leaves the body out."""
        if "on_get" in cls.__dict__:
            cls.on_head = cls.on_get  # type: ignore[attr-defined]  # on_get is the subclass's
        cls.allow = ", ".join(method for method in METHODS if hasattr(cls, f"on_{method.lower()}"))

    def on_options(self, _request: falcon.Request, _response: falcon.Response, **_params: str) -> None:
        """Refuse as unsupported."""
        raise Unsupported("OPTIONS is not answered by this fake")


def authenticate(request: falcon.Request) -> tuple[Account, PrivateKey]:
    """Return whose request it is and by which key, or raise ``NotAuthenticated`` or ``AuthenticationFailed``.

    The scheme word is met in any case (inferred). No OAuth token is known here, so every one is refused.
    """
    scheme, value = credentials(request)
    if scheme not in (SCHEME, OAUTH_SCHEME) or not value:
        raise NotAuthenticated
    account, key = account_of(request), state_of(request).key
    if scheme == OAUTH_SCHEME or account is None or key is None or not key.works:
        raise AuthenticationFailed
    key.last_used = account.clock.now()
    return account, key


def endpoint(
    name: str,
    *scopes: str,
    tier: Tier,
    reads: Reads | None = None,
    since: date = revisions.FIRST,
    beta: bool = False,
) -> Callable[[Responder], Responder]:
    """Make a responder an endpoint: it gets a ``Call`` that passed all checks instead of a request.

    ``name`` is the vendor's operation and has its own rate-limit windows; ``scopes`` are needed, those of what is
    included too (vendor help); ``since`` is the revision the endpoint first had, ``beta`` says that stable ones lack it.
    """
    rules = reads or Reads(name)

    def decorate(responder: Responder) -> Responder:
        @wraps(responder)
        def admitted(
            resource: object, request: falcon.Request, response: falcon.Response, **params: str
        ) -> None:
            account, key = authenticate(request)
            query = Query.of(request.query_string)
            included = [include for include in query.names("include") if include in rules.includes]
            permitted = key.allows((*scopes, *(rules.includes[include] for include in included)))
            tight = [(f"include {i}", rules.include_tiers[i]) for i in included if i in rules.include_tiers]
            extra = [
                name for kind in rules.additional_fields for name in query.names(f"additional-fields[{kind}]")
            ]
            tight += [
                (f"additional {e}", rules.additional_tiers[e]) for e in extra if e in rules.additional_tiers
            ]
            counters = [*tight, (name, tier)]
            revision = admit(
                request, response, account, counters, permitted=permitted, since=since, beta=beta
            )
            if reads is not None:
                understood = reads.at(revision)
                query.check(understood)
                state_of(request).parameters_read |= understood.known()
            responder(resource, Call(request, account, revision, query), response, **params)

        return admitted

    return decorate


def admit(
    request: falcon.Request,
    response: falcon.Response,
    account: Account | None,
    counters: list[tuple[str, Tier]],
    *,
    permitted: bool = True,
    since: date = revisions.FIRST,
    beta: bool = False,
) -> date:
    """Pass everything between authentication and the query, or raise; return the revision that serves.

    Without an account, which calls by public key may lack, nothing is counted.
    """
    if account is not None:
        _throttle(account, response, counters, permitted=permitted)
    revision = state_of(request).revision = _revision(request, account, since=since, beta=beta)
    _check_accept(request)
    return revision


def _throttle(
    account: Account, response: falcon.Response, counters: list[tuple[str, Tier]], *, permitted: bool
) -> None:
    """Count the call and set the rate-limit headers, or raise ``PermissionDenied`` or ``Throttled``.

    A call without permission is counted and reported as well (recorded response), and not throttled. The last of
    ``counters`` is the endpoint's own and the one reported.
    """
    now, enforced = account.clock.now(), account.switches.rate_limits and permitted
    with account.lock:
        standing = account.limits.take(counters, now, enforced=enforced)
    if standing.wait:
        raise Throttled(standing.wait)
    response.set_headers(standing.headers())
    if not permitted:
        raise PermissionDenied


def _revision(request: falcon.Request, account: Account | None, *, since: date, beta: bool) -> date:
    return revisions.serving(
        request.get_header(revisions.HEADER),
        opt_out=request.get_header(revisions.OPT_OUT_HEADER) == "1",
        today=revisions.STABLE[-1] if account is None else account.clock.now().date(),
        since=since,
        beta=beta,
    )


def _check_accept(request: falcon.Request) -> None:
    if not (request.client_accepts(MEDIA_TYPE) or request.client_accepts("application/json")):
        raise NotAcceptable
