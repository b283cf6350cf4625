"""Answers of a fake, changed on their way: what a vendor might do one day."""

import json
from collections.abc import Callable
from typing import Any

import httpx

Change = Callable[[httpx.Request, httpx.Response], httpx.Response | None]


class Planted(httpx.BaseTransport):
    """Passes requests on, and changes answers to which ``change`` returns another one."""

    def __init__(self, inner: httpx.BaseTransport, change: Change) -> None:
        """Stand before ``inner``."""
        self._inner, self._change = inner, change

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer, changed or not."""
        answer = self._inner.handle_request(request)
        answer.read()
        return self._change(request, answer) or answer


def plant(change: Change) -> Callable[[httpx.BaseTransport], httpx.BaseTransport]:
    """Return what puts ``change`` before a transport."""
    return lambda inner: Planted(inner, change)


def again(answer: httpx.Response, **other: Any) -> httpx.Response:
    """Return an answer with another status, headers or content."""
    headers = [one for one in answer.headers.raw if one[0].lower() != b"content-length"]
    made: dict[str, Any] = {
        "status_code": answer.status_code,
        "headers": headers,
        "content": answer.content,
    } | other
    return httpx.Response(**made)


def at(path: str, change: Callable[[Any], Any], status: int = 200) -> Change:
    """Change the JSON of answers with ``status`` to paths that begin with ``path``."""

    def changed(request: httpx.Request, answer: httpx.Response) -> httpx.Response | None:
        if not request.url.path.startswith(path) or answer.status_code != status:
            return None
        return again(answer, content=json.dumps(change(answer.json())).encode())

    return changed


def everywhere(value: Any, name: str, change: Callable[[dict[str, Any]], None]) -> Any:
    """Return ``value`` with every object that has a field ``name`` changed."""
    if isinstance(value, list):
        return [everywhere(one, name, change) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: everywhere(one, name, change) for key, one in value.items()}
    if name in made:
        change(made)
    return made
