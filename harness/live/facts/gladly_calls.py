"""The calls by which Gladly is asked: reads, and what it must refuse."""

from typing import Any

from harness.live.facts.call import Call

API = "/api/v1"
CUSTOMERS, EVENTS_PATH = f"{API}/customer-profiles", f"{API}/events"
NOBODY = "nobody-0000"
"""An id that nobody has; Gladly takes any URL-safe one below 50 characters."""

HOUR_OF_A_DAY = 23


def _call(path: str, about: str = "", status: int = 200, *query: tuple[str, str], **more: Any) -> Call:
    return Call("Gladly", "GET", f"{API}/{path}", about, query, status=status, **more)


def _events(about: str, status: int, *query: tuple[str, str], **more: Any) -> Call:
    return Call("Gladly", "GET", EVENTS_PATH, about, query, status=status, **more)


_EVERY = tuple(
    ("entities", one) for one in ("CONVERSATION", "CONTACT", "CUSTOMER", "CUSTOMER_PROFILE", "TASK")
)

ORGANIZATION = _call("organization")
NO_TOKEN = _call("organization", "without a token", 401, credential="none")
UNKNOWN_TOKEN = _call("organization", "an unknown token", 401, credential="unknown")

AGENTS, INBOXES, TEAMS, TOPICS = (_call(one) for one in ("agents", "inboxes", "teams", "topics"))
AGENT = _call("agents/{agent}")
AGENT_UNKNOWN = _call(f"agents/{NOBODY}", "nobody", 404)
INBOX_UNKNOWN = _call(f"inboxes/{NOBODY}", "nobody's", 404)
TOPIC_UNKNOWN = _call(f"topics/{NOBODY}", "nobody's", 404)
WEBHOOKS = _call("webhooks")
WEBHOOK_UNKNOWN = _call(f"webhooks/{NOBODY}", "nobody's", 404)

CUSTOMER = _call("customer-profiles/{customer}")
CUSTOMER_UNKNOWN = _call(f"customer-profiles/{NOBODY}", "nobody", 404)
CUSTOMER_MERGED = _call("customer-profiles/{merged}", "merged into another", 301)
CUSTOMERS_NOBODY = _call(
    "customer-profiles", "nobody's address", 200, ("email", "nobody.at.all@mail.sandbox.gladly.qa")
)
CUSTOMERS_BY_NOTHING = _call("customer-profiles", "by nothing", 400)
CUSTOMERS_BY_TWO = _call(
    "customer-profiles",
    "by two things",
    400,
    ("email", "nobody@shop.invalid"),
    ("phoneNumber", "+16505550100"),
)
CUSTOMERS_BAD_ADDRESS = _call("customer-profiles", "no address", 400, ("email", "nonsense"))
CUSTOMERS_BAD_NUMBER = _call(
    "customer-profiles", "a number without a plus", 400, ("phoneNumber", "16505550100")
)

CONVERSATION = _call("conversations/{conversation}")
CONVERSATION_UNKNOWN = _call(f"conversations/{NOBODY}", "nobody's", 404)
CONVERSATION_CHANGE_UNKNOWN = Call(
    "Gladly",
    "PATCH",
    f"{API}/conversations/{NOBODY}",
    "nobody's",
    body={"status": {"value": "OPEN"}},
    status=404,
)
CONVERSATION_BLANKS = Call(
    "Gladly",
    "PATCH",
    f"{API}/conversations/{{conversation}}",
    "blanks",
    body={"assignee": {}, "status": {}},
    status=400,
    allow="verify",
)
CONVERSATIONS = _call("customers/{customer}/conversations", orders=("createdAt",))
CONVERSATIONS_UNKNOWN = _call(f"customers/{NOBODY}/conversations", "nobody's", 404)
ITEMS = _call("conversations/{conversation}/items", orders=("timestamp",))
ITEM = _call("conversation-items/{item}")
ITEM_UNKNOWN = _call(f"conversation-items/{NOBODY}", "nobody's", 404)
TASKS = _call("customers/{customer}/tasks")
TASK_UNKNOWN = _call(f"tasks/{NOBODY}", "nobody's", 404)

EVENTS = _events("", 200, ("startAt", "{a_day_ago}"), *_EVERY, orders=("timestamp",))
EVENTS_NONE = _events(
    "of no time", 200, ("startAt", "{a_moment_ago}"), ("endAt", "{now}"), ("entities", "PAYMENT_REQUEST")
)
EVENTS_OLD = _events("older than a day", 400, ("startAt", "{two_days_ago}"), ("entities", "CONVERSATION"))
EVENTS_BACKWARDS = _events(
    "backwards", 400, ("startAt", "{an_hour_ago}"), ("endAt", "{a_day_ago}"), ("entities", "CONVERSATION")
)
EVENTS_WITHOUT_START = _events("without a start", 400, ("entities", "CONVERSATION"))
EVENTS_WITHOUT_ENTITIES = _events("without entities", 400, ("startAt", "{an_hour_ago}"))
EVENTS_UNKNOWN_ENTITY = _events("an unknown entity", 400, ("startAt", "{an_hour_ago}"), ("entities", "MOOD"))


def _report(about: str, status: int, name: str, first: str, last: str) -> Call:
    body = {"metricSet": name, "timezone": "UTC", "startAt": first, "endAt": last}
    return Call("Gladly", "POST", f"{API}/reports", about, body=body, status=status)


_TIMESTAMPS = "ConversationTimestampsReport"
REPORT = _report("two days", 200, _TIMESTAMPS, "{day_before}", "{day}")
REPORT_EMPTY = _report("a day without anything", 200, _TIMESTAMPS, "2015-01-01", "2015-01-01")
REPORT_UNKNOWN = _report("an unknown one", 400, "NoSuchReport", "{day_before}", "{day}")
EXPORT_JOBS = _call("export/jobs", "those that are done", 200, ("status", "COMPLETED"))
EXPORT_JOB_UNKNOWN = _call(f"export/jobs/{NOBODY}", "nobody's", 404)
