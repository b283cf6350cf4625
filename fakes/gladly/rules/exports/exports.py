"""Export jobs of one organization: the daily schedule, and jobs that are made by hand.

A schedule is there from the start, and daily (Gladly OpenAPI). A job covers a day in UTC and comes to be at two o'clock
the next night (Gladly OpenAPI: during the night, in UTC; hour and day are inferred), and is finished at once (a
difference). No timer makes it: whoever looks finds all that are due, as of when they were due.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from fakes.core.clock import Clock
from fakes.core.ids import Ids
from fakes.gladly.rules.errors import ErrorDetail, InvalidError, NotExistError, raise_invalid
from fakes.gladly.rules.events import types as event_types
from fakes.gladly.rules.events.events import Events
from fakes.gladly.rules.exports.files import FILES
from fakes.gladly.rules.times import stamp

KEPT: Final = timedelta(days=14)
"""How long a job is there, by its last update (Gladly OpenAPI)."""

_DAY: Final = timedelta(days=1)
_RUNS_AFTER: Final = timedelta(hours=2)
_TYPE: Final = "CONVERSATIONS"


class Status(StrEnum):
    """Where a job stands (Gladly OpenAPI)."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        """Say whether nothing more will happen to the job."""
        return self in _RAISED


_STATUSES: Final = frozenset(status.value for status in Status)
_RAISED: Final[Mapping[Status, str]] = {
    Status.COMPLETED: event_types.EXPORT_COMPLETED,
    Status.FAILED: event_types.EXPORT_FAILED,
}


@dataclass(slots=True, eq=False)
class Job:
    """A job: what of the time from ``start`` up to before ``end`` is to be exported."""

    id: str
    schedule_id: str
    status: Status
    updated_at: datetime
    start: datetime
    end: datetime

    def as_json(self) -> dict[str, Any]:
        """Return the job as read; one that is not completed has no files (inferred from the default)."""
        return {
            "id": self.id,
            "scheduleId": self.schedule_id,
            "status": self.status.value,
            "updatedAt": stamp(self.updated_at),
            "parameters": {"type": _TYPE, "startAt": stamp(self.start), "endAt": stamp(self.end)},
            "files": list(FILES) if self.status is Status.COMPLETED else [],
        }


class Exports:
    """The export jobs of one organization, the oldest first."""

    def __init__(self, clock: Clock, ids: Ids, events: Events) -> None:
        """Start with none; the first day is the present one."""
        self._clock = clock
        self._ids = ids
        self._events = events
        self._founded = clock.now()
        self._next = datetime.combine(self._founded.astimezone(UTC).date(), time(), UTC)
        self._jobs: dict[str, Job] = {}

    @cached_property
    def schedule_id(self) -> str:
        """The id of the only schedule."""
        return self._ids.slugid()

    def schedule(self) -> dict[str, Any]:
        """Return the schedule as read; ``nextStartAt`` is where the next job's time begins (Gladly OpenAPI)."""
        self.catch_up()
        return {
            "id": self.schedule_id,
            "frequency": "DAILY",
            "type": _TYPE,
            "nextStartAt": stamp(self._next),
            "updatedAt": stamp(self._founded),
        }

    def catch_up(self) -> None:
        """Make every daily job that has fallen due, and forget those that were updated fourteen days ago."""
        now = self._clock.now()
        oldest = now - KEPT
        self._jobs = {job.id: job for job in self._jobs.values() if job.updated_at >= oldest}
        if (missed := (oldest - _RUNS_AFTER - self._next) // _DAY) > 0:
            self._next += missed * _DAY
        while (due := self._next + _DAY + _RUNS_AFTER) <= now:
            start, self._next = self._next, self._next + _DAY
            if due >= oldest:
                self._add(Status.COMPLETED, due, start, self._next)

    def select(
        self, status: str | None = None, start: datetime | None = None, end: datetime | None = None
    ) -> list[Job]:
        """Return the jobs, of one status and updated between two moments if those are given, both among them (inferred).

        Raises ``InvalidError`` for what the Gladly OpenAPI says cannot be asked (texts inferred).
        """
        self.catch_up()
        now = self._clock.now()
        errors = []
        if status and status not in _STATUSES:
            errors.append(ErrorDetail("invalid", f"unknown status [{status}]", "status"))
        if start is not None and start < now - KEPT:
            errors.append(ErrorDetail("invalid", "startAt cannot be more than 14 days ago", "startAt"))
        if end is not None and end > now:
            errors.append(ErrorDetail("invalid", "endAt cannot be in the future", "endAt"))
        if start is not None and end is not None and end < start:
            errors.append(ErrorDetail("invalid", "endAt cannot be before startAt", "endAt"))
        raise_invalid(errors)
        return [
            job
            for job in self._jobs.values()
            if (not status or job.status == status)
            and (start is None or job.updated_at >= start)
            and (end is None or job.updated_at <= end)
        ]

    def get(self, job_id: str) -> Job:
        """Return the job, or raise ``NotExistError`` (text inferred)."""
        self.catch_up()
        if (job := self._jobs.get(job_id)) is None:
            raise NotExistError(ErrorDetail("not_exist", "export job does not exist"))
        return job

    def delete(self, job_id: str) -> None:
        """Forget the job with its files. Raises ``NotExistError``, or ``InvalidError`` while it is under way (text Gladly OpenAPI)."""
        job = self.get(job_id)
        if not job.status.is_final:
            detail = (
                f"unable to delete job with status [{job.status.value}]. "
                "Please try again after it has finished"
            )
            raise InvalidError(ErrorDetail("temporary_failure", detail, "status"))
        del self._jobs[job_id]

    def make(
        self,
        start: datetime | None = None,
        end: datetime | None = None,
        status: Status = Status.COMPLETED,
    ) -> Job:
        """Make a job beside the schedule, of the last 24 hours unless told otherwise. Raises ``InvalidError`` (ours)."""
        self.catch_up()
        now = self._clock.now()
        end = end or now
        start = start or end - _DAY
        if end <= start:
            raise InvalidError(ErrorDetail("invalid", "end_at must occur after start_at", "end_at"))
        return self._add(status, now, start, end)

    def change(self, job_id: str, status: Status) -> Job:
        """Let the job be at another point. Raises ``NotExistError``, or ``InvalidError`` once it is at its end (ours)."""
        job = self.get(job_id)
        if job.status.is_final:
            raise InvalidError(ErrorDetail("invalid_state", "the job has finished", "status"))
        job.status, job.updated_at = status, self._clock.now()
        self._tell(job)
        return job

    def _add(self, status: Status, at: datetime, start: datetime, end: datetime) -> Job:
        job = Job(self._ids.slugid(), self.schedule_id, status, at, start, end)
        self._jobs[job.id] = job
        self._tell(job)
        return job

    def _tell(self, job: Job) -> None:
        """Raise the event that has no initiator and only the job's id (Gladly OpenAPI)."""
        if (kind := _RAISED.get(job.status)) is not None:
            self._events.raise_(kind, None, {"jobId": job.id})
