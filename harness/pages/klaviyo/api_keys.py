"""Settings > Account > API keys."""

from datetime import date, datetime

from playwright.sync_api import Locator

from harness.pages.element import PageObject, element, sometimes, varying
from harness.pages.tab import settled
from harness.values import KeyRow

_CELLS = "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText))"
_PLACE = "(heading) => heading.cellIndex"


class ApiKeys(PageObject, system="klaviyo"):
    """The list of private API keys."""

    heading = element("The heading of the section of private keys.")
    create = element("The way to a new key.")
    table = sometimes("The table of the keys.")
    label_column = sometimes("The heading of the column of the keys' labels.")
    key_column = sometimes("The heading of the column of the keys, masked.")
    access_column = sometimes("The heading of the column of access levels.")
    created_column = sometimes("The heading of the column of days.")
    rows = sometimes("The keys.")
    nothing = sometimes("What stands there while there is no key.")
    label = varying("The label of one key, in its row.", "name")
    actions = varying("What opens the list of actions of a key, in its row.", "name")
    delete_action = varying("Deleting, in the list of actions of a key.")
    confirm_delete = sometimes("The button that confirms the deletion.")

    def open(self) -> "ApiKeys":
        """Go to the page. Raises ``Refused`` when the system turns the user away."""
        self.tab.visit(self._address())
        return self

    def begin_new_key(self) -> None:
        """Click Create Private API Key."""
        self.tab.follow(self.create)

    def listed(self) -> list[KeyRow]:
        """Return the rows as they stand there, whatever the order of the columns."""
        settled(self.rows, self.nothing)
        rows = self.rows.evaluate_all(_CELLS)
        if not rows:
            return []
        columns = (self.label_column, self.key_column, self.access_column, self.created_column)
        label, key, access, created = [column.evaluate(_PLACE) for column in columns]
        return [
            KeyRow(row[label].strip(), row[key].strip(), row[access].strip(), _date(row[created].strip()))
            for row in rows
        ]

    def delete(self, name: str) -> None:
        """Delete the key with this label."""
        row = self.row(name)
        self.actions(row, name=name).click()
        self.delete_action(row).click()
        self.tab.follow(self.confirm_delete)

    def row(self, name: str) -> Locator:
        """Return the row of the key with this label."""
        return self.rows.filter(has=self.label(name=name)).describe(f"ApiKeys.row({name!r})")


def _date(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a date of the account's own
