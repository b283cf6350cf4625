"""What Gladly's pages share: entering, the rules' refusals as pages or beside fields, and the journal's lines."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, NoReturn

import falcon

from fakes.core.errors import PageError
from fakes.core.pages.site import go
from fakes.gladly.pages.site import GladlySite, GladlyVisit
from fakes.gladly.rules.errors import MovedError, NotExistError, RoleError, RuleError

Errors = Mapping[str, str]
"""What is wrong, by the name of the form's field; under ``""`` what is about no field."""


class Page:
    """A page, or what a form on one does."""

    def __init__(self, site: GladlySite) -> None:
        """Belong to ``site``."""
        self.site = site

    @contextmanager
    def entered(self, request: falcon.Request) -> Iterator[GladlyVisit]:
        """Enter; a rule's no that nobody has caught becomes a page."""
        with refusals():
            yield self.site.enter(request)

    @contextmanager
    def reading(self, request: falcon.Request) -> Iterator[GladlyVisit]:
        """Enter and hold the organization while a page is made. Whoever changes something uses ``fake.acting``."""
        with self.entered(request) as visit, visit.tenant.lock:
            yield visit

    def show(
        self,
        response: falcon.Response,
        template: str,
        visit: GladlyVisit,
        *,
        errors: Errors | None = None,
        status: HTTPStatus | None = None,
        **values: Any,
    ) -> None:
        """Answer a page; with ``errors`` it is one that was refused (422, if no other status is given)."""
        fallback = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
        with visit.tenant.lock:
            self.site.show(
                response, template, visit, status=status or fallback, errors=errors or {}, **values
            )


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a rule's no into a page: 403 (role), 404 (nothing of that name), else 409. Who was merged is followed."""
    try:
        yield
    except RoleError as error:
        raise PageError(HTTPStatus.FORBIDDEN, sentence(error)) from None
    except MovedError as error:
        go(f"/customers/{(error.errors[0].meta or {})['new']}")
    except NotExistError as error:
        raise PageError(HTTPStatus.NOT_FOUND, sentence(error)) from None
    except RuleError as error:
        raise PageError(HTTPStatus.CONFLICT, sentence(error)) from None


def sentence(error: RuleError) -> str:
    """Return a rule's no as a sentence."""
    return f"{_capital(str(error))}."


def by_field(error: RuleError, fields: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong by the form's fields; ``fields`` has the field's name for each attribute of the rules."""
    found: dict[str, str] = {}
    for one in error.errors:
        name = fields.get(one.attr or "", "")
        text = f"{_capital(one.detail or one.code)}."
        found[name] = f"{found[name]} {text}" if name in found else text
    return found


def note(visit: GladlyVisit, what: str, **details: Any) -> None:
    """Write into the journal what somebody did on a page, where the rules do not do so themselves."""
    visit.tenant.journal.write("action", what, user=visit.user.email, **details)


def done(visit: GladlyVisit, text: str, path: str) -> NoReturn:
    """Go on to ``path``, where ``text`` is said once."""
    visit.session.notices.append(text)
    go(path)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")
