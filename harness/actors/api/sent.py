"""What stands in the body of a call with events, by either of Klaviyo's APIs."""

import base64
import binascii
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

LEGACY = ("/api/track", "/api/identify")


def events_in(path: str, body: str) -> Iterator[tuple[str, str, int]]:
    """Yield address, metric and second of each event in a call's body; nothing for a body that the journal cut off."""
    try:
        if path in LEGACY:
            yield from _legacy_events(body)
        else:
            yield from _new_events(json.loads(body)["data"])
    except (ValueError, KeyError, TypeError, IndexError, binascii.Error):
        return


def _legacy_events(body: str) -> Iterator[tuple[str, str, int]]:
    [text] = parse_qs(body)["data"]
    said = json.loads(text if text.lstrip().startswith("{") else base64.b64decode(text))
    yield str(said["customer_properties"]["$email"]).lower(), said["event"], int(said["time"])


def _new_events(data: Any) -> Iterator[tuple[str, str, int]]:
    attributes = data["attributes"]
    if data["type"] == "event":
        profile = attributes["profile"]["data"]["attributes"]
        metric = attributes["metric"]["data"]["attributes"]["name"]
        yield str(profile["email"]).lower(), metric, int(_unix(attributes["time"]))
        return
    for each in attributes["events-bulk-create"]["data"]:
        address = str(each["attributes"]["profile"]["data"]["attributes"]["email"]).lower()
        for event in each["attributes"]["events"]["data"]:
            about = event["attributes"]
            yield address, about["metric"]["data"]["attributes"]["name"], int(_unix(about["time"]))


def _unix(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
