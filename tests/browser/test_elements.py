"""Page objects: parts with names, and tasks that say what they missed."""

from importlib import import_module
from pkgutil import walk_packages

import pytest
from playwright.sync_api import Page

from harness import pages
from harness.errors import PartMissing
from harness.pages.check import GLADLY_ADMIN, GLADLY_AGENT, KLAVIYO
from harness.pages.element import PageObject, element, elements_of, sometimes
from harness.pages.klaviyo.new_key import PrivateKeyCreated
from harness.pages.screens import current
from harness.pages.screens.current import all_screens
from harness.pages.screens.entries import Part, Screen
from harness.pages.sign_in import SignIn
from harness.pages.tab import Tab

LOOKED_AT = {one for one, _ in (*KLAVIYO, *GLADLY_ADMIN, *GLADLY_AGENT)} | {SignIn}
ONLY_BY_MAKING_A_KEY = {PrivateKeyCreated}
SHIPPED = all_screens()


class Door(PageObject, system="klaviyo"):
    """A page with a bell."""

    bell = element("The bell.")
    answer = sometimes("The answer to it.")

    def ring(self) -> str:
        """Ring, and return the answer."""
        self.bell.click()
        return self.answer.inner_text()


class Safe(PageObject, system="klaviyo"):
    """A page with a field that a secret is typed into."""

    code = element("The code.")

    def unlock(self, code: str) -> None:
        """Type the code."""
        self.code.fill(code)


SCREENS = {
    "klaviyo": {
        "Door": Screen(parts={"bell": Part(role="button", name="Ring"), "answer": Part(role="status")}),
        "Safe": Screen(parts={"code": Part(label="Code")}),
    }
}


@pytest.fixture(autouse=True)
def _house(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages be found by what the house has."""
    monkeypatch.setattr(current, "all_screens", lambda: SCREENS)


def test_parts_are_declared_with_whether_they_are_always_there() -> None:
    """The parts of a page object can be listed, by name, without a page."""
    assert {name: one.always for name, one in elements_of(Door).items()} == {"bell": True, "answer": False}


def page_objects() -> set[type[PageObject]]:
    """Return every page object there is."""
    modules = [import_module(one.name) for one in walk_packages(pages.__path__, f"{pages.__name__}.")]
    return {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, PageObject) and elements_of(one)
    }


def test_every_declared_part_stands_in_the_files_and_the_other_way_round() -> None:
    """What a page object declares and what the shipped files hold are the same parts, with the same placeholders."""
    declared = {
        (system, one.__name__, name): set(part.leaves_open)
        for one in page_objects()
        for system in ([one.system] if hasattr(one, "system") else SHIPPED)
        for name, part in elements_of(one).items()
    }
    held = {
        (system, page, name): part.placeholders
        for system, screens in SHIPPED.items()
        for page, screen in screens.items()
        for name, part in screen.parts.items()
    }
    assert declared == held


def test_every_page_object_is_looked_at() -> None:
    """``python -m harness pages`` knows each page object but the page that only a new key leads to."""
    found = page_objects()
    assert found - LOOKED_AT == ONLY_BY_MAKING_A_KEY
    assert found >= LOOKED_AT


def test_a_task_uses_its_parts(page: Page) -> None:
    """A part read from a page object is a locator on its page."""
    page.set_content("<button>Ring</button><p role=status>Come in</p>")
    assert Door(Tab(page)).ring() == "Come in"


def test_a_part_that_is_gone_is_named(page: Page) -> None:
    """A task that gets no further names the page object, the task and the part that is missing."""
    page.set_content("<button>Knock</button>")
    with pytest.raises(PartMissing, match=r"Door\.ring at about:blank got no further; not there: Door\.bell"):
        Door(Tab(page)).ring()


def test_a_part_that_may_be_absent_is_not_called_missing(page: Page) -> None:
    """When all that is always there is there, the error says so and passes on what was waited for."""
    page.set_content("<button>Ring</button>")
    with pytest.raises(PartMissing, match="every part that should always be there is"):
        Door(Tab(page)).ring()


def test_what_was_typed_is_in_no_error(page: Page) -> None:
    """An error over a field that takes nothing quotes neither a key nor a password, and chains nothing that would."""
    page.set_content("<label>Code <input disabled></label>")
    for code in ("pk_" + "0a" * 17, 'pass"word\\'):
        with pytest.raises(PartMissing) as caught:
            Safe(Tab(page)).unlock(code)
        assert code not in str(caught.value)
        assert 'fill("…")' in str(caught.value)
        assert caught.value.__suppress_context__
