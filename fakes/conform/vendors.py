"""What both scripts share."""

from datetime import UTC, datetime

START = datetime(2026, 11, 23, 10, 0, 3, 131026, tzinfo=UTC)
"""When every run takes place: nothing of it depends on the day it is run."""
