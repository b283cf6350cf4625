"""The addresses that every fake has for itself, beside its vendor's."""

CONTROL_PREFIX = "/_fake/"
CALLS = ("/api/", "/client/")
"""Where the vendors' calls are; everything else is a page or the control plane."""

CONTROL_PAGES = f"{CONTROL_PREFIX}room"


def is_call(path: str) -> bool:
    """Say whether ``path`` is that of a vendor's call."""
    return path.startswith(CALLS)


def is_control(path: str) -> bool:
    """Say whether ``path`` belongs to the control plane, in either spelling of its root."""
    return f"{path}/" == CONTROL_PREFIX or path.startswith(CONTROL_PREFIX)


def is_control_page(path: str) -> bool:
    """Say whether ``path`` belongs to the control room, the pages of the control plane."""
    return f"{path.rstrip('/')}/" == CONTROL_PREFIX or f"{path}/".startswith(f"{CONTROL_PAGES}/")


def is_journal(path: str) -> bool:
    """Say whether ``path`` is a journal, as data or as a page: reading a long one takes its time."""
    return is_control(path) and path.rstrip("/").endswith("/journal")
