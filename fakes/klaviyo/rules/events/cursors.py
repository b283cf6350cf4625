"""Cursors of events, in the form that decoding the vendor's shows: the API and the pages both hand them out."""

import base64
import json

from fakes.klaviyo.rules.errors import InvalidCursor
from fakes.klaviyo.rules.events.events import Position


def decoded(cursor: str) -> str:
    """Return the text behind a cursor, or raise ``InvalidCursor``."""
    try:
        return base64.b64decode(cursor, validate=True).decode()
    except ValueError:
        raise InvalidCursor("This is no cursor.") from None


def cursor_of(position: Position, *, forward: bool) -> str:
    """Return a cursor of events: base64 of ``[seconds, "id", true]`` (recorded response).

    Recorded cursors all point forward; the ones that point back mirror them (inferred).
    """
    return base64.b64encode(json.dumps([*position, forward]).encode()).decode()


def position_of(cursor: str) -> tuple[Position, bool]:
    """Return the position and direction of a cursor of events, or raise ``InvalidCursor``."""
    try:
        match json.loads(decoded(cursor)):
            case [int(seconds), str(event_id), bool(forward)]:
                return (seconds, event_id), forward
    except (ValueError, RecursionError):  # the latter for a cursor nested too deep
        pass
    raise InvalidCursor("This is no cursor of events.")
