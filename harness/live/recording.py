"""A recording of a live run: the shapes of requests and answers, one file for each kind of call, without what they say.

Opt-in, for the fakes to be mended by. A kind of call is a system, a method and a path without ids; what is sent again is
merged and counted. ``Recording.record`` fits the ``record`` of a ``Caller``.
"""

import json
import os
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl

import httpx

from harness.errors import BadEvidence
from harness.live.kinds import UNNAMED, header_name, plain_path
from harness.live.shapes import (
    AnswerShape,
    answer_as_json,
    answer_from_json,
    merged_answers,
    shape_of_answer,
)
from harness.live.words import is_worded

PRIVATE, PRIVATE_FOLDER = 0o600, 0o700
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
WHOLE, SPARSE = "whole", "sparse fields"
_QUERY_NAME: Final = re.compile(r"[A-Za-z_-]{1,40}(?:\[[A-Za-z_-]{1,40}\])?")


@dataclass
class Kind:
    """One kind of call: how often it was made, with which names, and what was answered."""

    system: str
    method: str
    path: str
    count: int = 0
    queries: set[str] = field(default_factory=set)
    headers: set[str] = field(default_factory=set)
    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    answers: dict[tuple[int, str], AnswerShape] = field(default_factory=dict)
    """Status, and whether all fields or some only were asked for → the shape."""

    @property
    def name(self) -> str:
        """What it is called in reports."""
        return f"{self.method} {self.path}"

    def as_json(self) -> dict[str, Any]:
        """Return it as data."""
        answers = [
            {
                "status": status,
                "asked": asked,
                "count": self.counts[status, asked],
                "shape": answer_as_json(shape),
            }
            for (status, asked), shape in sorted(self.answers.items())
        ]
        about = {"system": self.system, "method": self.method, "path": self.path, "count": self.count}
        return about | {"queries": sorted(self.queries), "headers": sorted(self.headers), "answers": answers}


class Recording:
    """Keeps kinds of calls in a folder of its own. Safe to use from several threads; to be closed, or used as a context."""

    def __init__(self, folder: Path) -> None:
        """Keep in ``folder``, together with what is there already. Raises ``BadEvidence`` if that is no recording."""
        self.folder = folder
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        self._kinds = {(one.system, one.method, one.path): one for one in read(folder)}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def record(self, system: str, response: httpx.Response) -> None:
        """Keep the shape of a request and of its answer; what is new of it is on the disk when this returns."""
        request = response.request
        queries = {
            _query_name(name)
            for name, _ in parse_qsl(request.url.query.decode("latin-1"), keep_blank_values=True)
        }
        headers = {header_name(name.decode("latin-1")) for name, _ in request.headers.raw}
        asked = SPARSE if any(name.startswith("fields[") for name in queries) else WHOLE
        shape = shape_of_answer(response)
        method = request.method if request.method in METHODS else "OTHER"
        path = plain_path(request.url.raw_path.partition(b"?")[0].decode("latin-1"))
        with self._lock:
            kind = self._kinds.setdefault((system, method, path), Kind(system, method, path))
            kind.count += 1
            key = (response.status_code, asked)
            kind.counts[key] += 1
            merged = merged_answers(kind.answers[key], shape) if key in kind.answers else shape
            is_new = merged != kind.answers.get(key) or not (
                queries <= kind.queries and headers <= kind.headers
            )
            kind.queries |= queries
            kind.headers |= headers
            kind.answers[key] = merged
            if is_new:
                self._write(kind)

    def close(self) -> None:
        """Write everything, counts too."""
        with self._lock:
            for kind in self._kinds.values():
                self._write(kind)

    def _write(self, kind: Kind) -> None:
        path = self.folder / _file_name(kind)
        descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, PRIVATE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, PRIVATE)
            json.dump(kind.as_json(), file, indent=1, ensure_ascii=False)
            file.write("\n")


def read(folder: Path) -> Iterator[Kind]:
    """Yield the kinds of calls that a folder holds. Raises ``BadEvidence`` for what cannot be read."""
    for path in sorted(folder.glob("*.json")):
        try:
            yield _kind(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadEvidence(f"{path} is no part of a recording: {error}") from None


def _kind(data: Any) -> Kind:
    kind = Kind(data["system"], data["method"], data["path"], data["count"])
    kind.queries, kind.headers = set(data["queries"]), set(data["headers"])
    for one in data["answers"]:
        key = (one["status"], one["asked"])
        kind.counts[key], kind.answers[key] = one["count"], answer_from_json(one["shape"])
    return kind


def _query_name(name: str) -> str:
    words = re.sub(r"[\[\]]", "-", name).strip("-")
    return name if _QUERY_NAME.fullmatch(name) and is_worded(words) else UNNAMED


def _file_name(kind: Kind) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", f"{kind.system}-{kind.method}-{kind.path}".lower()).strip("-")
    return f"{plain}.json"
