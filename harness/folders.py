"""Folders that must not be left behind."""

import shutil
import time
from pathlib import Path

GONE_WITHIN = 5.0


def remove(folder: Path) -> None:
    """Remove ``folder``; a process that is just ending may still write there, so more than once if need be."""
    end = time.monotonic() + GONE_WITHIN
    while folder.exists() and time.monotonic() < end:
        shutil.rmtree(folder, ignore_errors=True)
