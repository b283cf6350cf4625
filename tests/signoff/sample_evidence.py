"""What the evidence of a sample's scenario says."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

Pictures = Mapping[int, tuple[str, tuple[int, int, int]]]
"""Index of a step → file name and color of its picture."""

WITH_PAGES = ("browser", "live")
COLORS = ((35, 61, 77), (31, 95, 168), (92, 72, 140), (20, 108, 92))
ABOUT = ["conversation 1", "anna@example.test"]


def pictures_of(record: Mapping[str, Any]) -> Pictures:
    """Return the pictures of a record: two in worlds with pages, the second one kept twice."""
    if record["world"] not in WITH_PAGES or record["outcome"] == "not run":
        return {}
    kind = sum(map(ord, record["feature"])) % len(COLORS)
    names = [f"{hashlib.sha256(bytes([kind, turn])).hexdigest()[:16]}.png" for turn in range(2)]
    chosen = {0: (names[0], COLORS[kind]), 1: (names[1], COLORS[kind - 1]), 2: (names[1], COLORS[kind - 1])}
    return {index: one for index, one in chosen.items() if index < len(record["steps"])}


def evidence_of(record: Mapping[str, Any], said: Sequence[str], pictures: Pictures) -> dict[str, Any]:
    """Return the evidence of a scenario."""
    failed = record["outcome"] == "failed"
    trace = record["evidence"][0].removesuffix(".json") + "/trace-1.zip"
    return {
        "format": 1,
        **{name: record[name] for name in ("feature", "rule", "name", "row", "world", "outcome")},
        "steps": [
            {
                **step,
                "entries": _entries(index, step) if step["outcome"] != "not run" else [],
                "pictures": (
                    [
                        {
                            "file": f"evidence/pictures/{pictures[index][0]}",
                            "page": "Klaviyo: /settings/account/api-keys",
                        }
                    ]
                    if index in pictures
                    else []
                ),
            }
            for index, step in enumerate(record["steps"])
        ],
        "after": [] if failed else [_call("GET", "/api/events/", 200, "")],
        "failure": {"said": list(said) or [record["reason"]]} if failed else None,
        "traces": [trace] if failed and pictures else [],
    }


def _entries(index: int, step: Mapping[str, Any]) -> list[dict[str, Any]]:
    if index == 0:
        return [_action("Klaviyo", "dana signs in")]
    if index == 1:
        return [
            _action("Gladly", "sam closes the conversation"),
            _webhook("CONVERSATION/CLOSED"),
            _call("GET", "/api/v1/conversations/c1", 200, ""),
            _call("POST", "/api/events/", 429, "throttled", times=2),
            _call("POST", "/api/events/", 202, ""),
            _event("“Closed Conversation in Gladly” for anna@example.test"),
        ]
    return [_action("Klaviyo", f"an observer looks: {step['text']}")] if index == 2 else []


def _action(system: str, what: str) -> dict[str, Any]:
    return {
        "kind": "action",
        "system": system,
        "who": "a person",
        "what": what,
        "times": 1,
        "about": ABOUT if system == "Gladly" else [],
    }


def _webhook(event: str) -> dict[str, Any]:
    return {
        "kind": "webhook",
        "system": "Gladly",
        "who": "another system",
        "what": f"Gladly reports {event}",
        "times": 1,
        "method": "POST",
        "path": "/webhook",
        "status": 200,
        "fault": "",
        "request": f'{{"eventType": "{event}"}}',
        "answer": "",
        "about": ABOUT,
    }


def _call(method: str, path: str, status: int, fault: str, times: int = 1) -> dict[str, Any]:
    return {
        "kind": "call",
        "system": "Klaviyo" if path.startswith("/api/e") else "Gladly",
        "who": "the app",
        "what": f"the app calls {method} {path}",
        "times": times,
        "at": 1.5,
        "method": method,
        "path": path,
        "status": status,
        "fault": fault,
        "request": '{"data": {"type": "event", "attributes": {"metric": "Closed Conversation in Gladly"}}}',
        "answer": '{"data": {"id": "01H", "attributes": {"state": "closed", "customer": "anna@example.test"}}}',
        "about": ABOUT,
    }


def _event(what: str) -> dict[str, Any]:
    return {"kind": "event", "system": "Klaviyo", "who": "the app", "what": what, "times": 1, "about": ABOUT}
