"""Facts about Gladly's credentials, limits, and what it refuses."""

from harness.live.facts import gladly_calls as calls
from harness.live.facts.answer import Answer, expect, expect_fields, expect_look
from harness.live.facts.fact import fact

LETTER_CASE = (
    "speaks HTTP/1.1 only, header names in the OpenAPI's letter case (`Ratelimit-Limit-Second`, `Gladly-Limited-Data`,"
    " `Location`)"
)
UNAUTHORIZED = "words the bodies of 401 itself"
EVERY_404 = "answers every 404, and 400 about a webhook, with the array of errors, also where the document has no body"
SEARCH = "words the refusal of a search by nothing or by two things itself"


@fact("Gladly OpenAPI", calls.NO_TOKEN)
def no_token_is_401(answer: Answer) -> None:
    """A call without credentials is 401."""
    answer.succeeds()


@fact("Gladly OpenAPI", calls.UNKNOWN_TOKEN)
def unknown_token_is_401(answer: Answer) -> None:
    """An unknown address and token are 401."""
    answer.succeeds()


@fact("a guess of the fakes", calls.UNKNOWN_TOKEN, row=UNAUTHORIZED)
def refused_credentials_are_told_as_errors(answer: Answer) -> None:
    """A 401 has a body with the array of errors, code `unauthorized`."""
    answer.refuses(401, "unauthorized")


@fact("a guess of the fakes", calls.NO_TOKEN, row=UNAUTHORIZED)
def refused_credentials_name_the_scheme(answer: Answer) -> None:
    """A 401 names the scheme `Basic` in `WWW-Authenticate`."""
    answer.succeeds()
    expect_look("WWW-Authenticate", answer.header("WWW-Authenticate"), r"Basic(?: .*)?")


@fact("Gladly OpenAPI", calls.ORGANIZATION, row=LETTER_CASE)
def limits_are_two_headers(answer: Answer) -> None:
    """Every answer has `Ratelimit-Limit-Second` and `Ratelimit-Remaining-Second`, written so, without `X-`."""
    answer.succeeds()
    answer.has_headers("Ratelimit-Limit-Second", "Ratelimit-Remaining-Second")


@fact("Gladly OpenAPI", calls.ORGANIZATION)
def ten_calls_a_second(answer: Answer) -> None:
    """The limit is ten calls a second."""
    answer.succeeds()
    expect("Ratelimit-Limit-Second", answer.header("Ratelimit-Limit-Second"), "10")


@fact("Gladly OpenAPI", calls.CONVERSATION_UNKNOWN)
def refusals_count_too(answer: Answer) -> None:
    """A refused call carries the headers of the limit as well."""
    answer.succeeds()
    answer.has_headers("Ratelimit-Limit-Second", "Ratelimit-Remaining-Second")


@fact("vendor sample code", calls.CUSTOMER_UNKNOWN)
def errors_are_an_array(answer: Answer) -> None:
    """Errors are an array below `errors`, also where examples of the document show an object."""
    answer.succeeds()
    for one in answer.errors:
        expect_fields(one, ("code", "detail"))


@fact("Gladly OpenAPI", calls.CUSTOMER_UNKNOWN)
def unknown_customer_is_404(answer: Answer) -> None:
    """An unknown customer is 404 `not_exist`, with the id in brackets."""
    answer.refuses(404, "not_exist", f"customer profile [{calls.NOBODY}] does not exist")


@fact("Gladly OpenAPI", calls.TOPIC_UNKNOWN)
def unknown_topic_is_404(answer: Answer) -> None:
    """An unknown topic is 404 `not_exist`, with the id in brackets."""
    answer.refuses(404, "not_exist", f"conversation topic [{calls.NOBODY}] does not exist")


@fact("vendor sample code", calls.AGENT_UNKNOWN)
def unknown_agent_is_404(answer: Answer) -> None:
    """An unknown agent is 404 `not_exist`."""
    answer.refuses(404, "not_exist", "entity does not exist")


@fact("vendor sample code", calls.INBOX_UNKNOWN)
def unknown_inbox_is_404(answer: Answer) -> None:
    """An unknown inbox is 404 `not_exist`."""
    answer.refuses(404, "not_exist", "entity does not exist")


