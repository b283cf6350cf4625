"""The addresses that every fake has for itself, beside its vendor's."""

CONTROL_PREFIX = "/_fake/"
CONTROL_PAGES = f"{CONTROL_PREFIX}room"


def is_control(path: str) -> bool:
    """Say whether ``path`` belongs to the control plane, in either spelling of its root."""
    return f"{path}/" == CONTROL_PREFIX or path.startswith(CONTROL_PREFIX)


def is_control_page(path: str) -> bool:
    """Say whether ``path`` belongs to the control room, the pages of the control plane."""
    return f"{path.rstrip('/')}/" == CONTROL_PREFIX or f"{path}/".startswith(f"{CONTROL_PAGES}/")
