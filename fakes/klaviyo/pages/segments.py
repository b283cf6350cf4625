"""Audience > Segments: their definitions in words, and who is in them."""

from http import HTTPStatus

import falcon

from fakes.core.errors import PageError
from fakes.klaviyo.pages.pager import Pager
from fakes.klaviyo.pages.profiles import listed
from fakes.klaviyo.pages.site import KlaviyoSite, KlaviyoVisit, analytics
from fakes.klaviyo.rules.profiles import Profile
from fakes.klaviyo.rules.segments.segments import Segment
from fakes.klaviyo.rules.segments.wording import words

SEGMENTS_PATH = "/segments"


class SegmentList:
    """The page of segments."""

    def __init__(self, site: KlaviyoSite) -> None:
        """Belong to ``site``."""
        self._site = site

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Show the segments with how many people are in each."""
        with analytics(self._site, request) as visit:
            pager = Pager.of(request, visit.tenant.segments.all())
            rows = [(row, len(_members(visit, row)), _words(visit, row)) for row in pager.rows]
            self._site.show(
                response, "segments.html", visit, pager=pager, rows=rows, segments_path=SEGMENTS_PATH
            )


class SegmentPage:
    """The page of one segment."""

    def __init__(self, site: KlaviyoSite) -> None:
        """Belong to ``site``."""
        self._site = site

    def on_get(self, request: falcon.Request, response: falcon.Response, segment_id: str) -> None:
        """Show what the segment means and who is in it."""
        with analytics(self._site, request) as visit:
            segment = visit.tenant.segments.get(segment_id)
            if segment is None:
                raise PageError(HTTPStatus.NOT_FOUND, "There is no such segment in this account.")
            pager = Pager.of(request, _members(visit, segment))
            self._site.show(
                response,
                "segment.html",
                visit,
                segment=segment,
                groups=_words(visit, segment),
                pager=pager,
                rows=[listed(row, visit.tenant.timezone) for row in pager.rows],
                segments_path=SEGMENTS_PATH,
            )


def _members(visit: KlaviyoVisit, segment: Segment) -> list[Profile]:
    account = visit.tenant
    return segment.members(account.profiles, account.events, account.clock.now())


def _words(visit: KlaviyoVisit, segment: Segment) -> list[list[str]]:
    def name_of(metric_id: str) -> str:
        metric = visit.tenant.metrics.get(metric_id)
        return f"metric {metric_id}" if metric is None else f"“{metric.name}”"

    return words(segment.definition, name_of)
