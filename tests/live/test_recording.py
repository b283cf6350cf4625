"""A recording keeps what a vendor sends and nothing of what anybody wrote."""

import json
import stat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import BadEvidence
from harness.live.recording import Recording, read
from harness.live.shapes import as_json, from_json, merged, shape_of
from tests.length import sized

LETTERS, DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
words = st.text(LETTERS, min_size=5, max_size=9)
hexes = st.text("0123456789abcdef", min_size=34, max_size=34).filter(lambda one: any(map(str.isdigit, one)))
names = st.builds(lambda one, other: f"{one.capitalize()}x {other.capitalize()}q", words, words)
emails = st.builds(lambda one, other: f"{one}.{other}@{other}.invalid", words, words)
phones = st.builds(lambda one: f"+1650{one}", st.text(DIGITS, min_size=7, max_size=7))
keys = st.builds(lambda one: f"pk_{one}", hexes)
tokens = st.builds(lambda one: f"T0k{one}Z9", hexes)
SECRETS = st.one_of(names, emails, phones, keys, tokens)
FIELDS = (
    "email", "name", "id", "customerId", "detail", "title", "type", "status", "code", "scopes", "self", "next", "Location",
    "event_properties", "customAttributes", "attributes", "data", "errors", "included", "content", "emails",
)  # fmt: skip


def _values(secret: str) -> st.SearchStrategy[Any]:
    """Return JSON values in which ``secret`` stands somewhere: as a text, in one, in a link, as a key."""
    leaf = st.sampled_from(
        [
            secret,
            f"about {secret}.",
            f"https://a.klaviyo.com/api/profiles/{secret}/?q={secret}",
            f"[{secret}]",
        ]
    )
    return st.recursive(
        leaf | st.none() | st.booleans() | st.integers(0, 99),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from((*FIELDS, secret)), inner, min_size=1, max_size=4)
        ),
        max_leaves=8,
    )


def _written(folder: Path) -> str:
    return "".join(f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in sorted(folder.iterdir()))


@settings(derandomize=True, deadline=None, max_examples=sized(80, 2_000))
@given(data=st.data(), secret=SECRETS)
def test_nothing_of_anybody_is_kept(data: st.DataObject, secret: str) -> None:
    """Wherever an address, a name, a number, a key or a token stands, in what was sent or answered, it is not kept."""
    value = data.draw(_values(secret))
    kind = data.draw(
        st.sampled_from(["application/json", "application/x-jsonlines", "text/csv", "text/html"])
    )
    plain = secret.encode().decode("latin-1")
    url = httpx.URL("https://shop.gladly.qa").copy_with(path=f"/api/v1/customers/{secret}/conversations")
    request = httpx.Request(
        "PATCH",
        url.copy_merge_params({"email": secret, secret: "1", "page[cursor]": secret}),
        headers={"Authorization": f"Basic {plain}", "X-Note": plain},
        json=value,
    )
    content = f"{secret},Timestamp\n{secret},1\n" if kind == "text/csv" else json.dumps(value)
    headers = {
        "Content-Type": kind,
        "Location": f"/api/v1/x/{plain}",
        "X-Who": plain,
        "Allow": plain,
        "Vary": plain,
    }
    answer = httpx.Response(200, headers=headers, content=content.encode(), request=request)
    with TemporaryDirectory() as folder:
        with Recording(Path(folder)) as recording:
            recording.record("Gladly", answer)
        written = _written(Path(folder))
    parts = [secret, *(one for one in secret.replace("@", " ").split() if len(one) > 5)]
    assert [one for one in parts if one in written] == []


@settings(derandomize=True, deadline=None, max_examples=sized(40, 500))
@given(one=_values("Ann"), other=_values("Bo"))
def test_shapes_can_be_kept_and_merged(one: Any, other: Any) -> None:
    """A shape is the same after it was written and read; merged with itself it is itself, and in either order the same."""
    mine, yours = shape_of(one), shape_of(other)
    assert from_json(json.loads(json.dumps(as_json(mine)))) == mine
    assert merged(mine, mine) == mine
    assert as_json(merged(mine, yours)) == as_json(merged(yours, mine))


def _answered(path: str, body: Any, status: int = 200) -> httpx.Response:
    request = httpx.Request(
        "GET", f"https://shop.gladly.qa/api/v1/{path}", headers={"Authorization": "Basic x"}
    )
    return httpx.Response(status, json=body, request=request)


def test_kinds_are_merged_and_counted(tmp_path: Path) -> None:
    """Calls of one kind are one file for its owner only, with counts, names of the query and of headers."""
    with Recording(tmp_path / "kept") as recording:
        recording.record(
            "Gladly", _answered("conversations/JIoekk6PQK6uGpSSozBfGA?mood=x", {"id": "a", "status": "OPEN"})
        )
        recording.record(
            "Gladly", _answered("conversations/UvImZaYMQtKJGF2VDuiBNg", {"id": "b", "agentId": "c"})
        )
        recording.record(
            "Gladly", _answered("conversations/nobody-0000", {"errors": [{"code": "not_exist"}]}, 404)
        )
    [path] = (tmp_path / "kept").iterdir()
    assert (path.name, stat.S_IMODE(path.stat().st_mode)) == (
        "gladly-get-api-v1-conversations-id.json",
        0o600,
    )
    found = json.loads(path.read_text(encoding="utf-8"))
    assert (found["path"], found["count"], found["queries"]) == ("/api/v1/conversations/{id}", 3, ["mood"])
    assert "Authorization" in found["headers"]
    assert [(one["status"], one["count"]) for one in found["answers"]] == [(200, 2), (404, 1)]
    fields = found["answers"][0]["shape"]["body"]["fields"]
    assert fields == {"agentId?": "id", "id": "id", "status?": {"is": "word", "values": ["OPEN"]}}


def test_recording_goes_on(tmp_path: Path) -> None:
    """A second run into the same folder adds to what the first one kept."""
    for _ in range(2):
        with Recording(tmp_path) as recording:
            recording.record("Gladly", _answered("agents", []))
    [kind] = read(tmp_path)
    assert (kind.count, kind.counts) == (2, {(200, "whole"): 2})


def test_crash_loses_no_shape(tmp_path: Path) -> None:
    """What is new stands on the disk at once, also when nobody closes the recording."""
    Recording(tmp_path).record("Gladly", _answered("agents", [{"id": "a"}]))
    assert [one.name for one in read(tmp_path)] == ["GET /api/v1/agents"]


def test_other_files_are_no_recording(tmp_path: Path) -> None:
    """A folder with other JSON is refused, by the name of the file."""
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    with pytest.raises(BadEvidence, match=r"other\.json is no part of a recording"):
        Recording(tmp_path)
