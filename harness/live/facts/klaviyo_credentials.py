"""Facts about Klaviyo's keys, revisions, limits and headers."""

from harness.errors import Undecided
from harness.live.facts import klaviyo_calls as calls
from harness.live.facts.answer import Answer, expect, expect_look
from harness.live.facts.fact import fact

NOT_AUTHENTICATED = (
    "not_authenticated",
    "Missing or invalid authorization scheme. Please use Klaviyo-API-Key.",
)
UNKNOWN = ("authentication_failed", "Incorrect authentication credentials.")
FORBIDDEN = "You do not have permission to perform this action."
NO_HEADER = "answers a missing `Authorization` header with the error of a wrong scheme word"
REVISIONS = "refuses a missing, malformed, too early or future revision with 400"
OPT_OUT = "answers a retired revision with the opt-out by 410 and a body of its own"
LETTER_CASE = (
    "speaks HTTP/1.1 only, header names in the letter case of a logged answer and of the docs (`Content-Type`,"
    " `RateLimit-Limit`, `Retry-After`)"
)
APPLICATION = (
    "sends the application's headers (`Allow`, `CID`, `Vary`, `X-Klaviyo-API-Revision` …) on every reply, as two public"
    " reports of 2023 and 2025 show them"
)
BURST = "reports the burst window in the `RateLimit-*` headers, always"


@fact("public reports", calls.NO_KEY, row=NO_HEADER)
def no_key_is_a_wrong_scheme(answer: Answer) -> None:
    """A call without `Authorization` is 401 `not_authenticated`, in the words for a wrong scheme."""
    answer.refuses(401, *NOT_AUTHENTICATED)


@fact("public reports", calls.WITHOUT_SCHEME)
def key_needs_its_scheme(answer: Answer) -> None:
    """A key without the word `Klaviyo-API-Key` before it is 401 `not_authenticated`."""
    answer.refuses(
        401, *NOT_AUTHENTICATED, title="Authentication credentials were not provided.", pointer="/data/"
    )


@fact("public reports", calls.UNKNOWN_KEY)
def unknown_key_is_401(answer: Answer) -> None:
    """An unknown key is 401 `authentication_failed`, with the same words as title and detail."""
    answer.refuses(401, *UNKNOWN, title=UNKNOWN[1], pointer="/data/")


@fact("a guess of the fakes", calls.PUBLIC_KEY)
def public_key_is_no_private_key(answer: Answer) -> None:
    """The public key in place of a private one is 401 `authentication_failed`."""
    answer.refuses(401, *UNKNOWN)


@fact("public reports", calls.BEARER, row="refuses every `Bearer` token; there is no OAuth")
def private_key_is_no_bearer_token(answer: Answer) -> None:
    """A private key as a `Bearer` token is 401 `authentication_failed`."""
    answer.refuses(401, *UNKNOWN)


@fact(
    "a guess of the fakes",
    calls.KEY_IN_QUERY,
    row="does not look at `api_key` in the query, the transport of retired generations, and notes it",
)
def key_in_the_query_is_no_key(answer: Answer) -> None:
    """`api_key` in the query is not looked at: the call is 401 `not_authenticated`."""
    answer.refuses(401, "not_authenticated")


@fact("public reports", calls.MISSING_SCOPE, row="answers a missing scope with a text that names no scope")
def missing_scope_is_not_named(answer: Answer) -> None:
    """A key without the scope is 403 `permission_denied`, and the text does not name the scope."""
    _refused_for_its_scope(answer)
    answer.refuses(403, "permission_denied", FORBIDDEN, title=FORBIDDEN, pointer="/data/")


@fact(
    "a guess of the fakes",
    calls.MISSING_SCOPE,
    row="checks 401, then 403, then the throttle, then revision, media type, query and body",
)
def scope_comes_before_the_body(answer: Answer) -> None:
    """A missing scope is told before anything that is wrong with the body."""
    _refused_for_its_scope(answer)


def _refused_for_its_scope(answer: Answer) -> None:
    if answer.status == 400:  # noqa: PLR2004 - HTTP's own number
        raise Undecided("the key may write events; give LIVE_KLAVIYO_KEY one that only reads")
    expect("status", answer.status, 403)


@fact("public reports", calls.NO_REVISION, row=REVISIONS)
def revision_is_needed(answer: Answer) -> None:
    """A call without the header `revision` is 400 `invalid`."""
    answer.refuses(400, "invalid")


