"""The doors of what no account of this fake has: flows, lists, campaigns, catalog items, tags, custom metrics, suppressions.

Whoever uses a key learns at them what it may do: 401, 403 and the errors of a query or a body come as at any endpoint.
Behind the door there is nothing: collections are empty, no item exists, and what a good body asks for is not carried out
but answered 501. Paths, scopes, limits, parameters and types of resources are Klaviyo OpenAPI.
"""

from dataclasses import dataclass
from typing import Any, Literal

import falcon
from pydantic import create_model

from fakes.klaviyo.api.jsonapi import bodies, documents, paging
from fakes.klaviyo.api.jsonapi.bodies import Part
from fakes.klaviyo.api.jsonapi.documents import Document
from fakes.klaviyo.api.jsonapi.endpoint import Call, Resource, endpoint
from fakes.klaviyo.api.jsonapi.errors import InvalidInput, NotFound, Unsupported
from fakes.klaviyo.api.jsonapi.fields import FLOW_FIELDS, LIST_FIELDS, TAG_FIELDS
from fakes.klaviyo.api.jsonapi.filters import COMPARISONS, PARAMETER
from fakes.klaviyo.api.jsonapi.query import PageSize, Reads
from fakes.klaviyo.api.metrics.metrics import METRIC_FIELDS
from fakes.klaviyo.rules.limits import Tier

TEXTS = ("contains", "ends-with", "equals", "starts-with")
MOMENTS = ("equals", *COMPARISONS)


class _AnyField(frozenset[str]):
    """Sparse fields of what is never shown: their names are not held here, so every one is taken."""

    def __contains__(self, _name: object) -> bool:
        return True


ANY_FIELD = _AnyField()


@dataclass(frozen=True)
class Write:
    """One writing call: the vendor's ``name`` for it, the ``scopes`` it needs, its limit, and the parameters it has."""

    name: str
    scopes: tuple[str, ...]
    tier: Tier
    reads: Reads


def _body(kind: str) -> type[Part]:
    """Return the least that a body about a ``kind`` has: a resource object with its type and attributes."""
    told: dict[str, Any] = {
        "type": (Literal[kind], ...),
        "attributes": (dict[str, Any], ...),
        "id": (str | None, None),
        "relationships": (dict[str, Any] | None, None),
    }
    data: type[Part] = create_model("Data", __base__=Part, **told)
    data.resource = kind
    return create_model("Body", __base__=Part, data=(data, ...))


def _listing(
    name: str, scope: str, tier: Tier, reads: Reads, *, needs_filter: bool = False
) -> type[Resource]:
    """Return a resource that lists nothing. That it refuses to list without a filter it needs is inferred."""

    class Listing(Resource):
        @endpoint(name, scope, tier=tier, reads=reads)
        def on_get(self, call: Call, response: falcon.Response) -> None:
            if not call.clauses(reads) and needs_filter:
                raise InvalidInput(bodies.INVALID, parameter=PARAMETER)
            by = call.query.sort(reads, reads.sorts[0])[0] if reads.sorts else "id"
            size = call.query.size(reads.page) if reads.page is not None else 1
            nothing: list[str] = []
            page = paging.id_page(nothing, size, call.query.cursor(), by, str)
            included: list[Document] | None = [] if call.query.names("include") else None
            documents.send(response, call.collection([], page, included))

    return Listing


def _taking(write: Write, base: type[Resource] = Resource) -> Resource:
    """Return a resource that takes bodies by POST and does nothing about them, beside what ``base`` answers."""
    body = _body(write.reads.resource)

    class Taking(base):  # type: ignore[misc, valid-type]  # whichever it is, it is a Resource
        @endpoint(write.name, *write.scopes, tier=write.tier, reads=write.reads)
        def on_post(self, call: Call, _response: falcon.Response) -> None:
            bodies.read(call.request, body)
            raise Unsupported(f"{write.name} is not carried out by this fake")

    return Taking()


def _suppressions(direction: str, reading: str, writing: str, *scopes: str) -> Resource:
    kind = f"profile-suppression-bulk-{direction}-job"
    reads = Reads(
        kind,
        filters={"status": ("equals",), "list_id": ("equals",), "segment_id": ("equals",)},
        sorts=("created",),
        fields={kind: ANY_FIELD},
        paged=True,
    )
    write = Write(writing, scopes, Tier.L, Reads(kind, fields={kind: ANY_FIELD}))
    return _taking(write, _listing(reading, "subscriptions:read", Tier.L, reads))


