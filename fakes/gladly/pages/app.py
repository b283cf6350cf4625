"""The addresses of the pages."""

from fakes.core.pages.doors import add_site
from fakes.core.web import App
from fakes.gladly.pages.site import GladlySite


def add_pages(app: App, site: GladlySite) -> None:
    """Add the pages of ``site`` to ``app``."""
    add_site(app, site)
