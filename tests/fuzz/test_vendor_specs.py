"""Requests generated from the vendors' own OpenAPI documents: the fakes answer every one of them below 500.

The documents are the vendors' and not in this repository: ``VENDOR_SPECS`` names the folder that holds them.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.storm import Storm
from tests.fuzz.wire import Raw
from tests.length import sized

FOLDER = os.environ.get("VENDOR_SPECS", "")
DOCUMENTS = {"klaviyo": "klaviyo-2026-07-15.json", "gladly": "gladly-2025.json"}
EXAMPLES = sized(1, 2)
"""How many requests of each kind (fitting the document, or not) each operation gets."""

BLANK = re.compile(r"\{\w+\}")

pytestmark = pytest.mark.skipif(
    not FOLDER, reason="VENDOR_SPECS names no folder with the vendors' OpenAPI documents"
)


def supported(storm: Storm, document: Any) -> Iterator[Any]:
    """Yield the operations of a document that the fake serves, whatever their path parameters are called."""
    served = {BLANK.sub("{}", route) for route in storm.side.app.app.known_routes()}
    for found in document.get_all_operations():
        operation = found.ok()
        if f"{operation.method.upper()} {BLANK.sub('{}', operation.path)}" in served:
            yield operation


def ids_of(storm: Storm, path: str) -> dict[str, str]:
    """Return ids that are there for the parameters of ``path``, by the word before each."""
    found = {
        name: storm.requests.known.one(f"{before.rstrip('s')}_id")
        for before, name in re.findall(r"([\w-]+)/\{(\w+)\}", path)
    }
    return {name: one for name, one in found.items() if one is not None}


def raw(case: Any) -> Raw | None:
    """Return the request that a client makes of ``case``, or None if it refuses to."""
    try:
        asked = requests.Request(**case.as_transport_kwargs(base_url="http://fakes.example")).prepare()
    except (requests.RequestException, ValueError):
        return None
    path, _, query = asked.path_url.partition("?")
    body = asked.body.encode() if isinstance(asked.body, str) else asked.body
    headers = tuple((name, value) for name, value in asked.headers.items() if isinstance(value, str))
    return Raw(
        asked.method or "GET",
        unquote_to_bytes(path).decode("latin-1"),
        query,
        headers,
        body if isinstance(body, bytes) else b"",
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_failure(name: str) -> None:
    """Whatever fits a vendor's document, and whatever does not, is answered below 500 by the operations served."""
    import schemathesis  # noqa: PLC0415 - takes a second, and only where there are documents
    from schemathesis import GenerationMode  # noqa: PLC0415 - as above

    storm = Storm(name, 5)
    assert storm.blow(300) is None
    document = schemathesis.openapi.from_dict(json.loads((Path(FOLDER) / DOCUMENTS[name]).read_text()))
    count = 0
    for operation in supported(storm, document):
        good = {"headers": dict(storm.side.authorization())}
        ids = ids_of(storm, operation.path)
        kinds = [
            operation.as_strategy(generation_mode=mode, **good, **more)
            for mode in GenerationMode
            for more in ({}, {"path_parameters": ids})
        ]

        @settings(
            max_examples=EXAMPLES * 2,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        )
        @given(st.one_of(kinds))
        def every_answer_is_below_500(case: Any) -> None:
            nonlocal count
            request = raw(case)
            if request is not None:
                count += 1
                assert storm.ask(request) == "", repr(request)

        every_answer_is_below_500()

    assert storm.side.lost() == ""
    assert count > EXAMPLES * 20
