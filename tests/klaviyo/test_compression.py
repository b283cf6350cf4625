"""Packed bodies, HEAD, and what retired paths answer besides 1 and 0."""

import gzip
import json
import zlib
from collections.abc import Callable

import httpx
import pytest

from fakes.klaviyo.rules.account import Account
from tests.klaviyo.support import Caller, event_body, only_error


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def _post(http: httpx.Client, caller: Caller, content: bytes, encoding: str) -> httpx.Response:
    headers = caller.headers | {"Content-Type": "application/json", "Content-Encoding": encoding}
    return http.post("/api/events", content=content, headers=headers)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", _raw_deflate),
        ("identity", bytes),
    ],
)
def test_packed(
    http: httpx.Client, caller: Caller, account: Account, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    """Gzip and deflate, framed or not, are unpacked."""
    assert _post(http, caller, pack(json.dumps(event_body()).encode()), encoding).status_code == 202
    assert len(account.events) == 1


def test_other_encodings(http: httpx.Client, caller: Caller) -> None:
    """Any other encoding is 415 and named; a body that does not unpack is 400."""
    error = only_error(_post(http, caller, b"x", "br"))

    assert (error["status"], error["detail"]) == (415, 'Unsupported media type "br" in request.')
    assert only_error(_post(http, caller, b"x", "gzip"))["code"] == "parse_error"
    whole = gzip.compress(json.dumps(event_body()).encode())
    assert _post(http, caller, whole[:-9], "gzip").status_code == 400


def test_limit_counts_what_is_inside(http: httpx.Client, caller: Caller) -> None:
    """A small body that unpacks to more than 5 MB is 413."""
    packed = gzip.compress(b" " * (5 * 1024 * 1024) + json.dumps(event_body()).encode())

    assert len(packed) < 10_000
    assert _post(http, caller, packed, "gzip").status_code == 413


@pytest.mark.parametrize("path", ["/api/events", "/api/metrics/"])
def test_head(http: httpx.Client, caller: Caller, path: str) -> None:
    """HEAD is GET without the body, with the same checks."""
    response = http.head(path, headers=caller.headers)

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-type"] == "application/vnd.api+json"
    assert http.head(path).status_code == 401
    assert http.head("/api/profile-import", headers=caller.headers).status_code == 405


def test_pixel(http: httpx.Client, account: Account) -> None:
    """With ``i=1`` the answer is a picture, and the event is taken as ever."""
    payload = {"token": account.id, "event": "Seen", "customer_properties": {"$email": "a@klaviyo-demo.com"}}

    response = http.post("/api/track?i=1", data={"data": json.dumps(payload)})

    assert (response.status_code, response.headers["content-type"]) == (200, "image/gif")
    assert response.content.startswith(b"GIF89a")
    assert len(account.events) == 1


def test_legacy_faults(http: httpx.Client, control: httpx.Client, account: Account) -> None:
    """Faults armed for a retired path have that generation's bare body."""
    faults = f"/_fake/accounts/{account.id}/faults"
    control.post(faults, json={"route": "* /api/track", "kind": "throttle", "seconds": 56})
    control.post(faults, json={"route": "POST /api/identify", "kind": "status", "status": 503})
    payload = {"data": json.dumps({"token": account.id})}

    throttled = http.post("/api/track", data=payload)
    refused = http.post("/api/identify", data=payload)

    assert throttled.json() == {"detail": "Request was throttled. Expected available in 56.0 seconds."}
    assert (throttled.status_code, throttled.headers["retry-after"]) == (429, "56")
    assert (refused.status_code, refused.json()) == (503, {"detail": "Service Unavailable."})
