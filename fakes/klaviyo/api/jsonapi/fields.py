"""Sparse fields of resources that this fake knows by name more than by heart (Klaviyo OpenAPI)."""

FLOW_FIELDS = frozenset({"archived", "created", "id", "name", "status", "trigger_type", "updated"})
TAG_FIELDS = frozenset({"id", "name"})
LIST_FIELDS = frozenset({"created", "id", "name", "opt_in_process", "updated"})
CONVERSATION_FIELDS = frozenset({"channel", "id"})
TOKEN_METADATA = frozenset(
    {"app_build", "app_id", "app_name", "app_version", "device_id", "device_model", "environment"}
    | {"klaviyo_sdk", "manufacturer", "os_name", "os_version", "sdk_version"}
)
TOKEN_FIELDS = frozenset(
    {"background", "created", "enablement_status", "id", "metadata", "platform", "recorded_date", "token"}
    | {"vendor", *(f"metadata.{name}" for name in TOKEN_METADATA)}
)
SEGMENT_FIELDS = frozenset(
    {"created", "definition", "definition.condition_groups", "id", "is_active", "is_processing", "is_starred"}
    | {"name", "updated"}
)
