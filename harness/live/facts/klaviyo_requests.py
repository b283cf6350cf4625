"""Facts about what Klaviyo refuses, and how it words that."""

from harness.live.facts import klaviyo_calls as calls
from harness.live.facts.answer import Answer, expect, expect_fields, expect_look
from harness.live.facts.fact import fact

TITLE = "Invalid input."
STATUS_ROW = "sends `status`, a number, in every error"
LONG_FORM = "sends `links` and `meta` in errors about what was sent, about conflicts and about limits"
BROKEN = "words the refusal of a broken filter in one text"
PAGE_SIZE = "words the refusal of a page size out of range itself"
BAD_PEOPLE = "words bad addresses and phone numbers as another project's mock does"
TERSE = (
    "uses the terse `Invalid input` for every limit whose text is not known: time, names, ids, number and size of"
    " properties"
)


@fact("recorded response", calls.METRIC_UNKNOWN, row=STATUS_ROW)
def error_status_is_a_number(answer: Answer) -> None:
    """The `status` in an error is a number, where JSON:API has a text."""
    answer.succeeds()
    expect("status in the error", [one.get("status") for one in answer.errors], [404])


@fact("recorded response", calls.METRIC_UNKNOWN)
def error_ids_are_uuids(answer: Answer) -> None:
    """An error's `id` is a UUID of version 4."""
    answer.succeeds()
    looks = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    expect_look("id", answer.errors[0]["id"], looks)


@fact("recorded response", calls.METRIC_UNKNOWN)
def short_errors_have_six_fields(answer: Answer) -> None:
    """An error about what is not there has id, status, code, title, detail and source, and nothing else."""
    answer.succeeds()
    names = ("id", "status", "code", "title", "detail", "source")
    expect_fields(answer.errors[0], names, exactly=True)


@fact("recorded response", calls.METRICS_INCLUDE, row=LONG_FORM)
def errors_about_what_was_sent_have_links_and_meta(answer: Answer) -> None:
    """An error about what was sent has empty `links` and `meta` besides."""
    answer.succeeds()
    expect("links and meta", [(one.get("links"), one.get("meta")) for one in answer.errors], [({}, {})])


@fact("recorded response", calls.METRIC_UNKNOWN)
def errors_are_of_the_json_api_type(answer: Answer) -> None:
    """Errors are `application/vnd.api+json`."""
    expect("media type", answer.media_type, "application/vnd.api+json")


@fact("recorded response", calls.METRIC_UNKNOWN)
def unknown_metric_is_404(answer: Answer) -> None:
    """An unknown metric is 404 `not_found`, `Metric with id … does not exist.`, without an article."""
    detail = f"Metric with id {calls.NOBODY} does not exist."
    answer.refuses(404, "not_found", detail, title="Not found.", pointer="/data/")


@fact("recorded response", calls.PROFILE_UNKNOWN)
def unknown_profile_is_404(answer: Answer) -> None:
    """An unknown profile is 404 `not_found`, `A profile with id … does not exist.`, with an article."""
    detail = f"A profile with id {calls.NOBODY} does not exist."
    answer.refuses(404, "not_found", detail, title="Not found.", pointer="/data/")


@fact("recorded response", calls.EVENT_MALFORMED)
def malformed_event_id_is_400(answer: Answer) -> None:
    """What cannot be an event's id is 400 and not 404."""
    answer.refuses(400, "invalid", f"Invalid Event ID: '{calls.NOBODY}'", title=TITLE, pointer="/data/id")


@fact(
    "a guess of the fakes",
    calls.EVENT_UNKNOWN,
    row="answers a well-formed event id that nobody has by 404 and a text of its own",
)
def unknown_event_is_404(answer: Answer) -> None:
    """A well-formed event id that nobody has is 404 `not_found`."""
    answer.refuses(404, "not_found")


@fact("public reports", calls.METRICS_PAGE_SIZE)
def metrics_have_no_page_size(answer: Answer) -> None:
    """`page[size]` on metrics is 400, told as a field that is not valid."""
    detail = "'page_size' is not a valid field for the resource 'metric'."
    answer.refuses(400, "invalid", detail, pointer="/data/attributes/page_size")


@fact("public reports", calls.METRICS_FIELD)
def filterable_fields_are_listed(answer: Answer) -> None:
    """A filter on another field is 400 and lists the fields that can be filtered."""
    detail = (
        "'name' is not a filterable field for this resource. The filterable fields on this resource are:"
        " integration.category, integration.name"
    )
    answer.refuses(400, "invalid", detail)


@fact("recorded response", calls.METRICS_OPERATOR)
def allowed_operators_are_listed(answer: Answer) -> None:
    """An operator that a field has not is 400, lists the others after two blanks, and points at `filter`."""
    detail = (
        "'contains' is not an allowed filter operator for integration.name.  Allowed operators are equals"
    )
    answer.refuses(400, "invalid", detail, title=TITLE, parameter="filter")


@fact("vendor docs", calls.METRICS_INCLUDE)
def unknown_include_is_400(answer: Answer) -> None:
    """An unknown include is 400 and points at `include`."""
    detail = "'profiless' is not an allowed include parameter for this resource."
    answer.refuses(400, "invalid", detail, parameter="include")


