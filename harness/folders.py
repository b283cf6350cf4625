"""Folders that must not be left behind."""

import shutil
import threading
import time
from pathlib import Path

GONE_WITHIN = 5.0
POLL = 0.02


def remove(folder: Path) -> None:
    """Remove ``folder``; a process that is just ending may still write there, so more than once if need be."""
    end = time.monotonic() + GONE_WITHIN
    while folder.exists() and time.monotonic() < end:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            threading.Event().wait(POLL)
