"""What was asked of a fake and what it answered, kept for judging."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from fakes.conform.document import Json, normal
from fakes.core.http.app import Application
from fakes.core.http.inprocess import InProcess
from fakes.core.http.middleware import CONTROL_HEADER
from fakes.core.paths import CONTROL_PREFIX

UNSUPPORTED = 501
_ABSENT = object()
_CALLS = ("/api/", "/client/")


@dataclass(frozen=True)
class Exchange:
    """A request with its purpose, and the answer; ``expected`` is the status that the script waited for.

    ``sent`` is the JSON body, or None without one; ``query`` names the query parameters, ``named`` has what stood in the
    path's fields.
    """

    operation: str
    purpose: str
    expected: int
    status: int
    sent: Json | None
    query: tuple[str, ...]
    headers: Mapping[str, str]
    body: bytes
    named: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What finds the operation in a document."""
        return normal(self.operation)


@dataclass
class Driver:
    """Speaks to a fake in its process and keeps what is said; ``credentials`` go with every request."""

    app: Application
    base_url: str
    control_token: str
    credentials: dict[str, str] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    media_type: str = "application/json"
    calls: list[str] = field(default_factory=list)
    """What the vendor calls at somebody else's, by its document: driven as they come."""

    def __post_init__(self) -> None:
        """Open the client; it holds no connection."""
        self._client = httpx.Client(transport=InProcess(self.app), base_url=self.base_url)

    def routes(self) -> list[str]:
        """Return the calls in the route table: no pages, no control plane, nothing that a framework adds by itself."""
        return [
            route
            for route in self.app.app.known_routes()
            if not route.startswith("OPTIONS ") and route.partition(" ")[2].startswith(_CALLS)
        ]

    def __call__(
        self,
        operation: str,
        purpose: str,
        expected: int,
        body: Any = _ABSENT,
        *,
        query: Any = None,
        **fields: str,
    ) -> httpx.Response:
        """Ask ``operation``, a method and a path template that ``fields`` fill, and keep the exchange.

        ``body`` is any JSON value, ``query`` a mapping of names to a text or a list of texts.
        """
        response = self._send(operation, body, query, self.credentials, fields)
        self.exchanges.append(
            Exchange(
                operation,
                purpose,
                expected,
                response.status_code,
                None if body is _ABSENT else json.loads(json.dumps(body)),
                tuple(query or ()),
                response.headers,
                response.content,
                tuple(fields.values()),
            )
        )
        return response

    def with_placeholders(self, operation: str, purpose: str, expected: int) -> None:
        """Ask ``operation`` about things that nobody has, which must be refused."""
        fields = dict.fromkeys(re.findall(r"\{(\w+)\}", operation), "x")
        if operation.startswith(("GET ", "DELETE ")):
            self(operation, purpose, expected, **fields)
        else:
            self(operation, purpose, expected, {}, **fields)

    @contextmanager
    def speaking_as(self, credentials: dict[str, str]) -> Iterator[None]:
        """Send ``credentials`` instead of the usual ones."""
        kept, self.credentials = self.credentials, credentials
        try:
            yield
        finally:
            self.credentials = kept

    def receive(self, operation: str, request: httpx.Request) -> httpx.Response:
        """Accept what the fake sends to ``operation``, and keep it like any exchange."""
        body = json.loads(request.content)
        self.exchanges.append(Exchange(operation, body["type"], 200, 200, body, (), {}, b""))
        return httpx.Response(200)

    def is_unsupported(self, operation: str) -> bool:
        """Say whether the fake answers ``operation`` of a document by its own 501."""
        said = normal(operation).replace("{}", "x")
        response = self._send(said, _ABSENT, None, self.credentials, {})
        return response.status_code == UNSUPPORTED and "unsupported by the fake" in response.text

    def control(self, method: str, path: str, body: Any = _ABSENT) -> Any:
        """Call the control plane and return its answer's JSON, None without any."""
        response = self._send(
            f"{method} {CONTROL_PREFIX}{path}", body, None, {CONTROL_HEADER: self.control_token}, {}
        )
        response.raise_for_status()
        return response.json() if response.content else None

    def _send(
        self,
        operation: str,
        body: Any,
        query: Mapping[str, str | list[str]] | None,
        headers: Mapping[str, str],
        fields: Mapping[str, str],
    ) -> httpx.Response:
        method, _, path = operation.partition(" ")
        for name, value in fields.items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        content = None if body is _ABSENT else json.dumps(body)
        typed = {} if body is _ABSENT else {"Content-Type": self.media_type}
        return self._client.request(method, path, params=query, headers={**typed, **headers}, content=content)