@fact("a guess of the fakes", calls.EVENTS_BROKEN, row=BROKEN)
def broken_filter_is_400(answer: Answer) -> None:
    """A filter that cannot be read is 400 and points at `filter`."""
    answer.refuses(400, "invalid", parameter="filter")


@fact("public reports", calls.EVENTS_CURSOR)
def made_up_cursor_is_400(answer: Answer) -> None:
    """A cursor that nobody made is 400 and said to be invalid."""
    answer.refuses(400, "invalid", "Invalid cursor provided.", pointer="/data/")


@fact("Klaviyo OpenAPI", calls.EVENTS_PAGE_SIZE, row=PAGE_SIZE)
def thousand_events_a_page_at_most(answer: Answer) -> None:
    """A page of 1,001 events is 400."""
    answer.refuses(400, "invalid")


@fact("Klaviyo OpenAPI", calls.PROFILES_PAGE_SIZE, row=PAGE_SIZE)
def hundred_profiles_a_page_at_most(answer: Answer) -> None:
    """A page of 101 profiles is 400."""
    answer.refuses(400, "invalid")


@fact("Klaviyo OpenAPI", calls.SEGMENTS_PAGE_SIZE, row=PAGE_SIZE)
def ten_segments_a_page_at_most(answer: Answer) -> None:
    """A page of 11 segments is 400."""
    answer.refuses(400, "invalid")


@fact("a guess of the fakes", calls.EVENTS_SORT, row="words the refusal of an unknown sort field itself")
def unknown_order_is_400(answer: Answer) -> None:
    """An unknown sort field is 400 and points at `sort`."""
    answer.refuses(400, "invalid", parameter="sort")


@fact("a guess of the fakes", calls.EVENTS_FIELDS, row="words the refusal of unknown sparse fields itself")
def unknown_sparse_field_is_400(answer: Answer) -> None:
    """An unknown sparse field is 400."""
    answer.refuses(400, "invalid")


@fact(
    "public reports",
    calls.EVENTS_FOREIGN,
    row="refuses a filter on a metric id that nobody has, in the words of a reply of 2023",
)
def filter_on_a_foreign_metric_is_400(answer: Answer) -> None:
    """A filter on a metric that nobody has is 400 and names its id."""
    answer.refuses(400, "invalid", f"Metric IDs ['{calls.FOREIGN}'] do not exist.")


@fact(
    "public reports",
    calls.EVENTS_FUTURE,
    row=(
        "refuses filters on what comes after a future moment, on events, profiles, segments and their members, with"
        " the error of the same filter on campaigns"
    ),
)
def filter_on_the_future_is_400(answer: Answer) -> None:
    """A filter on what comes after a moment yet to come is 400 `invalid`."""
    answer.refuses(400, "invalid")


@fact("vendor docs", calls.METRICS_POST, row="words 405 as its framework does")
def method_that_is_not_there_is_405(answer: Answer) -> None:
    """A method that a path has not is 405 `method_not_allowed`, in the framework's words, with `Allow`."""
    answer.refuses(405, "method_not_allowed", 'Method "POST" not allowed.')
    answer.has_headers("Allow")


@fact("a guess of the fakes", calls.METRICS_HTML, row="answers 406 when `Accept` allows no JSON")
def pages_are_not_served(answer: Answer) -> None:
    """A call that accepts pages only is 406 `not_acceptable`."""
    answer.refuses(406, "not_acceptable")


@fact("public reports", calls.EVENT_WITHOUT_METRIC)
def required_field_is_named(answer: Answer) -> None:
    """A missing field is 400 and named with its resource, and pointed at."""
    detail = "'metric' is a required field for the resource 'event'."
    answer.refuses(400, "invalid", detail, pointer="/data/attributes/metric")


@fact("public reports", calls.EVENT_WITH_MORE)
def unknown_field_is_named(answer: Answer) -> None:
    """An unknown field is 400 and named with its resource, and pointed at."""
    detail = "'bogus' is not a valid field for the resource 'event'."
    answer.refuses(400, "invalid", detail, title=TITLE, pointer="/data/attributes/bogus")


@fact("public reports", calls.EVENT_BAD_ADDRESS, row=BAD_PEOPLE)
def bad_address_is_400(answer: Answer) -> None:
    """An event for what is no address is 400 and points at the address."""
    answer.refuses(400, "invalid", pointer="/data/attributes/profile/data/attributes/email")


@fact("vendor docs", calls.EVENT_UNIX_TIME, row=TERSE)
def time_in_seconds_is_400(answer: Answer) -> None:
    """A time in seconds is 400 and pointed at."""
    answer.refuses(400, "invalid", pointer="/data/attributes/time")


@fact("vendor docs", calls.EVENT_AS_TEXT, row="words 415 as its framework does")
def text_is_no_media_type_for_an_event(answer: Answer) -> None:
    """An event as plain text is 415 `unsupported_media_type`, in the framework's words."""
    detail = 'Unsupported media type "text/plain" in request.'
    answer.refuses(415, "unsupported_media_type", detail)


@fact("recorded response", calls.EVENT_TAKEN)
def accepted_event_is_an_empty_202(answer: Answer) -> None:
    """An event is taken by 202 with an empty body and no content type."""
    answer.succeeds()
    expect("body", answer.response.content, b"")
    expect("content type", answer.response.headers.get("Content-Type"), None)