@fact(
    "a guess of the fakes",
    calls.NO_REVISION,
    row="answers a missing revision in the error form without `links` and `meta`",
)
def missing_revision_is_a_short_error(answer: Answer) -> None:
    """The error of a missing revision has neither `links` nor `meta`."""
    answer.refuses(400, "invalid", pointer="/data/")
    expect("fields", [sorted({"links", "meta"} & set(one)) for one in answer.errors], [[]])


@fact("vendor docs", calls.NO_SUCH_REVISION, row=REVISIONS)
def revision_is_a_date(answer: Answer) -> None:
    """A revision that is no date is 400 `invalid`."""
    answer.refuses(400, "invalid")


@fact("public reports", calls.EARLY_REVISION, row=REVISIONS)
def revision_before_the_first_is_refused(answer: Answer) -> None:
    """A revision before the first one is 400."""
    answer.refuses(400, "invalid")


@fact("public reports", calls.FUTURE_REVISION, row=REVISIONS)
def revision_to_come_is_refused(answer: Answer) -> None:
    """A revision in the future is 400."""
    answer.refuses(400, "invalid")


@fact("vendor docs", calls.RETIRED)
def retired_revision_falls_forward(answer: Answer) -> None:
    """A retired revision is served by the next one that is supported."""
    answer.succeeds()
    expect_look("X-Klaviyo-API-Revision", answer.header("X-Klaviyo-API-Revision"), r"20\d\d-\d\d-\d\d")
    expect("moved on", answer.header("X-Klaviyo-API-Revision") > answer.call.headers["revision"], True)


@fact("vendor docs", calls.RETIRED_WITHOUT_FALL, row=OPT_OUT)
def falling_forward_can_be_declined(answer: Answer) -> None:
    """With the header to opt out of falling forward, a retired revision is 410."""
    expect("status", answer.status, 410)


@fact("recorded response", calls.METRICS, row=BURST)
def limits_are_lists(answer: Answer) -> None:
    """`RateLimit-Limit` is the reported window's number and then both windows, `10, 10;w=1, 150;w=60` for metrics."""
    answer.succeeds()
    expect("RateLimit-Limit", answer.header("RateLimit-Limit"), "10, 10;w=1, 150;w=60")


@fact("recorded response", calls.METRICS, row=BURST)
def limits_count_down_within_the_burst(answer: Answer) -> None:
    """`RateLimit-Remaining` is below the burst and `RateLimit-Reset` at most a second."""
    answer.succeeds()
    expect_look("RateLimit-Remaining", answer.header("RateLimit-Remaining"), r"\d")
    expect_look("RateLimit-Reset", answer.header("RateLimit-Reset"), r"[01]")


@fact("recorded response", calls.METRIC_UNKNOWN)
def refusals_count_too(answer: Answer) -> None:
    """A refused call carries the `RateLimit-*` headers as well."""
    answer.succeeds()
    answer.has_headers("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


@fact("public reports", calls.METRICS, row=LETTER_CASE)
def header_names_begin_with_capitals(answer: Answer) -> None:
    """Over HTTP/1.1 the names are written `Content-Type` and `RateLimit-Limit`."""
    answer.has_headers("Content-Type", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


@fact("public reports", calls.METRICS, row=APPLICATION)
def application_sends_headers_of_its_own(answer: Answer) -> None:
    """Every answer has `Allow`, `CID`, `Vary` and `X-Klaviyo-API-Revision`."""
    answer.has_headers("Allow", "CID", "Vary", "X-Klaviyo-API-Revision")


@fact("public reports", calls.KEYS_STABLE)
def beta_needs_a_beta_revision(answer: Answer) -> None:
    """A beta call at a stable revision is 404 `No valid revisions found for method`."""
    answer.refuses(404, "not_found", "No valid revisions found for method")


@fact("Klaviyo OpenAPI", calls.KEYS)
def keys_tell_their_scopes(answer: Answer) -> None:
    """A key is listed with its name, status, scopes and time, and without its value."""
    for one in answer.data:
        expect("fields", sorted(one["attributes"]), ["created", "name", "scopes", "status"])


@fact("a guess of the fakes", calls.KEYS, row="lists keys oldest first")
def keys_are_listed_oldest_first(answer: Answer) -> None:
    """Keys are listed by the time they were made, the oldest first."""
    made = [one["attributes"]["created"] for one in answer.data]
    expect("order", made, sorted(made))
