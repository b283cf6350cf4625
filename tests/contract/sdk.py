"""Klaviyo's official Python SDK, pointed at the fake."""

from typing import Any

from klaviyo_api import KlaviyoAPI

from tests.serving import Served


def client(fakes: Served, key: str) -> Any:
    """Return the SDK with ``key``, pointed at the fake; it tries each call once."""
    return KlaviyoAPI(key, max_retries=1, test_host=fakes.klaviyo_url)
