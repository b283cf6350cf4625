"""What a process prints, kept in memory: through a pipe, as in a container, so that no disk can be full for it."""

import os
import threading

CHUNK = 65_536
READ_WITHIN = 5.0


class Output:
    """Keeps all that is written into the pipes it gives out, in the order in which it comes."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept = bytearray()
        self._readers: list[threading.Thread] = []

    def pipe(self) -> int:
        """Return the writing end of a new pipe; whoever gives it to a process closes it then."""
        reading, writing = os.pipe()
        reader = threading.Thread(target=self._read, args=(reading,), name="output", daemon=True)
        self._readers.append(reader)
        reader.start()
        return writing

    def text(self) -> str:
        """Return what has come so far."""
        return bytes(self._kept).decode(errors="replace")

    def wait_for_the_end(self) -> None:
        """Return when all that was written has been read, if nobody holds a pipe open for longer than that."""
        for reader in self._readers:
            reader.join(READ_WITHIN)
        self._readers = [reader for reader in self._readers if reader.is_alive()]

    def _read(self, descriptor: int) -> None:
        with os.fdopen(descriptor, "rb", buffering=0) as stream:
            while chunk := stream.read(CHUNK):
                self._kept += chunk
