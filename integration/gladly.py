"""Asks Gladly for a customer's e-mail addresses."""

from urllib.parse import quote

import httpx

from integration.answers import RetryLater, later_if_busy
from integration.settings import Settings


class Gladly:
    """Gladly's REST API, as far as it is needed."""

    def __init__(self, settings: Settings, client: httpx.Client) -> None:
        """Call ``client`` with the API user's Basic credentials."""
        self._base = settings.gladly_base_url
        self._auth = httpx.BasicAuth(settings.gladly_username, settings.gladly_api_token)
        self._client = client

    def addresses(self, customer_id: str) -> list[str]:
        """Return the customer's addresses as written, each once whatever its case; none for a deleted customer.

        A merged customer's 301 is followed. Raises ``RetryLater`` when Gladly cannot say now.
        """
        url = f"{self._base}/api/v1/customer-profiles/{quote(customer_id, safe='')}"
        try:
            response = self._client.get(url, auth=self._auth, follow_redirects=True)
        except httpx.HTTPError as error:
            raise RetryLater(type(error).__name__) from None
        later_if_busy(response)
        if response.status_code == httpx.codes.NOT_FOUND:
            return []
        try:
            written = [
                entry["original"].strip() for entry in response.raise_for_status().json().get("emails", [])
            ]
        except (httpx.HTTPStatusError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RetryLater(type(error).__name__) from None
        return list({email.lower(): email for email in reversed(written) if email}.values())[::-1]
