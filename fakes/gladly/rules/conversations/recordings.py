"""What was spoken: a recording's place on the timeline, its sound, its transcript (shapes Gladly OpenAPI).

The sound is silence of the right length; the words are in the transcript and, as the whole of it, in the summary.
"""

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any, Final

from fakes.gladly.rules.errors import ErrorDetail, NotExistError
from fakes.gladly.rules.times import stamp

WORDS_A_SECOND: Final = 2.5
_FRAME_SECONDS: Final = 0.036
_SILENT_FRAME: Final = bytes.fromhex("fffb18c4").ljust(144, b"\0")
"""A frame of an MP3 of one channel, 32 kbit/s and 32 kHz, with nothing to hear."""


def voicemail(text: str, at: datetime) -> dict[str, Any]:
    """Return the content of a voicemail in which ``text`` is said; its duration, in whole seconds, is made up."""
    return {
        "type": "VOICEMAIL",
        "startedAt": stamp(at),
        "recordingStatus": "AVAILABLE",
        "recordingDuration": ceil(len(text.split()) / WORDS_A_SECOND),
        "recordingSummary": {"status": "READY", "summary": text, "language": "en"},
    }


def located(item_id: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``content`` as read: while there is a recording it says where."""
    if content.get("recordingStatus") != "AVAILABLE":
        return dict(content)
    return {**content, "recordingUrl": f"/api/v1/conversation-items/{item_id}/media/recording"}


def erased(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``content`` without its recording and what was made of it."""
    kept = {name: value for name, value in content.items() if name != "recordingDuration"}
    return kept | {"recordingStatus": "DELETED", "recordingSummary": {"status": "REDACTED"}}


def sound(content: Mapping[str, Any]) -> bytes:
    """Return the recording as an MP3, or raise ``NotExistError`` when there is none (404 Gladly OpenAPI)."""
    if content.get("recordingStatus") != "AVAILABLE":
        raise NotExistError(ErrorDetail("not_exist", "recording does not exist"))
    frames: int = ceil(content["recordingDuration"] / _FRAME_SECONDS)
    return _SILENT_FRAME * frames


def transcript(customer_id: str, content: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return the transcript of one speaker in one paragraph, made ``at``, or raise ``NotExistError``."""
    if content.get("recordingStatus") != "AVAILABLE":
        raise NotExistError(ErrorDetail("not_exist", "voice transcript does not exist"))
    said = {"transcript": content["recordingSummary"]["summary"], "speaker": 0}
    times = {"startTime": 0, "endTime": content["recordingDuration"]}
    return {
        "customerId": customer_id,
        "numberOfSpeakers": 1,
        "language": content["recordingSummary"]["language"],
        "paragraphs": [said | times],
        "createdAt": stamp(at),
        "updatedAt": stamp(at),
    }
