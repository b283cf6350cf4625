"""``live sign-in``: keep the browser state of somebody who has signed in, by hand or with an address and a password."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Error as PlaywrightError

from harness.chromium.session import BrowserSession
from harness.errors import Refused, Unreachable
from harness.live.sessions import behind_the_door, keep_state, system_of
from harness.live.settings import LiveSettings, Person
from harness.pages.sign_in import SignIn
from harness.pages.tab import Tab

BY_HAND_WITHIN = 600.0
POLL_MS = 1_000


def sign_in(
    settings: LiveSettings, person: Person, browser: BrowserSession, tell: Callable[[str], None]
) -> None:
    """Sign ``person`` in and write the state to the person's file.

    Raises ``Refused`` when the system does not take address and password, or nobody signs in in time; ``Unreachable`` when
    the browser gets nowhere.
    """
    system = system_of(person.name)
    url = settings.klaviyo_web if system == "klaviyo" else settings.gladly
    context = browser.open_context(url)
    try:
        door = SignIn(Tab(context.new_page()), system)
        if person.login is not None:
            door.sign_in(person.login.username, person.login.password)
        else:
            _by_hand(door, tell)
        keep_state(context, person.state)
    except PlaywrightError as error:
        text = str(error).partition("\n")[0]
        raise Unreachable(f"the browser could not go to {url}, or was closed: {text}") from None
    finally:
        context.close()


def _by_hand(door: SignIn, tell: Callable[[str], None]) -> None:
    """Wait until somebody has signed in in the window."""
    page = door.page
    page.goto(behind_the_door(door.system))
    minutes = BY_HAND_WITHIN / 60
    tell(f"sign in in the window that has opened, second factor and all; within {minutes:.0f} minutes")
    end, host = time.monotonic() + BY_HAND_WITHIN, urlsplit(page.url).netloc
    while time.monotonic() < end:
        if urlsplit(page.url).netloc == host and not door.is_shown() and not door.password.count():
            return
        page.wait_for_timeout(POLL_MS)
    raise Refused(f"nobody signed in within {minutes:.0f} minutes")
