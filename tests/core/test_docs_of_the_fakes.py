"""``docs/fakes.md`` says what is served, and what is not: both are held against the routes."""

import re
from pathlib import Path

import pytest

from fakes.core.http.app import App
from fakes.gladly import app as gladly_app
from fakes.klaviyo import app as klaviyo_app

TEXT = (Path(__file__).parents[2] / "docs" / "fakes.md").read_text(encoding="utf-8")
CODE = re.compile(r"`(/[a-z][\w/{}.-]*)`")
BLANK = re.compile(r"\{[^}]*\}")


def section(begin: str, end: str) -> str:
    """Return the text between two sentences of the page."""
    _, found, rest = TEXT.partition(begin)
    assert found, begin
    return rest.partition(end)[0]


SERVED = {
    "klaviyo": section("Klaviyo, with `HEAD` wherever", "Deliberately not served"),
    "gladly": section("Gladly, under `/api/v1`:", "Anything else is answered 501"),
}
APPS = {"klaviyo": klaviyo_app.routes, "gladly": gladly_app.routes}


def paths(app: App) -> set[str]:
    """Return the path templates that are served, their fields blank."""
    return {BLANK.sub("{}", route.path) for route in app.served}


@pytest.mark.parametrize("vendor", APPS)
def test_what_is_said_to_be_served_is(vendor: str) -> None:
    """Every path that the page lists as served has a route."""
    said = {BLANK.sub("{}", path) for path in CODE.findall(SERVED[vendor])}
    whole = {path for path in said if path.startswith(("/api/", "/client/", "/login", "/admin/", "/metric"))}
    assert whole
    assert whole - paths(APPS[vendor]()) == set()


def test_what_is_said_not_to_be_served_is_not() -> None:
    """No path that the page lists as deliberately not served has a route."""
    text = section("Deliberately not served", "Gladly, under `/api/v1`:")
    said = {BLANK.sub("{}", path) for path in CODE.findall(text)}
    assert said & paths(klaviyo_app.routes()) == set()
