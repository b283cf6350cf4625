"""A disk that is full, for the processes of a group: the kernel refuses whatever they write into a file."""

import resource
from pathlib import Path

CAN_FILL_DISKS = hasattr(resource, "prlimit")
"""Linux alone can set a limit of another process."""


def fill_disk(group: int) -> None:
    """Let no process of the process group ``group`` write into a file any more; its pipes and sockets go on.

    A write fails with ``EFBIG``, where a full disk says ``ENOSPC``: both are errors of the write. A process that is not told
    otherwise dies by ``SIGXFSZ`` instead.
    """
    for pid in _members(group):
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))


def _members(group: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of the program, in brackets, may hold anything; behind it stand state, parent and process group.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[2]) == group:
            found.append(int(stat.parent.name))
    return found
