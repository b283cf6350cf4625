"""Voicemails: what their item says, what is heard, and what is written down of it."""

import httpx
import pytest

from fakes.core.tenants import Runtime
from tests.gladly.conftest import Begin, error
from tests.gladly.test_items import ITEMS, message_of


@pytest.fixture
def voicemail(control: httpx.Client, here: str, begin: Begin) -> str:
    """The path of a voicemail of five words."""
    path = f"{here}/conversations/{begin().id}/messages"
    said = control.post(path, json={"channel": "VOICEMAIL", "text": "Where is my order please"})
    return f"{ITEMS}/{said.json()['item_id']}"


def test_voicemail_says_where_its_recording_is(api: httpx.Client, voicemail: str) -> None:
    """A voicemail has status, place, seconds and a summary of its recording, and no text of its own."""
    assert api.get(voicemail).json()["content"] == {
        "type": "VOICEMAIL",
        "startedAt": "2026-03-02T17:22:40.105Z",
        "recordingStatus": "AVAILABLE",
        "recordingDuration": 2,
        "recordingSummary": {"status": "READY", "summary": "Where is my order please", "language": "en"},
        "recordingUrl": f"{voicemail}/media/recording",
    }


def test_recording_is_an_mp3(api: httpx.Client, voicemail: str) -> None:
    """The recording is an MP3 of whole frames, 32 kbit for each of its seconds."""
    recording = api.get(api.get(voicemail).json()["content"]["recordingUrl"])

    assert (recording.status_code, recording.headers["Content-Type"]) == (200, "audio/mpeg")
    assert (recording.content[:2], len(recording.content) % 144) == (b"\xff\xfb", 0)
    assert 2 * 4000 <= len(recording.content) < 2 * 4000 + 144


def test_transcript(api: httpx.Client, voicemail: str, runtime: Runtime, customer_id: str) -> None:
    """The transcript has one speaker, one paragraph, and the time at which it was spoken."""
    runtime.clock.advance(60)

    assert api.get(f"{voicemail}/voice-transcript").json() == {
        "customerId": customer_id,
        "numberOfSpeakers": 1,
        "language": "en",
        "paragraphs": [
            {"transcript": "Where is my order please", "speaker": 0, "startTime": 0, "endTime": 2}
        ],
        "createdAt": "2026-03-02T17:22:40.105Z",
        "updatedAt": "2026-03-02T17:22:40.105Z",
    }


def test_redacted_voicemail_has_nothing_left(api: httpx.Client, voicemail: str) -> None:
    """Redacting a voicemail takes its recording, its transcript and its summary away; the item stays."""
    assert api.post(f"{voicemail}/redact").status_code == 201

    assert api.get(voicemail).json()["content"] == {
        "type": "VOICEMAIL",
        "startedAt": "2026-03-02T17:22:40.105Z",
        "recordingStatus": "DELETED",
        "recordingSummary": {"status": "REDACTED"},
    }
    assert api.get(f"{voicemail}/media/recording").status_code == 404


@pytest.mark.parametrize("tail", ["media/recording", "voice-transcript"])
def test_what_was_not_spoken_404(api: httpx.Client, begin: Begin, tail: str) -> None:
    """An e-mail and an item nobody knows have neither recording nor transcript."""
    for item_id in (message_of(begin()), "nope"):
        refused = api.get(f"{ITEMS}/{item_id}/{tail}")
        assert (refused.status_code, error(refused)["code"]) == (404, "not_exist")
