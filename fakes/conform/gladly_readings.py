"""The part of Gladly's script that drives what is read in bulk: reports, and export jobs with their files."""

from fakes.conform.exchanges import Driver

_REPORTS = "POST /api/v1/reports"
_SCHEDULES = "GET /api/v1/export/schedules"
_JOBS = "/api/v1/export/jobs"
_JOB = f"{_JOBS}/{{job_id}}"
_FILE = f"GET {_JOB}/files/{{filename}}"


def reports(drive: Driver, another: dict[str, str], inbox_id: str) -> None:
    """Have both reports made, and refused: to ``another`` user, who is no Administrator, too."""
    ask = {"metricSet": "ConversationTimestampsReport", "startAt": "2026-11-23", "endAt": "2026-11-24"}
    export = ask | {"metricSet": "ConversationExportReport"}
    drive(_REPORTS, "what happened to conversations", 200, ask | {"timezone": "UTC"})
    drive(_REPORTS, "the conversations of an inbox", 200, export | {"filters": {"inboxes": [inbox_id]}})
    drive(_REPORTS, "a level that it has not", 200, export | {"aggregationLevel": "daily"})
    drive(_REPORTS, "a filter of other reports", 400, ask | {"filters": {"phoneNumber": "+15555555555"}})
    drive(_REPORTS, "an inbox that is nobody's", 400, export | {"filters": {"inboxes": ["nobody"]}})
    with drive.speaking_as(another):
        drive(_REPORTS, "by who is no Administrator", 403, ask)


def exports(drive: Driver, here: str) -> None:
    """Have jobs made in the organization at ``here``, read with their files, and deleted."""
    drive(_SCHEDULES, "the only one", 200)
    day = {"start_at": "2026-11-23T00:00:00Z", "end_at": "2026-11-24T00:00:00Z"}
    job_id = drive.control("POST", f"{here}/export-jobs", day)["id"]
    failed = drive.control("POST", f"{here}/export-jobs", {"status": "FAILED"})["id"]
    going_on = drive.control("POST", f"{here}/export-jobs", {"status": "IN_PROGRESS"})["id"]
    times = {"startAt": "2026-11-23T00:00:00.000Z", "endAt": "2026-11-23T10:00:00.000Z"}
    drive(f"GET {_JOBS}", "all", 200)
    drive(f"GET {_JOBS}", "by status and times", 200, query={"status": "COMPLETED", **times})
    drive(f"GET {_JOBS}", "a status that no job has", 400, query={"status": "DONE"})
    job = drive(f"GET {_JOB}", "one", 200, job_id=job_id).json()
    for name in job["files"]:
        drive(_FILE, name, 200, job_id=job_id, filename=name)
    drive(_FILE, "no such file", 404, job_id=job_id, filename="nothing.jsonl")
    drive(f"DELETE {_JOB}", "under way", 400, job_id=going_on)
    drive(f"DELETE {_JOB}", "failed", 204, job_id=failed)
    for method in ("GET", "DELETE"):
        drive(f"{method} {_JOB}", "it is gone", 404, job_id=failed)
