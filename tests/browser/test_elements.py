"""Page objects: parts with names, and tasks that say what they missed."""

from importlib import import_module
from pkgutil import walk_packages

import pytest
from playwright.sync_api import Locator, Page

from harness import pages
from harness.errors import PartMissing
from harness.pages.check import GLADLY_ADMIN, GLADLY_AGENT, KLAVIYO
from harness.pages.element import element, elements_of, page_object, sometimes
from harness.pages.klaviyo.new_key import PrivateKeyCreated
from harness.pages.sign_in import SignIn

LOOKED_AT = {one for one, _ in (*KLAVIYO, *GLADLY_ADMIN, *GLADLY_AGENT)} | {SignIn}
ONLY_BY_MAKING_A_KEY = {PrivateKeyCreated}


@page_object
class Door:
    """A page with a bell."""

    def __init__(self, page: Page) -> None:
        """Work in ``page``."""
        self.page = page

    @element
    def bell(self) -> Locator:
        """The bell."""
        return self.page.get_by_role("button", name="Ring")

    @sometimes
    def answer(self) -> Locator:
        """The answer to it."""
        return self.page.get_by_role("status")

    def ring(self) -> str:
        """Ring, and return the answer."""
        self.bell.click()
        return self.answer.inner_text()


def test_parts_are_declared_with_whether_they_are_always_there() -> None:
    """The parts of a page object can be listed, by name, without a page."""
    assert {name: one.always for name, one in elements_of(Door).items()} == {"bell": True, "answer": False}


def test_every_page_object_is_looked_at() -> None:
    """``python -m harness pages`` knows each page object but the page that only a new key leads to."""
    modules = [import_module(one.name) for one in walk_packages(pages.__path__, f"{pages.__name__}.")]
    found = {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and elements_of(one)
    }
    assert found - LOOKED_AT == ONLY_BY_MAKING_A_KEY
    assert found >= LOOKED_AT


def test_a_task_uses_its_parts(page: Page) -> None:
    """A part read from a page object is a locator on its page."""
    page.set_content("<button>Ring</button><p role=status>Come in</p>")
    assert Door(page).ring() == "Come in"


def test_a_part_that_is_gone_is_named(page: Page) -> None:
    """A task that gets no further names the page object, the task and the part that is missing."""
    page.set_content("<button>Knock</button>")
    with pytest.raises(PartMissing, match=r"Door\.ring at about:blank got no further; not there: Door\.bell"):
        Door(page).ring()


def test_a_part_that_may_be_absent_is_not_called_missing(page: Page) -> None:
    """When all that is always there is there, the error says so and passes on what was waited for."""
    page.set_content("<button>Ring</button>")
    with pytest.raises(PartMissing, match="every part that should always be there is"):
        Door(page).ring()


@page_object
class Safe:
    """A page with a field that a secret is typed into."""

    def __init__(self, page: Page) -> None:
        """Work in ``page``."""
        self.page = page

    def unlock(self, code: str) -> None:
        """Type the code."""
        self.page.get_by_label("Code").fill(code)


def test_what_was_typed_is_in_no_error(page: Page) -> None:
    """An error over a field that takes nothing quotes neither a key nor a password, and chains nothing that would."""
    page.set_content("<label>Code <input disabled></label>")
    for code in ("pk_" + "0a" * 17, 'pass"word\\'):
        with pytest.raises(PartMissing) as caught:
            Safe(page).unlock(code)
        assert code not in str(caught.value)
        assert 'fill("…")' in str(caught.value)
        assert caught.value.__suppress_context__
