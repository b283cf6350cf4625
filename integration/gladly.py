"""Asks Gladly for a customer's e-mail addresses, and for what it has raised lately."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx

from integration.answers import Refused, RetryLater, later_if_busy, later_if_not_from_the_api, told_at
from integration.calls import Calls
from integration.outbox import Side
from integration.settings import Settings

MOST_MOVES = 5
LONGEST_ADDRESS = 320  # RFC 3696: what a mail server can be told
_CREDENTIALS_REFUSED = {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}


class BadWindow(RetryLater):
    """Gladly does not answer for that time: it is too long ago, or not yet."""


class Gladly:
    """Gladly's REST API, as far as it is needed. Every call raises ``RetryLater`` or ``Refused`` when it is of no use."""

    def __init__(self, settings: Settings, calls: Calls, now: Callable[[], float]) -> None:
        """Call with the API user's Basic credentials."""
        self._base = settings.gladly_base_url
        self._auth = httpx.BasicAuth(settings.gladly_username, settings.gladly_api_token)
        self._calls = calls
        self._now = now
        self.side = Side("gladly", settings.gladly_credentials())

    def addresses(self, customer_id: str) -> list[str]:
        """Return the customer's addresses as written, each once whatever its case; none for a deleted customer.

        A merged customer's are those of the one that is left.
        """
        response = self._profile(customer_id)
        if response.status_code == httpx.codes.NOT_FOUND:
            return []
        try:
            written = [entry["original"].strip() for entry in response.json().get("emails", [])]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RetryLater(type(error).__name__) from None
        return list({email.lower(): email for email in reversed(written) if _is_usable(email)}.values())[::-1]

    def events_since(self, start: float) -> tuple[list[str], float]:
        """Return the lines of the Events API from ``start`` on, and what time it was at Gladly. Raises ``BadWindow`` too."""
        query = {"startAt": datetime.fromtimestamp(start, UTC).isoformat(timespec="milliseconds")}
        response = self._get(f"{self._base}/api/v1/events", params={**query, "entities": "CONVERSATION"})
        if response.status_code == httpx.codes.BAD_REQUEST:
            raise BadWindow("status 400 for the window of time")
        if response.status_code != httpx.codes.OK:
            raise RetryLater(f"status {response.status_code}")
        lines = [line for line in response.text.splitlines() if line.strip()]
        return lines, told_at(response, self._now())

    def _profile(self, customer_id: str) -> httpx.Response:
        """Return a customer's profile, or Gladly's own 404."""
        url = f"{self._base}/api/v1/customer-profiles/{quote(customer_id, safe='')}"
        for _ in range(MOST_MOVES):
            response = self._get(url)
            if not response.is_redirect:
                break
            url = self._moved_to(url, response)
        gone = response.status_code == httpx.codes.NOT_FOUND and _errors(response)
        if response.status_code != httpx.codes.OK and not gone:
            raise RetryLater(f"status {response.status_code}")
        return response

    def _get(self, url: str, **options: Any) -> httpx.Response:
        response = self._calls.ask("GET", url, auth=self._auth, **options)
        later_if_busy(response, self._now())
        later_if_not_from_the_api(response)
        if response.status_code in _CREDENTIALS_REFUSED and _errors(response):
            raise Refused(f"status {response.status_code}")
        return response

    def _moved_to(self, url: str, response: httpx.Response) -> str:
        """Return where a merged customer is now: by the new id in Gladly's words, else where it points on this very host.

        The credentials go with the next call, so another host is not an answer, whoever names it.
        """
        for error in _errors(response):
            meta = error.get("meta")
            new_id = meta.get("new") if isinstance(meta, dict) else None
            if isinstance(new_id, str) and new_id:
                return f"{self._base}/api/v1/customer-profiles/{quote(new_id, safe='')}"
        target: str = urljoin(url, response.headers.get("Location", ""))
        if urlsplit(target)[:2] != urlsplit(self._base)[:2] or not target.startswith(f"{self._base}/"):
            raise RetryLater("sent to another host")
        return target


def _errors(response: httpx.Response) -> list[dict[str, Any]]:
    """Return the errors in Gladly's own words; none when the words are somebody else's."""
    try:
        said = response.json()
    except (ValueError, RecursionError):
        return []
    errors = said.get("errors") if isinstance(said, dict) else None
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


def _is_usable(email: str) -> bool:
    """Say whether ``email`` can be kept and sent at all; whether it is an address Klaviyo says."""
    return bool(email) and email.isprintable() and len(email) <= LONGEST_ADDRESS
