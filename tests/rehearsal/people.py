"""What somebody at the stand-ins does while a live command looks on: through Gladly, never through the harness."""

from tests.rehearsal.stand_ins import StandIns


def add_customer(systems: StandIns, *emails: str) -> str:
    """Make a customer and return the id."""
    body = {"name": "Somebody", "emails": [{"original": email} for email in emails]}
    answer = systems.api_call("POST", "/api/v1/customer-profiles", body)
    return answer.headers["Location"].rsplit("/", 1)[-1]


def open_conversation(systems: StandIns, customer: str) -> str:
    """Open a conversation and return its id."""
    body = {"customer_id": customer, "opened_by": "agent"}
    return str(systems.at_gladly("POST", "/conversations", body)["id"])


def close(systems: StandIns, conversation: str) -> None:
    """Close a conversation."""
    body = {"status": {"value": "CLOSED", "force": True}}
    systems.api_call("PATCH", f"/api/v1/conversations/{conversation}", body)


def open_and_close(systems: StandIns, *emails: str) -> None:
    """Open a conversation with a new customer, and close it."""
    close(systems, open_conversation(systems, add_customer(systems, *emails)))
