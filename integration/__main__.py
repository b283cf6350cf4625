"""``python -m integration``: serve on 127.0.0.1:PORT until SIGTERM."""

import logging
import os
import signal
import sys
import threading
import time

from cheroot.wsgi import Server

from integration.service import Service
from integration.settings import BadSettings, Settings

AFTER_A_FAILURE = 5.0
ENDS = {signal.SIGTERM, signal.SIGINT}

log = logging.getLogger(__name__)


class Worker(threading.Thread):
    """Runs the dispatcher whenever there is new work or the next attempt falls due."""

    def __init__(self, settings: Settings) -> None:
        """Open the service; work begins with ``start``."""
        super().__init__(name="dispatcher", daemon=True)
        self._wake = threading.Event()
        self._stopping = False
        self.service = Service(settings, accepted=self._wake.set)

    def run(self) -> None:
        """Work until stopped."""
        while not self._stopping:
            due = self._work()
            self._wake.wait(None if due is None else max(0.0, due - time.time()))
            self._wake.clear()

    def _work(self) -> float | None:
        try:
            return self.service.work()
        except Exception as error:  # noqa: BLE001 - a dispatcher that died would leave the webhook answering 200 for nothing
            log.error("the dispatcher failed (%s): next in %.0f s", type(error).__name__, AFTER_A_FAILURE)  # noqa: TRY400 - a traceback may quote an address
            return time.time() + AFTER_A_FAILURE

    def stop(self) -> None:
        """End after what is being sent."""
        self._stopping = True
        self._wake.set()
        self.join(timeout=15)
        self.service.close()


def main() -> None:
    """Read the environment, serve, and leave nothing half done on SIGTERM."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        settings = Settings.from_env(os.environ)
    except BadSettings as error:
        sys.exit(f"integration: {error}")
    # Blocked before any thread starts and waited for, so that no handler can strike at a bad moment.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    worker = Worker(settings)
    server = Server(("127.0.0.1", settings.port), worker.service.app)
    server.prepare()
    worker.start()
    threading.Thread(target=server.serve, name="webhook", daemon=True).start()
    try:
        signal.sigwait(ENDS)
    finally:
        server.stop()
        worker.stop()


if __name__ == "__main__":
    main()
