"""Collections of things that no account of this fake has: flows, lists, tags, push tokens, conversations.

They are served, empty, because clients walk relationship links. Paths, scopes and limits are Klaviyo OpenAPI.
"""

from collections.abc import Callable
from datetime import date

import falcon

from fakes.klaviyo.api.jsonapi import documents, revisions
from fakes.klaviyo.api.jsonapi.endpoint import CONVERSATIONS_SINCE, Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.fields import (
    CONVERSATION_FIELDS,
    FLOW_FIELDS,
    LIST_FIELDS,
    TAG_FIELDS,
    TOKEN_FIELDS,
)
from fakes.klaviyo.api.jsonapi.paging import Page
from fakes.klaviyo.api.jsonapi.query import Reads
from fakes.klaviyo.api.metrics import metrics
from fakes.klaviyo.api.profiles import profiles
from fakes.klaviyo.api.segments import segments
from fakes.klaviyo.rules.limits import Tier

Check = Callable[[Call, str], object]
"""Raises ``NotFound`` unless the owner of a collection exists."""


def _id(owner: dict[str, str]) -> str:
    """Return the one value of a path's fields, however the path names it."""
    return next(iter(owner.values()))


def empty(
    name: str,
    *scopes: str,
    tier: Tier,
    check: Check,
    fields: dict[str, frozenset[str]] | None = None,
    since: date = revisions.FIRST,
) -> Resource:
    """Return a resource whose collection is always empty; ``fields`` are the sparse ones that may be asked for."""
    kind = next(iter(fields), "relationship") if fields else "relationship"

    class Empty(Resource):
        @endpoint(name, *scopes, tier=tier, reads=Reads(kind, fields=fields or {}), since=since)
        def on_get(self, call: Call, response: falcon.Response, **owner: str) -> None:
            with call.account.lock:
                check(call, _id(owner))
            documents.send(response, call.collection([], Page([], None, None)))

    return Empty()


def absent(
    name: str, *scopes: str, tier: Tier, check: Check, fields: dict[str, frozenset[str]] | None = None
) -> Resource:
    """Return a resource whose one related thing never exists: ``data`` is null then (nullable by Klaviyo OpenAPI)."""

    class Absent(Resource):
        @endpoint(name, *scopes, tier=tier, reads=Reads("conversation", fields=fields or {}))
        def on_get(self, call: Call, response: falcon.Response, **owner: str) -> None:
            with call.account.lock:
                check(call, _id(owner))
            documents.send(response, call.single(None))

    return Absent()


_FLOWS = ("flows:read", "metrics:read")
_SEGMENT_FLOWS = ("flows:read", "segments:read")
_TAGS = ("segments:read", "tags:read")
_LISTS = ("lists:read", "profiles:read")
_TALKS = ("conversations:read", "profiles:read")
_TALK_FIELDS = {"conversation": CONVERSATION_FIELDS}
_METRIC, _PROFILE = "/api/metrics/{metric_id}", "/api/profiles/{profile_id}"
_SEGMENT = "/api/segments/{segment_id}"

METRIC_ROUTES: dict[str, Resource] = {
    f"{_METRIC}/flow-triggers": empty(
        "get_flows_triggered_by_metric",
        *_FLOWS,
        tier=Tier.M,
        check=metrics.existing,
        fields={"flow": FLOW_FIELDS},
    ),
    f"{_METRIC}/relationships/flow-triggers": empty(
        "get_ids_for_flows_triggered_by_metric", *_FLOWS, tier=Tier.M, check=metrics.existing
    ),
}

SEGMENT_ROUTES: dict[str, Resource] = {
    f"{_SEGMENT}/tags": empty(
        "get_tags_for_segment", *_TAGS, tier=Tier.S, check=segments.existing, fields={"tag": TAG_FIELDS}
    ),
    f"{_SEGMENT}/relationships/tags": empty(
        "get_tag_ids_for_segment", *_TAGS, tier=Tier.S, check=segments.existing
    ),
    f"{_SEGMENT}/flow-triggers": empty(
        "get_flows_triggered_by_segment",
        *_SEGMENT_FLOWS,
        tier=Tier.S,
        check=segments.existing,
        fields={"flow": FLOW_FIELDS},
    ),
    f"{_SEGMENT}/relationships/flow-triggers": empty(
        "get_ids_for_flows_triggered_by_segment", *_SEGMENT_FLOWS, tier=Tier.S, check=segments.existing
    ),
}

PROFILE_ROUTES: dict[str, Resource] = {
    f"{_PROFILE}/lists": empty(
        "get_lists_for_profile",
        *_LISTS,
        tier=Tier.S,
        check=profiles.existing,
        fields={"list": LIST_FIELDS},
    ),
    f"{_PROFILE}/relationships/lists": empty(
        "get_list_ids_for_profile", *_LISTS, tier=Tier.S, check=profiles.existing
    ),
    f"{_PROFILE}/push-tokens": empty(
        "get_push_tokens_for_profile",
        "profiles:read",
        tier=Tier.M,
        check=profiles.existing,
        fields={"push-token": TOKEN_FIELDS},
    ),
    f"{_PROFILE}/relationships/push-tokens": empty(
        "get_push_token_ids_for_profile", "profiles:read", tier=Tier.M, check=profiles.existing
    ),
    f"{_PROFILE}/conversations": empty(
        "get_conversations_for_profile",
        *_TALKS,
        tier=Tier.S,
        check=profiles.existing,
        fields=_TALK_FIELDS,
        since=CONVERSATIONS_SINCE,
    ),
    f"{_PROFILE}/relationships/conversations": empty(
        "get_conversation_ids_for_profile",
        *_TALKS,
        tier=Tier.S,
        check=profiles.existing,
        since=CONVERSATIONS_SINCE,
    ),
    f"{_PROFILE}/conversation": absent(
        "get_conversation_for_profile", *_TALKS, tier=Tier.S, check=profiles.existing, fields=_TALK_FIELDS
    ),
    f"{_PROFILE}/relationships/conversation": absent(
        "get_conversation_id_for_profile", *_TALKS, tier=Tier.S, check=profiles.existing
    ),
}
