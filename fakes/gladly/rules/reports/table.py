"""A report as text: comma-separated values."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from itertools import islice


def as_csv(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, most: int, header_when_empty: bool
) -> str:
    """Return at most ``most`` of ``rows`` below the columns' names; without any row nothing, or the names alone.

    That a report is cut off without a word, at 100,000 rows for most, and that one without rows is empty, without a
    header too, are a third-party reader's words (PostHog's); that the last rows are those missing is inferred, and so
    is the line end.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    head = text.tell()
    writer.writerows(islice(rows, most))
    return text.getvalue() if header_when_empty or text.tell() > head else ""
