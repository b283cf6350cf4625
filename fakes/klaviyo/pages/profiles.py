"""Audience > Profiles: the people of the account, and the page of each."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import falcon

from fakes.core.errors import PageError
from fakes.klaviyo.pages import ago, feeds, values
from fakes.klaviyo.pages.pager import Pager
from fakes.klaviyo.pages.site import KlaviyoSite, analytics
from fakes.klaviyo.pages.values import Shown
from fakes.klaviyo.rules import times
from fakes.klaviyo.rules.events.feed import Feed
from fakes.klaviyo.rules.profiles import IDENTIFIERS, LOCATION, NAMES, Profile

PROFILES_PATH = "/profiles"
_LABELS = {"external_id": "External ID", "anonymous_id": "Anonymous ID", "ip": "IP address"}


@dataclass(frozen=True, slots=True)
class At:
    """A moment: in words, and as ISO 8601."""

    text: str
    datetime: str


class ProfileList:
    """The page of profiles."""

    def __init__(self, site: KlaviyoSite) -> None:
        """Belong to ``site``."""
        self._site = site

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the profiles whose address was searched for."""
        with analytics(self._site, request) as visit:
            search = request.get_param("search") or ""
            pager = Pager.of(request, visit.tenant.profiles.search(search), search=search)
            rows = [listed(row, visit.tenant.timezone) for row in pager.rows]
            self._site.show(
                response,
                "profiles.html",
                visit,
                pager=pager,
                rows=rows,
                search=search,
                profiles_path=PROFILES_PATH,
            )


class ProfilePage:
    """The page of one profile."""

    def __init__(self, site: KlaviyoSite) -> None:
        """Belong to ``site``."""
        self._site = site

    def on_get(self, request: falcon.Request, response: falcon.Response, profile_id: str) -> None:
        """Show who it is, what they did, and the segments that they are in."""
        with analytics(self._site, request) as visit:
            account = visit.tenant
            profile = account.profiles.get(profile_id)
            if profile is None:
                raise PageError(HTTPStatus.NOT_FOUND, "There is no such profile in this account.")
            self._site.show(
                response,
                "profile.html",
                visit,
                profile=profile,
                about=_set({name: getattr(profile, name) for name in (*IDENTIFIERS, *NAMES)}),
                location=_set({name: profile.location.get(name) for name in LOCATION}),
                properties=values.of_profile(profile.properties),
                segments=account.segments.holding(profile, account.events, account.clock.now()),
                created=_at(profile.created, account.timezone),
                feed=feeds.read(visit, Feed(account.events, profiles=[profile.id])),
                profiles_path=PROFILES_PATH,
            )


def _set(attributes: dict[str, object]) -> list[Shown]:
    """Return those that somebody has, by a label in words."""
    said = {_label(name): value for name, value in attributes.items() if value is not None}
    return values.of_profile(said)


def _label(name: str) -> str:
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def _at(moment: datetime | None, timezone: str) -> At | None:
    return None if moment is None else At(ago.in_full(moment, timezone), times.shown(moment))


def listed(profile: Profile, timezone: str) -> tuple[Profile, At | None]:
    """Return a profile as a row of a list: who, and when they last did something."""
    return profile, _at(profile.last_event_date, timezone)
