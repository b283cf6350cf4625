"""Settings > Account > API keys."""

from datetime import date, datetime

from playwright.sync_api import Locator

from harness.pages.element import element, page_object, sometimes
from harness.pages.tab import Tab, settled
from harness.values import KeyRow

LABEL, VALUE, ACCESS, CREATED = range(4)


@page_object
class ApiKeys:
    """The list of private API keys."""

    path = "/settings/account/api-keys"

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``."""
        self.tab, self.page = tab, tab.page

    @element
    def heading(self) -> Locator:
        """The heading of the section of private keys."""
        return self.page.get_by_role("heading", name="Private API Keys")

    @element
    def create(self) -> Locator:
        """The way to a new key."""
        return self.page.get_by_role("link", name="Create Private API Key")

    @sometimes
    def rows(self) -> Locator:
        """The keys."""
        return self.page.get_by_role("table", name="Private API Keys").locator("tbody").get_by_role("row")

    @sometimes
    def nothing(self) -> Locator:
        """What stands there while there is no key."""
        return self.page.get_by_text("No private API key")

    @sometimes
    def confirm_delete(self) -> Locator:
        """The button that confirms the deletion."""
        return self.page.get_by_role("dialog").get_by_role("button", name="Delete")

    def open(self) -> "ApiKeys":
        """Go to the page. Raises ``Refused`` when the system turns the user away."""
        self.tab.visit(self.path)
        return self

    def begin_new_key(self) -> None:
        """Click Create Private API Key."""
        self.tab.follow(self.create)

    def listed(self) -> list[KeyRow]:
        """Return the rows as they stand there."""
        settled(self.rows, self.nothing)
        return [_row(row.get_by_role("cell").or_(row.get_by_role("rowheader"))) for row in self.rows.all()]

    def delete(self, name: str) -> None:
        """Delete the key with this label."""
        self._act(name, "Delete")
        self.tab.follow(self.confirm_delete)

    def row(self, name: str) -> Locator:
        """Return the row of the key with this label."""
        label = self.page.get_by_role("rowheader", name=name, exact=True)
        return self.rows.filter(has=label).describe(f"ApiKeys.row({name!r})")

    def _act(self, name: str, action: str) -> None:
        row = self.row(name)
        row.get_by_label(f"Actions for {name}").click()
        row.get_by_role("button", name=action).click()


def _row(cells: Locator) -> KeyRow:
    texts = [text.strip() for text in cells.all_inner_texts()]
    return KeyRow(texts[LABEL], texts[VALUE], texts[ACCESS], _date(texts[CREATED]))


def _date(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a date of the account's own
