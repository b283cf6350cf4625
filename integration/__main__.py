"""``python -m integration``: serve on 127.0.0.1:PORT until SIGTERM."""

import os
import signal
import sys
import threading
from typing import Any

from cheroot.wsgi import Gateway_10, Server

from integration.log import logger, to_stderr
from integration.service import Service
from integration.settings import BadSettings, Settings
from integration.tables import BadState
from integration.webhook import LONGEST_BODY

ENDS = {signal.SIGTERM, signal.SIGINT}
SERVER_GETS = 2
THREADS, BACKLOG = 16, 512

log = logger("integration.main")


class _Gateway(Gateway_10):
    """Closes the connection after what may not have been read to its end, where cheroot would read on without a limit.

    And after each 401, so that these look alike.
    """

    def start_response(self, status: str, headers: Any, exc_info: Any = None) -> Any:
        """Decide before the head of the answer goes out."""
        too_long = int(self.req.inheaders.get(b"Content-Length", 0)) > LONGEST_BODY
        if too_long or self.req.chunked_read or status.startswith("401"):
            self.req.close_connection = True
        return super().start_response(status, headers, exc_info)


class _Server(Server):
    def __init__(self, port: int, service: Service) -> None:
        super().__init__(
            ("127.0.0.1", port),
            service.app,
            numthreads=THREADS,
            request_queue_size=BACKLOG,
            server_name="integration",
            shutdown_timeout=SERVER_GETS,
        )
        self.gateway = _Gateway
        self.prepare()

    def error_log(self, *_args: Any, **_kwargs: Any) -> None:
        """Say only that there was an error: cheroot's own lines have tracebacks."""
        log.error("a request failed")


def main() -> None:
    """Read the environment, serve, and leave nothing half done on SIGTERM."""
    to_stderr()
    # Blocked before any thread starts and waited for, so that no handler can strike at a bad moment.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    try:
        settings = Settings.from_env(os.environ)
        service = Service(settings)
        server = _Server(settings.port, service)
    except (BadSettings, BadState, OSError) as error:
        sys.exit(f"integration: {error}")
    log.info("ready", port=settings.port)
    service.start()
    threading.Thread(target=server.serve, name="webhook", daemon=True).start()
    signal.sigwait(ENDS)
    stopper = threading.Thread(target=server.stop, daemon=True)
    stopper.start()
    in_time = service.stop()
    stopper.join(timeout=SERVER_GETS + 1)
    log.info("stopped", in_time=in_time)
    if in_time and not stopper.is_alive():
        service.close()
    else:
        os._exit(0)  # a thread that nothing can end would hold the process; what it was at is owed still


if __name__ == "__main__":
    main()
