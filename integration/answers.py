"""What the other side's answer means for the thing that was asked of it."""

import httpx

LONGEST_WAIT = 3_600.0


class RetryLater(Exception):
    """Try again, not before ``seconds`` when the other side asked for a wait."""

    def __init__(self, why: str, seconds: float = 0.0) -> None:
        """Say why, for the log."""
        super().__init__(why)
        self.seconds = seconds


class Refused(Exception):
    """The credentials or the API are of no use: park everything until the settings change."""


class Rejected(Exception):
    """This one request will never be accepted, however often it is sent."""


def later_if_busy(response: httpx.Response) -> None:
    """Raise ``RetryLater`` on 429 and 5xx, heeding ``Retry-After`` in seconds."""
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
        wait = response.headers.get("Retry-After", "")
        seconds = min(float(wait), LONGEST_WAIT) if wait.isdecimal() else 0.0
        raise RetryLater(f"status {response.status_code}", seconds)


def later_if_not_from_the_api(response: httpx.Response) -> None:
    """Raise ``RetryLater`` on a page of what stands in front of the API, which knows nothing of keys or events.

    That is a refusal in HTML, or a 403 that is not the API's own JSON.
    """
    kind = response.headers.get("Content-Type", "")
    in_front = "html" in kind or (response.status_code == httpx.codes.FORBIDDEN and "json" not in kind)
    if response.is_client_error and in_front:
        raise RetryLater("turned away in front of the API")