@fact("a guess of the fakes", calls.CONVERSATION_UNKNOWN, row=EVERY_404)
def unknown_conversation_is_404_with_errors(answer: Answer) -> None:
    """An unknown conversation is 404 with the array of errors, where the document has no body."""
    answer.refuses(404, "not_exist")


@fact("a guess of the fakes", calls.ITEM_UNKNOWN, row=EVERY_404)
def unknown_item_is_404_with_errors(answer: Answer) -> None:
    """An unknown item is 404 with the array of errors, where the document has no body."""
    answer.refuses(404, "not_exist")


@fact("a guess of the fakes", calls.WEBHOOK_UNKNOWN, row=EVERY_404)
def unknown_webhook_is_404_with_errors(answer: Answer) -> None:
    """An unknown webhook is 404 with the array of errors."""
    answer.refuses(404, "not_exist")


@fact("Gladly OpenAPI", calls.CONVERSATION_CHANGE_UNKNOWN)
def change_of_an_unknown_conversation_is_404(answer: Answer) -> None:
    """A change of an unknown conversation is 404 `conversation does not exist`."""
    answer.refuses(404, "not_exist", "conversation does not exist")


@fact(
    "a guess of the fakes",
    calls.CONVERSATIONS_UNKNOWN,
    row="answers 404 for the conversations of an unknown customer",
)
def conversations_of_nobody_are_404(answer: Answer) -> None:
    """The conversations of an unknown customer are 404, and no empty list."""
    answer.refuses(404, "not_exist")


@fact(
    "Gladly OpenAPI",
    calls.CONVERSATION_BLANKS,
    row="reports all that is wrong with a change at once, in a fixed order",
)
def all_that_is_blank_is_said_at_once(answer: Answer) -> None:
    """A change with blank assignee and blank status is 400 and names both."""
    answer.refuses(400, "blank", "'inboxId' cannot be blank when updating assignee", attr="assignee.inboxId")
    answer.refuses(400, "blank", "'value' cannot be blank when updating status", attr="status.value")


@fact("public reports", calls.CUSTOMERS_BAD_ADDRESS)
def search_by_no_address_is_400(answer: Answer) -> None:
    """A search by what is no address is 400 and names the parameter."""
    answer.refuses(400, "invalid", "invalid email address", attr="email")


@fact("public reports", calls.CUSTOMERS_NOBODY)
def search_that_finds_nobody_is_an_empty_list(answer: Answer) -> None:
    """A search that finds nobody is 200 with an empty list."""
    answer.succeeds()
    expect("body", answer.json, [])


@fact("a guess of the fakes", calls.CUSTOMERS_BY_NOTHING, row=SEARCH)
def search_by_nothing_is_400(answer: Answer) -> None:
    """A search by nothing is 400 `blank`."""
    answer.refuses(400, "blank")


@fact("Gladly OpenAPI", calls.CUSTOMERS_BY_TWO, row=SEARCH)
def search_by_two_things_is_400(answer: Answer) -> None:
    """A search by two things at once is 400."""
    answer.refuses(400, "invalid")


@fact("Gladly OpenAPI", calls.CUSTOMERS_BAD_NUMBER, row="refuses a search by a number without `+`")
def search_by_a_national_number_is_400(answer: Answer) -> None:
    """A search by a number without a plus is 400."""
    answer.refuses(400, "invalid", attr="phoneNumber")


@fact("Gladly OpenAPI", calls.EVENTS_BACKWARDS)
def events_must_end_after_they_start(answer: Answer) -> None:
    """Events that are to end before they start are 400 and name `startAt`."""
    answer.refuses(400, "invalid", "endAt must occur after startAt", attr="startAt")


@fact("public reports", calls.EVENTS_OLD)
def events_older_than_a_day_are_400(answer: Answer) -> None:
    """Events from more than 24 hours ago are 400."""
    answer.succeeds()


@fact("Gladly OpenAPI", calls.EVENTS_WITHOUT_START)
def events_need_a_start(answer: Answer) -> None:
    """Events without `startAt` are 400."""
    answer.succeeds()


@fact("Gladly OpenAPI", calls.EVENTS_WITHOUT_ENTITIES)
def events_need_entities(answer: Answer) -> None:
    """Events without `entities` are 400."""
    answer.succeeds()


@fact("Gladly OpenAPI", calls.EVENTS_UNKNOWN_ENTITY)
def entities_are_a_closed_set(answer: Answer) -> None:
    """Events of an unknown entity are 400."""
    answer.succeeds()
