"""Broken web pages, beside ``mutants`` and ``key_mutants``: each must turn a scenario of the browser world red."""

from http import HTTPStatus
from typing import Any, cast

import falcon

from fakes.core.pages.site import go
from fakes.gladly.pages.apps import Toggle
from fakes.klaviyo.pages import keys, pager
from fakes.klaviyo.pages.feeds import Filters
from fakes.klaviyo.pages.metrics import MetricList
from fakes.klaviyo.pages.pager import Pager
from fakes.klaviyo.pages.site import KEYS_PATH, KlaviyoVisit
from fakes.klaviyo.rules.events.events import Events
from fakes.klaviyo.rules.keys.keys import PrivateKey
from fakes.klaviyo.rules.keys.scopes import AccessLevel
from tests.meta.fake_mutants import MUTANTS, mutant, set_rule

__all__ = ["MUTANTS"]

FILTERS = ("property", "value")


def _params(request: falcon.Request) -> dict[str, Any]:
    """Return the parameters of a request, to be changed."""
    return cast(dict[str, Any], request.params)


@mutant
def page_masks_the_new_key() -> None:
    """The page of a new key shows no more of it than the list does."""

    def masked(visit: KlaviyoVisit, key: PrivateKey) -> None:
        visit.session.once |= {keys.SHOWN_ONCE: key.masked, "name": key.name}
        go(f"{KEYS_PATH}/created")

    set_rule(keys, "_show_once", masked)


@mutant
def page_passes_over_the_filter() -> None:
    """The feed shows every event, whatever property was chosen."""
    set_rule(Filters, "wanted", property(lambda _filters: None))


@mutant
def page_loses_all_but_the_first() -> None:
    """A long list ends with its first page."""
    real = Pager.of.__func__  # type: ignore[attr-defined]  # the function behind the class method

    def first(cls: Any, request: Any, rows: Any, /, **kept: str) -> Any:
        return real(cls, request, rows[:25], **kept)

    set_rule(Pager, "of", classmethod(first))


@mutant
def page_finds_no_metric() -> None:
    """The list of metrics says that there are none."""
    real = Pager.of.__func__  # type: ignore[attr-defined]  # the function behind the class method

    def none(cls: Any, request: Any, _rows: Any, /, **kept: str) -> Any:
        return real(cls, request, [], **kept)

    set_rule(Pager, "of", classmethod(none))


@mutant
def page_clears_nothing() -> None:
    """Clear leads to the list as it was searched."""
    real, searched = MetricList.on_get, [""]

    def forgetful(page: MetricList, request: falcon.Request, response: falcon.Response) -> None:
        searched.append(_params(request).setdefault("search", searched[-1]))
        real(page, request, response)

    set_rule(MetricList, "on_get", forgetful)


@mutant
def page_has_rows_of_its_own_choice() -> None:
    """A page has as many rows as it likes, whatever was chosen."""
    set_rule(pager, "SIZES", (25,))


@mutant
def page_of_best_people_is_empty() -> None:
    """The best people are nobody."""
    set_rule(Events, "most_active", lambda _self, _metric: [])


@mutant
def page_keeps_the_filter() -> None:
    """Clearing the filters leaves the one that was chosen."""
    real = Filters.of.__func__  # type: ignore[attr-defined]  # the function behind the class method
    chosen: dict[str, Any] = {}

    def sticky(cls: Any, request: falcon.Request, timezone: str) -> Any:
        chosen.update({name: request.params[name] for name in FILTERS if name in request.params})
        _params(request).update(chosen)
        return real(cls, request, timezone)

    set_rule(Filters, "of", classmethod(sticky))


@mutant
def page_is_another() -> None:
    """Where the list of keys should be there is something else."""

    def other(_page: keys.KeyList, _request: falcon.Request, response: falcon.Response) -> None:
        response.content_type, response.text = (
            falcon.MEDIA_HTML,
            "<main><p>Something else entirely</p></main>",
        )

    set_rule(keys.KeyList, "on_get", other)


@mutant
def page_creates_on_opening() -> None:
    """The form of a new key makes one when it is opened, so that Cancel comes too late."""
    real = keys.NewKey.on_get

    def hasty(page: keys.NewKey, request: falcon.Request, response: falcon.Response) -> None:
        with page.visit(request) as visit:
            visit.tenant.keys.create(visit.user, "Hasty", AccessLevel.FULL)
        real(page, request, response)

    set_rule(keys.NewKey, "on_get", hasty)


@mutant
def page_switches_nothing() -> None:
    """The switch of an app says yes and does nothing."""

    def idle(page: Toggle, request: falcon.Request, response: falcon.Response, app_id: str) -> None:
        del app_id
        page.site.form(request)
        response.status, response.location = HTTPStatus.SEE_OTHER, "/admin/apps"

    set_rule(Toggle, "on_post", idle)
