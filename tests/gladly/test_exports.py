"""Export jobs: when they come to be, what they are asked, and their files."""

import json
from typing import Any

import httpx
import pytest

from fakes.core.tenants import Runtime
from tests.gladly.conftest import HOOK, Begin, Receiver, error

JOBS = "/api/v1/export/jobs"
DAY = 86_400
FILES = ["agents.jsonl", "conversation_items.jsonl", "customers.jsonl", "topics.jsonl"]
NIGHT = 8 * 3600 + 2_240
"""Seconds from the beginning of all tests to two o'clock the next night in UTC, rounded up."""

Json = dict[str, Any]


def jobs(api: httpx.Client, **query: str) -> list[Json]:
    """Return the jobs."""
    found: list[Json] = api.get(JOBS, params=query).json()
    return found


def lines(api: httpx.Client, job: Json, name: str) -> list[Json]:
    """Return the objects of a job's file."""
    answer = api.get(f"{JOBS}/{job['id']}/files/{name}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.text.split("\n")] if answer.text else []


def made(control: httpx.Client, here: str, **ask: str) -> Json:
    """Return a job that the control plane made."""
    answer = control.post(f"{here}/export-jobs", json=ask)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


def test_daily_job_comes_to_be_at_night(api: httpx.Client, runtime: Runtime) -> None:
    """A job over a day in UTC is there from two o'clock the next night on, completed, with four files."""
    runtime.clock.advance(NIGHT - 3_600)
    before = jobs(api)
    runtime.clock.advance(3_600)
    (job,) = jobs(api)
    schedule = api.get("/api/v1/export/schedules").json()

    assert before == []
    assert job == {
        "id": job["id"],
        "scheduleId": job["scheduleId"],
        "status": "COMPLETED",
        "updatedAt": "2026-03-03T02:00:00.000Z",
        "parameters": {
            "type": "CONVERSATIONS",
            "startAt": "2026-03-02T00:00:00.000Z",
            "endAt": "2026-03-03T00:00:00.000Z",
        },
        "files": FILES,
    }
    assert api.get(f"{JOBS}/{job['id']}").json() == job
    assert schedule == [
        {
            "id": job["scheduleId"],
            "frequency": "DAILY",
            "type": "CONVERSATIONS",
            "nextStartAt": "2026-03-03T00:00:00.000Z",
            "updatedAt": "2026-03-02T17:22:40.105Z",
        }
    ]


def test_jobs_are_there_for_fourteen_days(api: httpx.Client, runtime: Runtime) -> None:
    """However long nobody looked, the jobs of the last fourteen days are there, the oldest first, and no others."""
    runtime.clock.advance(NIGHT)
    (first,) = jobs(api)
    runtime.clock.advance(14 * DAY)
    fortnight = jobs(api)
    runtime.clock.advance(5_000 * DAY)
    later = [job["updatedAt"] for job in jobs(api)]

    assert first["id"] not in {job["id"] for job in fortnight}
    assert [job["updatedAt"][:10] for job in fortnight] == [f"2026-03-{day:02}" for day in range(4, 18)]
    assert (len(later), later[-1], later) == (14, "2039-11-24T02:00:00.000Z", sorted(later))
    assert api.get(f"{JOBS}/{first['id']}").status_code == 404


def test_files_of_a_job(api: httpx.Client, runtime: Runtime, begin: Begin) -> None:
    """The files have agents, topics, the day's items as read elsewhere, and its customers in words of their own."""
    conversation = begin()
    phones = [{"original": "650 555 0142", "regionCode": "US", "type": "MOBILE"}]
    api.patch(
        f"/api/v1/customer-profiles/{conversation.customer_id}", json={"name": "Dana", "phones": phones}
    )
    runtime.clock.advance(NIGHT)
    api.post("/api/v1/customer-profiles", json={"id": "later"})
    (job,) = jobs(api)

    assert lines(api, job, "agents.jsonl") == api.get("/api/v1/agents").json()
    assert lines(api, job, "topics.jsonl") == api.get("/api/v1/topics").json()
    items = api.get(f"/api/v1/conversations/{conversation.id}/items").json()
    assert lines(api, job, "conversation_items.jsonl") == items != []
    assert lines(api, job, "customers.jsonl") == [
        {
            "id": conversation.customer_id,
            "name": "Dana",
            "emailAddresses": ["Dana.Brook@shop.example"],
            "phoneNumbers": ["+16505550142"],
        }
    ]


def test_job_has_only_its_own_time(
    api: httpx.Client, control: httpx.Client, here: str, begin: Begin, runtime: Runtime
) -> None:
    """What was said before or after a job's time is not in its files, nor who was quiet in it."""
    begin()
    early = made(control, here, start_at="2026-03-02T00:00:00Z", end_at="2026-03-02T17:00:00Z")
    runtime.clock.advance(DAY)
    late = made(control, here)

    assert [lines(api, early, name) for name in FILES[1:3]] == [[], []]
    assert late["parameters"]["startAt"] == "2026-03-02T17:22:40.105Z"
    assert [len(lines(api, late, name)) for name in FILES[1:3]] == [2, 1]


def test_customer_who_only_wrote_is_exported(
    api: httpx.Client, control: httpx.Client, here: str, begin: Begin, runtime: Runtime
) -> None:
    """A customer with an item in a job's time is in it, whenever their profile was changed."""
    conversation = begin()
    runtime.clock.advance(2 * DAY)
    said = {"from": "customer", "text": "Hello again"}
    control.post(f"{here}/conversations/{conversation.id}/messages", json=said)
    job = made(control, here, end_at="2026-03-05T00:00:00Z")

    assert [row["id"] for row in lines(api, job, "customers.jsonl")] == [conversation.customer_id]


def test_filters(api: httpx.Client, control: httpx.Client, here: str, runtime: Runtime) -> None:
    """Jobs are chosen by their status and by when they were updated."""
    failed = made(control, here, status="FAILED")["id"]
    runtime.clock.advance(3_600)
    done = made(control, here)["id"]
    after = {"startAt": "2026-03-02T18:00:00Z"}
    before = {"endAt": "2026-03-02T10:00:00-08:00"}

    assert [job["id"] for job in jobs(api)] == [failed, done]
    assert [job["id"] for job in jobs(api, status="COMPLETED")] == [done]
    assert [job["id"] for job in jobs(api, **after)] == [done]
    assert [job["id"] for job in jobs(api, **before)] == [failed]
    assert jobs(api, status="PENDING") == []


@pytest.mark.parametrize(
    ("query", "attr", "detail"),
    [
        ({"status": "DONE"}, "status", "unknown status [DONE]"),
        ({"startAt": "yesterday"}, "startAt", "startAt is invalid"),
        ({"startAt": "2026-02-16T17:22:40Z"}, "startAt", "startAt cannot be more than 14 days ago"),
        ({"endAt": "2026-03-02T17:22:41Z"}, "endAt", "endAt cannot be in the future"),
        (
            {"startAt": "2026-03-02T12:00:00Z", "endAt": "2026-03-02T11:00:00Z"},
            "endAt",
            "endAt cannot be before startAt",
        ),
    ],
)
def test_filters_that_cannot_be(api: httpx.Client, query: dict[str, str], attr: str, detail: str) -> None:
    """An unknown status and impossible times are refused."""
    refused = api.get(JOBS, params=query)

    assert refused.status_code == 400
    assert error(refused) == {"attr": attr, "code": "invalid", "detail": detail}


def test_job_under_way(api: httpx.Client, control: httpx.Client, here: str) -> None:
    """A job under way has no files and cannot be deleted; finished, it can, once, and is gone with its files."""
    job = made(control, here, status="IN_PROGRESS")
    path, file = f"{JOBS}/{job['id']}", f"{JOBS}/{job['id']}/files/agents.jsonl"
    refused, missing = api.delete(path), api.get(file).status_code
    change = control.patch(f"{here}/export-jobs/{job['id']}", json={"status": "COMPLETED"})
    codes = [api.get(file).status_code, *(api.delete(path).status_code for _ in range(2))]

    assert (job["files"], missing, change.json()["files"]) == ([], 404, FILES)
    assert error(refused) == {
        "attr": "status",
        "code": "temporary_failure",
        "detail": "unable to delete job with status [IN_PROGRESS]. Please try again after it has finished",
    }
    assert codes == [200, 204, 404]
    assert api.get(file).status_code == 404


def test_what_the_control_plane_refuses(control: httpx.Client, here: str) -> None:
    """Impossible times, a change of a finished one, and one that nobody made are refused."""
    backwards = {"start_at": "2026-03-02T10:00:00Z", "end_at": "2026-03-02T10:00:00Z"}
    job = made(control, here)["id"]
    change = {"status": "FAILED"}

    for ask in (
        backwards,
        {"start_at": "0001-01-01T00:00:00+14:00"},
        {"end_at": "today"},
        {"status": "DONE"},
    ):
        assert control.post(f"{here}/export-jobs", json=ask).status_code == 400
    assert control.patch(f"{here}/export-jobs/{job}", json=change).status_code == 400
    assert control.patch(f"{here}/export-jobs/nope", json=change).status_code == 404


def test_unknown_file_404(api: httpx.Client, control: httpx.Client, here: str) -> None:
    """A file that no job has is not there."""
    job = made(control, here)["id"]

    assert error(api.get(f"{JOBS}/{job}/files/secrets.jsonl"))["code"] == "not_exist"


def test_webhooks_hear_of_jobs(
    *, api: httpx.Client, control: httpx.Client, here: str, receiver: Receiver, runtime: Runtime
) -> None:
    """A webhook hears of a job with its id alone: of one made by hand at once, of a daily one when somebody looks."""
    events = ["EXPORT_JOB/COMPLETED", "EXPORT_JOB/FAILED"]
    api.post("/api/v1/webhooks", json={"url": HOOK, "events": events, "enabled": True})
    receiver.forget()
    ids = [made(control, here, status=status)["id"] for status in ("COMPLETED", "FAILED", "PENDING")]
    by_hand = receiver.events
    runtime.clock.advance(NIGHT)
    unseen = len(receiver.events)
    daily = jobs(api)[-1]["id"]

    assert [(event["type"], event["content"]) for event in by_hand] == [
        (event, {"jobId": one}) for event, one in zip(events, ids, strict=False)
    ]
    assert {tuple(event) for event in by_hand} == {("id", "type", "timestamp", "content")}
    assert (unseen, receiver.events[-1]["content"]) == (2, {"jobId": daily})


@pytest.mark.usefixtures("app_on")
def test_klaviyo_app_does_not_hear_of_jobs(control: httpx.Client, here: str, receiver: Receiver) -> None:
    """The Klaviyo App's connector hears nothing of export jobs."""
    made(control, here)

    assert receiver.types == []


def test_stream_does_not_have_jobs(api: httpx.Client, control: httpx.Client, here: str) -> None:
    """The stream of events has no event of an export job."""
    made(control, here)
    query = {"startAt": "2026-03-02T17:00:00Z", "entities": ["CONVERSATION", "CUSTOMER", "TASK"]}

    assert api.get("/api/v1/events", params=query).text == ""
