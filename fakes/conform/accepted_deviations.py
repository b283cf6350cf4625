"""The deviations on purpose, each as narrow as it can be said, and the row of the ledger that each one cites."""

from fakes.conform.rules import Rule

_PROFILE = r"(data|data\[\]|included\[\])"
_ERROR_PARTS = "sends `links` and `meta` in errors about what was sent, about conflicts and about limits"
_STATUS_LINE = "answers 401, 403, 404 and 429 also to calls for which the document lists other statuses"
_ARRAY = "answers every 404, and 400 about a webhook, with the array of errors, also where the document has no body"

_DOORS = (
    "campaigns|catalog-items|custom-metrics|data-privacy-deletion-jobs|flows|lists|tags"
    "|profile-suppression-bulk-(create|delete)-jobs"
)

KLAVIYO = (
    Rule(
        "Klaviyo",
        "has only the doors of campaigns, flows, lists, tags, catalog items, custom metrics and suppressions, and of"
        " asking for a deletion: nothing is made there",
        "never answered",
        operation=rf"POST /api/({_DOORS})|(GET|PATCH|DELETE) /api/custom-metrics/\{{\w+\}}",
        status="20[0124]",
    ),
    Rule(
        "Klaviyo",
        "sends `status`, a number, in every error",
        "undocumented",
        r"errors\[\]\.status",
        r"[45]\d\d",
        status=r"[45]\d\d",
    ),
    Rule("Klaviyo", _ERROR_PARTS, "undocumented", r"errors\[\]\.(links|meta)", r"\{\}", status="400|409|429"),
    Rule(
        "Klaviyo",
        _ERROR_PARTS,
        "undocumented",
        r"errors\[\]\.meta",
        r'\{"duplicate_profile_id": "\w+"\}',
        status="409",
    ),
    Rule(
        "Klaviyo", _ERROR_PARTS, "undocumented", r"errors\[\]\.links", r'\{"type": "https://.*', status="429"
    ),
    Rule(
        "Klaviyo",
        "sends null for the `next` and `prev` page where there is none",
        "type",
        r"links\.(next|prev)",
        "null",
        "GET .*",
    ),
    Rule(
        "Klaviyo",
        "sends `next` and `prev` with aggregates",
        "undocumented",
        r"links\.(next|prev)",
        "null",
        "POST /api/metric-aggregates",
    ),
    Rule(
        "Klaviyo",
        "sends null for the latitude and longitude of a profile without them",
        "oneOf",
        rf"{_PROFILE}\.attributes\.location\.(latitude|longitude)",
        "null",
    ),
    Rule(
        "Klaviyo",
        "shows `anonymous_id` of a profile, and `whatsapp_bsuid` of one just written",
        "undocumented",
        rf"{_PROFILE}\.attributes\.anonymous_id",
        "null",
    ),
    Rule(
        "Klaviyo",
        "shows `anonymous_id` of a profile, and `whatsapp_bsuid` of one just written",
        "undocumented",
        r"data\.attributes\.whatsapp_bsuid",
        "null",
        "(POST|PATCH) .*",
    ),
    Rule(
        "Klaviyo",
        "calls a relationship `conversation` where a profile is not read by itself",
        "undocumented",
        rf"{_PROFILE}\.relationships\.conversation",
    ),
    Rule(
        "Klaviyo",
        "leaves out what sparse fieldsets leave out, required attributes of an account too",
        "required",
        r"data\[\]\.attributes",
        r'\{"timezone": "[^"]*"\}',
        "GET /api/accounts",
    ),
    Rule(
        "Klaviyo",
        "takes and shows whole numbers in a segment's condition",
        "(request )?oneOf",
        r".*\.definition\.condition_groups\[\]\.conditions\[\]\.measurement_filter\.value",
        r"\d+",
    ),
    Rule(
        "Klaviyo",
        "answers null for the conversation of a profile without one",
        "type",
        "data",
        "null",
        r"GET /api/profiles/\{id\}/conversation",
    ),
)

GLADLY = (
    Rule("Gladly", _STATUS_LINE, "status", value="401"),
    Rule(
        "Gladly",
        _STATUS_LINE,
        "status",
        value="403",
        operation=r"DELETE /api/v1/customer-profiles/.*|POST /api/v1/reports",
    ),
    Rule("Gladly", _STATUS_LINE, "status", value="429", operation="GET /api/v1/agents"),
    Rule(
        "Gladly",
        _STATUS_LINE,
        "status",
        value="404",
        operation=r"GET /api/v1/((agents|inboxes|teams)/\{\w+\}|customers/\{customerId\}/conversations)"
        r"|DELETE /api/v1/customer-profiles/\{customerId\}",
    ),
    Rule("Gladly", _ARRAY, "body", value=r'\{"errors": \[\{.*', status="404"),
    Rule(
        "Gladly",
        _ARRAY,
        "body",
        value=r'\{"errors": \[\{.*',
        operation=r"(PATCH|DELETE) /api/v1/webhooks/\{webhookId\}",
        status="400",
    ),
    Rule(
        "Gladly",
        "refuses a list of export jobs by filters that cannot be, by 400",
        "status",
        value="400",
        operation="GET /api/v1/export/jobs",
    ),
    Rule(
        "Gladly",
        "shows the `id` of customers in the files of export jobs",
        "undocumented",
        r"\[\]\.id",
        operation="GET /api/v1/export/jobs/.*/files/.*",
    ),
    Rule(
        "Gladly",
        "says in `meta` where a merged customer is now",
        "undocumented",
        r"errors\[\]\.meta",
        r'\{"old": "[^"]*", "new": "[^"]*"\}',
        status="301",
    ),
    Rule(
        "Gladly",
        "reads `topicIds`, which the document describes, and not `topicIDs`, which it requires",
        "request required",
        value=r'\{"topicIds": .*',
        operation=r"POST /api/v1/conversations/\{conversationId\}/topics",
    ),
    Rule(
        "Gladly",
        "reads `add` and `remove` of freeform topics, where the document has the schema of another call",
        "request (required|undocumented)",
        "(add|remove)?",
        operation="POST .*/custom-attributes",
    ),
    Rule(
        "Gladly",
        "shows tasks without `content`, which the document requires and does not describe",
        "required",
        r"(\[\])?",
        r'\{"id": .*',
        r"GET /api/v1/(customers/\{customerId\}/tasks|tasks/\{taskId\})",
    ),
    Rule(
        "Gladly",
        "names an `initiator` in events about customer profiles",
        "(request )?undocumented",
        "initiator",
        operation="POST /gladly/webhook|GET /api/v1/events",
    ),
    Rule(
        "Gladly",
        "takes and shows `CUSTOMER_PROFILE/MERGED` without the word deprecated",
        "(request )?enum",
        r"(\[\]\.)?events\[\]",
        '"CUSTOMER_PROFILE/MERGED"',
        r"(GET|POST) /api/v1/webhooks",
    ),
)
