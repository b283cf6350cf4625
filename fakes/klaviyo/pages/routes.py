"""The addresses of the pages."""

import falcon

from fakes.core.http.app import App
from fakes.core.pages.sign_in import add_site
from fakes.core.pages.site import go
from fakes.klaviyo.pages.keys import ClonedKey, CreatedKey, DeletedKey, KeyList, NewKey
from fakes.klaviyo.pages.metric import MetricPage, MetricSwitch
from fakes.klaviyo.pages.metrics import MetricList
from fakes.klaviyo.pages.profiles import PROFILES_PATH, ProfileList, ProfilePage
from fakes.klaviyo.pages.segments import SEGMENTS_PATH, SegmentList, SegmentPage
from fakes.klaviyo.pages.site import KEYS_PATH, METRICS_PATH, NEW_KEY_PATH, KlaviyoSite

SETTINGS_PATH = "/settings/account"


class Settings:
    """Settings > Account: what the account is called, and the way to its API keys."""

    def __init__(self, site: KlaviyoSite) -> None:
        """Belong to ``site``."""
        self._site = site

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the account."""
        visit = self._site.enter(request)
        self._site.show(response, "settings.html", visit, keys_path=KEYS_PATH)


class OldKeysAddress:
    """``/account``, where the keys were before; it leads to where they are now (public report)."""

    def on_get(self, _request: falcon.Request, _response: falcon.Response) -> None:
        """Send the browser on."""
        go(KEYS_PATH)


def add_pages(app: App, site: KlaviyoSite) -> None:
    """Add the pages of ``site`` to ``app``."""
    add_site(app, site)
    app.add_route(SETTINGS_PATH, Settings(site))
    app.add_route("/account", OldKeysAddress())
    app.add_route(KEYS_PATH, KeyList(site))
    app.add_route(f"{KEYS_PATH}/created", CreatedKey(site))
    app.add_route(f"{KEYS_PATH}/{{key_id}}/clone", ClonedKey(site))
    app.add_route(f"{KEYS_PATH}/{{key_id}}/delete", DeletedKey(site))
    app.add_route(NEW_KEY_PATH, NewKey(site))
    app.add_route(METRICS_PATH, MetricList(site))
    app.add_route("/metric", MetricSwitch(site))
    app.add_route("/metric/{metric_id}", MetricPage(site))
    app.add_route("/metric/{metric_id}/{slug}", MetricPage(site))
    app.add_route(PROFILES_PATH, ProfileList(site))
    app.add_route("/profile/{profile_id}", ProfilePage(site))
    app.add_route(SEGMENTS_PATH, SegmentList(site))
    app.add_route(f"{SEGMENTS_PATH}/{{segment_id}}", SegmentPage(site))
