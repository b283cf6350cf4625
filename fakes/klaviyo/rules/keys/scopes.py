"""The vocabulary of private keys: access levels, resources, scopes, and the levels the create page offers."""

from enum import Enum, StrEnum

RESOURCES: tuple[str, ...] = (
    "accounts",
    "agents",
    "applications",
    "brands",
    "campaigns",
    "catalogs",
    "conversations",
    "coupon-codes",
    "coupons",
    "credentials",
    "custom-objects",
    "data-privacy",
    "events",
    "flows",
    "forms",
    "images",
    "lists",
    "metrics",
    "profiles",
    "push-tokens",
    "reviews",
    "segments",
    "sender-config",
    "subscriptions",
    "tags",
    "templates",
    "tracking-settings",
    "translations",
    "users",
    "web-feeds",
    "webhooks",
)
"""Resources with a read and a write scope today (Klaviyo OpenAPI, beta API-keys schema)."""

READ_ONLY_RESOURCES: tuple[str, ...] = ("usage",)
"""Resources with a read scope only (Klaviyo OpenAPI, beta API-keys schema)."""

RESOURCES_2023: tuple[tuple[str, str], ...] = (
    ("Campaigns", "campaigns"),
    ("Catalogs", "catalogs"),
    ("Data Privacy", "data-privacy"),
    ("Events", "events"),
    ("Flows", "flows"),
    ("List", "lists"),
    ("Metrics", "metrics"),
    ("Profiles", "profiles"),
    ("Segments", "segments"),
    ("Subscriptions", "subscriptions"),
    ("Tags", "tags"),
)
"""The eleven rows of the create page in 2023, label and resource, in order (vendor help)."""

READ_SCOPES = frozenset(f"{resource}:read" for resource in RESOURCES + READ_ONLY_RESOURCES)
WRITE_SCOPES = frozenset(f"{resource}:write" for resource in RESOURCES)
SCOPES = READ_SCOPES | WRITE_SCOPES
"""All 63 scopes (Klaviyo OpenAPI)."""


class ScopeLevel(StrEnum):
    """What a row of the create page can be set to, by its label (vendor help)."""

    NO = "No Access"
    READ = "Read Access"
    FULL = "Full Access"

    def scopes(self, resource: str) -> frozenset[str]:
        """Return the scopes that this level gives on ``resource``; full is read and write (vendor help)."""
        if self is ScopeLevel.NO:
            return frozenset()
        read = frozenset({f"{resource}:read"})
        return read if self is ScopeLevel.READ else (read | {f"{resource}:write"}) & SCOPES


class AccessLevel(Enum):
    """The three kinds of private key.

    The labels of the create page and ``Customized Access`` are vendor help; the list labels of the two others are
    inferred from it.
    """

    CUSTOM = ("custom", "Custom Key", "Customized Access")
    READ_ONLY = ("read-only", "Read-Only Key", "Read-Only Access")
    FULL = ("full", "Full Access Key", "Full Access")

    def __init__(self, slug: str, label: str, list_label: str) -> None:
        """Take the three names of a level."""
        self.slug = slug
        self.label = label
        self.list_label = list_label

    @classmethod
    def of(cls, slug: str) -> "AccessLevel":
        """Return the level called ``slug``; raise ``KeyError`` for any other."""
        return {level.slug: level for level in cls}[slug]

    def scopes(self, chosen: frozenset[str]) -> frozenset[str]:
        """Return what a key of this level holds: ``chosen`` for a custom key, else all read scopes or all scopes."""
        return {AccessLevel.CUSTOM: chosen, AccessLevel.READ_ONLY: READ_SCOPES, AccessLevel.FULL: SCOPES}[
            self
        ]
