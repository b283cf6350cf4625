"""The workspace with a conversation in it."""

from harness.pages.element import PageObject, element, sometimes


class Conversation(PageObject, system="gladly", about_people=True):
    """A conversation's timeline, and the ways to close it."""

    timeline = element("What has happened, line by line.")
    close_and_next = sometimes(
        "The button that closes and goes on; there while the conversation is not closed."
    )
    more_ways = sometimes("The arrow beside it.")
    close = sometimes("Close, in the list behind the arrow.")
    close_anyway = sometimes("The button that confirms closing while the customer waits for an answer.")
    status = element("The conversation's status: New, Open, Waiting or Closed.")
    closed = sometimes("The status when it says that the conversation is closed.")

    def shown_id(self) -> str:
        """Return the id of the conversation that is shown."""
        return self._read_address("id")

    def open(self, conversation_id: str) -> "Conversation":
        """Go to the conversation by its address."""
        self.tab.visit(self._address(id=conversation_id))
        return self

    def close_it(self) -> None:
        """Close the conversation, even if the customer waits; closing a closed one is nothing new."""
        if not self.more_ways.is_visible():
            return
        self.more_ways.click()
        self.close.click()
        self.close_anyway.or_(self.closed).first.wait_for()
        if self.close_anyway.is_visible():
            self.tab.follow(self.close_anyway)
            self.closed.wait_for()