_CAMPAIGNS = Reads(
    "campaign",
    filters={
        "id": ("any",),
        "messages.channel": ("equals",),
        "name": ("contains",),
        "status": ("any", "equals"),
        "archived": ("equals",),
        **dict.fromkeys(("created_at", "scheduled_at", "updated_at"), COMPARISONS),
    },
    sorts=("created_at", "id", "name", "scheduled_at", "updated_at"),
    includes={"campaign-messages": "campaigns:read", "tags": "tags:read"},
    fields={"campaign": ANY_FIELD, "campaign-message": ANY_FIELD, "tag": TAG_FIELDS},
    page=PageSize(default=100, most=100),
    paged=True,
)
_ITEMS = Reads(
    "catalog-item",
    filters={
        "ids": ("any",),
        "category.id": ("equals",),
        "title": ("contains",),
        "published": ("equals",),
    },
    sorts=("created",),
    includes={"variants": "catalogs:read"},
    fields={"catalog-item": ANY_FIELD, "catalog-variant": ANY_FIELD},
    page=PageSize(default=100, most=100),
    paged=True,
)
_FLOWS = Reads(
    "flow",
    filters={
        "id": ("any",),
        "name": TEXTS,
        **dict.fromkeys(("status", "archived", "trigger_type"), ("equals",)),
        **dict.fromkeys(("created", "updated"), MOMENTS),
    },
    sorts=("created", "id", "name", "status", "trigger_type", "updated"),
    includes={"flow-actions": "flows:read", "tags": "tags:read"},
    fields={"flow": FLOW_FIELDS, "flow-action": ANY_FIELD, "tag": TAG_FIELDS},
    page=PageSize(default=50, most=50),
    paged=True,
)
_LISTS = Reads(
    "list",
    filters={
        **dict.fromkeys(("name", "id"), ("any", "equals")),
        **dict.fromkeys(("created", "updated"), ("greater-than",)),
    },
    sorts=("created", "id", "name", "updated"),
    includes={"flow-triggers": "flows:read", "tags": "tags:read"},
    fields={"flow": FLOW_FIELDS, "list": LIST_FIELDS, "tag": TAG_FIELDS},
    page=PageSize(default=10, most=10),
    paged=True,
)
_TAGS = Reads(
    "tag",
    filters={"name": TEXTS},
    sorts=("id", "name"),
    includes={"tag-group": "tags:read"},
    fields={"tag": TAG_FIELDS, "tag-group": ANY_FIELD},
    page=PageSize(default=50, most=50),
    paged=True,
)
_CUSTOM_METRICS = Reads(
    "custom-metric",
    includes={"metrics": "metrics:read"},
    fields={"custom-metric": ANY_FIELD, "metric": METRIC_FIELDS},
)

_CUSTOM_METRIC = Reads("custom-metric", fields={"custom-metric": ANY_FIELD})
_CUSTOM_METRIC_BODY = _body("custom-metric")
_FLOW = Reads("flow", fields={"flow": ANY_FIELD}, additional_fields={"flow": frozenset({"definition"})})
_ANY = {kind: {kind: ANY_FIELD} for kind in ("campaign", "catalog-item")}


class CustomMetric(Resource):
    """``/api/custom-metrics/{metric_id}``: there is none."""

    @endpoint("get_custom_metric", "metrics:read", tier=Tier.S, reads=_CUSTOM_METRICS)
    def on_get(self, _call: Call, _response: falcon.Response, metric_id: str) -> None:
        """Find nothing (the text is inferred)."""
        raise _no_custom_metric(metric_id)

    @endpoint("update_custom_metric", "metrics:write", tier=Tier.XS, reads=_CUSTOM_METRIC)
    def on_patch(self, call: Call, _response: falcon.Response, metric_id: str) -> None:
        """Refuse a body that is none, and find nothing to change."""
        bodies.read(call.request, _CUSTOM_METRIC_BODY)
        raise _no_custom_metric(metric_id)

    @endpoint("delete_custom_metric", "metrics:write", tier=Tier.S, reads=Reads("custom-metric"))
    def on_delete(self, _call: Call, _response: falcon.Response, metric_id: str) -> None:
        """Find nothing to delete."""
        raise _no_custom_metric(metric_id)


def _no_custom_metric(metric_id: str) -> NotFound:
    return NotFound(f"A custom metric with id {metric_id} does not exist.")


DOOR_ROUTES: dict[str, Resource] = {
    "/api/campaigns": _taking(
        Write("create_campaign", ("campaigns:write",), Tier.M, Reads("campaign", fields=_ANY["campaign"])),
        _listing("get_campaigns", "campaigns:read", Tier.M, _CAMPAIGNS, needs_filter=True),
    ),
    "/api/catalog-items": _taking(
        Write(
            "create_catalog_item",
            ("catalogs:write",),
            Tier.L,
            Reads("catalog-item", fields=_ANY["catalog-item"]),
        ),
        _listing("get_catalog_items", "catalogs:read", Tier.XL, _ITEMS),
    ),
    "/api/custom-metrics": _taking(
        Write("create_custom_metric", ("metrics:write",), Tier.XS, _CUSTOM_METRIC),
        _listing("get_custom_metrics", "metrics:read", Tier.S, _CUSTOM_METRICS),
    ),
    "/api/custom-metrics/{metric_id}": CustomMetric(),
    "/api/data-privacy-deletion-jobs": _taking(
        Write(
            "request_profile_deletion",
            ("data-privacy:write",),
            Tier.S,
            Reads("data-privacy-deletion-job"),
        )
    ),
    "/api/flows": _taking(
        Write("create_flow", ("flows:write",), Tier.XS, _FLOW),
        _listing("get_flows", "flows:read", Tier.S, _FLOWS),
    ),
    "/api/lists": _taking(
        Write("create_list", ("lists:write",), Tier.M, Reads("list", fields={"list": LIST_FIELDS})),
        _listing("get_lists", "lists:read", Tier.L, _LISTS),
    ),
    "/api/profile-suppression-bulk-create-jobs": _suppressions(
        "create",
        "get_bulk_suppress_profiles_jobs",
        "bulk_suppress_profiles",
        "profiles:write",
        "subscriptions:write",
    ),
    "/api/profile-suppression-bulk-delete-jobs": _suppressions(
        "delete", "get_bulk_unsuppress_profiles_jobs", "bulk_unsuppress_profiles", "subscriptions:write"
    ),
    "/api/tags": _taking(
        Write("create_tag", ("tags:read", "tags:write"), Tier.S, Reads("tag", fields={"tag": TAG_FIELDS})),
        _listing("get_tags", "tags:read", Tier.S, _TAGS),
    ),
}
