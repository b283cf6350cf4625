"""Facts about Gladly's reports and export jobs."""

import csv
import io

from harness.errors import Undecided
from harness.live.facts import gladly_calls as calls
from harness.live.facts.answer import Answer, expect, expect_fields, expect_look, expect_order, some
from harness.live.facts.fact import fact

COLUMNS = (
    "Timezone Filter", "Timestamp", "Event Type", "Conversation ID", "Customer ID", "Initiator Type", "Initiator ID",
    "Initiator Agent Name", "Assigned Inbox ID", "Assigned Inbox Name", "Assigned Agent ID", "Assigned Agent Name",
    "Topic ID", "Topic Name", "Newly Assigned Inbox ID", "Newly Assigned Inbox Name", "Newly Assigned Agent ID",
    "Newly Assigned Agent Name", "Assignment Update Reason", "Merged Customer ID", "Merged Conversation ID",
)  # fmt: skip
EMPTY = "answers a report without rows with an empty body"
SORTED = "sorts the rows of a report by time"
ZONES = (
    "writes times of a report in its time zone, `2024-03-13T09:00:00.000Z` in UTC and with an offset elsewhere, with plain"
    " line ends"
)


def _rows(answer: Answer) -> list[dict[str, str]]:
    answer.succeeds()
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    some(rows, "rows in the report")
    return rows


@fact("Gladly OpenAPI", calls.REPORT)
def report_is_a_table(answer: Answer) -> None:
    """A report is `text/csv` with a `Content-Disposition`."""
    answer.succeeds()
    expect("media type", answer.media_type, "text/csv")
    answer.has_headers("Content-Disposition")


@fact("public reports", calls.REPORT)
def timestamps_have_their_columns(answer: Answer) -> None:
    """`ConversationTimestampsReport` has its 21 columns, in this order."""
    expect("columns", list(_rows(answer)[0]), list(COLUMNS))


@fact("public reports", calls.REPORT, row=ZONES)
def report_times_are_in_utc(answer: Answer) -> None:
    """In a report in UTC times are in milliseconds with `Z`."""
    expect_look("Timestamp", _rows(answer)[0]["Timestamp"], r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@fact("public reports", calls.REPORT)
def report_names_events_as_the_stream_does(answer: Answer) -> None:
    """A report calls the beginning of a conversation `CONVERSATION/CREATED`, as events do."""
    kinds = {one["Event Type"] for one in _rows(answer)}
    expect("whether it is among the kinds", "CONVERSATION/CREATED" in kinds, True)


@fact("a guess of the fakes", calls.REPORT, row=SORTED)
def report_is_sorted_by_time(answer: Answer) -> None:
    """The rows of a report come the oldest first."""
    expect_order("rows", [one["Timestamp"] for one in _rows(answer)])


@fact("public reports", calls.REPORT_EMPTY, row=EMPTY)
def report_without_rows_is_empty(answer: Answer) -> None:
    """A report without rows has an empty body, and not a header alone."""
    answer.succeeds()
    if len(answer.text.splitlines()) > 1:
        raise Undecided("something happened on that day")
    expect("number of lines", len(answer.text.splitlines()), 0)


@fact("Gladly OpenAPI", calls.REPORT_UNKNOWN)
def unknown_report_is_400(answer: Answer) -> None:
    """An unknown report is 400."""
    answer.succeeds()


@fact("Gladly OpenAPI", calls.EXPORT_JOBS)
def export_job_names_its_files(answer: Answer) -> None:
    """An export job that is done has its state, its time and the names of its files."""
    answer.succeeds()
    one = some(answer.json, "export jobs")
    expect_fields(one, ("id", "status", "updatedAt", "parameters", "files"))
    expect("status", one["status"], "COMPLETED")


@fact("Gladly OpenAPI", calls.EXPORT_JOB_UNKNOWN)
def unknown_export_job_is_404(answer: Answer) -> None:
    """An unknown export job is 404."""
    answer.succeeds()
