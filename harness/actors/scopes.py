"""The eleven scopes of the runbook's screen, by their labels there, and their names in Klaviyo's API."""

SCOPES = {
    "Campaigns": "campaigns",
    "Catalogs": "catalogs",
    "Data Privacy": "data-privacy",
    "Events": "events",
    "Flows": "flows",
    "List": "lists",
    "Metrics": "metrics",
    "Profiles": "profiles",
    "Segments": "segments",
    "Subscriptions": "subscriptions",
    "Tags": "tags",
}
LEVELS: dict[str, tuple[str, ...]] = {
    "No Access": (),
    "Read Access": ("read",),
    "Full Access": ("read", "write"),
}
ACCESS = {"Custom Key": "custom", "Read-Only Key": "read-only", "Full Access Key": "full"}


def granted(levels: dict[str, str]) -> list[str]:
    """Return the API's scopes, such as ``events:write``, for scope label → level label. ``KeyError`` if unknown."""
    return [f"{SCOPES[label]}:{verb}" for label, level in levels.items() for verb in LEVELS[level]]
