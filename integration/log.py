"""Log lines: one JSON object each, with counts and ids; never an address, a name, a key or a token."""

import json
import logging
import sys
from typing import Any

import structlog

OURS = "integration"


def logger(name: str) -> Any:
    """Return a logger whose lines are JSON wherever they end up, so that no set-up is needed to be safe."""
    return structlog.wrap_logger(
        logging.getLogger(name),
        wrapper_class=structlog.stdlib.BoundLogger,
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
    )


class _Discreet(logging.Formatter):
    """Passes our own lines on. Of a library's it says only that there was one: it may quote a URL or an address."""

    def format(self, record: logging.LogRecord) -> str:
        if record.name.partition(".")[0] == OURS:
            return record.getMessage()
        return json.dumps(
            {"event": "a library complains", "logger": record.name, "level": record.levelname.lower()}
        )


def to_stderr() -> None:
    """Write lines to standard error: ours from info on, a library's from warning on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Discreet())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger(OURS).setLevel(logging.INFO)
