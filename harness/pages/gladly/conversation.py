"""The workspace with a conversation in it."""

from playwright.sync_api import Locator

from harness.pages.element import element, page_object, sometimes
from harness.pages.tab import Tab


@page_object
class Conversation:
    """A conversation's timeline, and the ways to close it."""

    def __init__(self, tab: Tab) -> None:
        """Work in ``tab``, which shows a conversation."""
        self.tab, self.page = tab, tab.page

    @element
    def timeline(self) -> Locator:
        """What has happened, line by line."""
        return self.page.get_by_role("list", name="Timeline")

    @sometimes
    def close_and_next(self) -> Locator:
        """The button that closes and goes on; there while the conversation is not closed."""
        return self.page.get_by_role("button", name="Close & Next")

    @sometimes
    def more_ways(self) -> Locator:
        """The arrow beside it."""
        return self.page.get_by_label("More ways to close")

    @sometimes
    def close(self) -> Locator:
        """Close, in the list behind the arrow."""
        return self.page.get_by_role("button", name="Close", exact=True)

    @sometimes
    def close_anyway(self) -> Locator:
        """The button that confirms closing while the customer waits for an answer."""
        return self.page.get_by_role("dialog").get_by_role("button", name="Close anyway")

    @element
    def status(self) -> Locator:
        """The conversation's status: New, Open, Waiting or Closed."""
        return self.page.get_by_label("Status", exact=True)

    def open(self, conversation_id: str) -> "Conversation":
        """Go to the conversation by its address."""
        self.tab.visit(f"/conversations/{conversation_id}")
        return self

    def close_it(self) -> None:
        """Close the conversation, even if the customer waits; closing a closed one is nothing new."""
        if not self.more_ways.is_visible():
            return
        self.more_ways.click()
        self.close.click()
        closed = self.status.filter(has_text="Closed")
        self.close_anyway.or_(closed).first.wait_for()
        if self.close_anyway.is_visible():
            self.tab.follow(self.close_anyway)
            closed.wait_for()
