"""What a report can be asked for (Gladly OpenAPI unless said otherwise)."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from fakes.gladly.rules.errors import ErrorDetail, InvalidError, raise_invalid

CONVERSATION_TIMESTAMPS: Final = "ConversationTimestampsReport"
CONVERSATION_EXPORT: Final = "ConversationExportReport"
LEVELS: Final = ("halfHourly", "daily", "weekly", "monthly", "quarterly")
_OTHERS: Final = """
    AgentAwayTimeReport AgentDurationsReport AgentDurationsReportV2 AgentLoginTimeReport AgentSummary
    AgentSummaryV2 AgentSummaryGlanceReport AgentSummaryGlanceReportV2 AgentTimestampsReport
    FirstContactResolutionByAgentV2Report PaymentsByAgentReport WorkSessionEventsReportV3
    WorkSessionEventsReportV4 WorkSessionsReport WorkSessionsReportV3 AnswerUsageReport
    AnswerUsageByAgentReport ChannelMixReportV2 ChannelWaitTimeReport ChannelWaitTimeReportV2
    ContactExportReport ContactExportReportV2 ContactExportReportV3 ContactSummaryReport
    ContactSummaryReportV2 ContactSummaryCountsReport ContactSummaryDurationsReport
    ContactSummaryDurationsReportV2 ContactTimestampsReport ConversationSummaryReport
    AbandonedCallsInIVRReport AutoThrottleMissedConversationsReport IVRExecutiveSummaryReportV2
    IvrEndStatesReportV2 PaymentsSummaryReport ProactiveVoiceSummaryReport TopicHierarchyReport
    TaskExportReport TaskSummaryReport TaskTimestampsReport TopicSummaryReport AutoThrottleChangesReport
    ChatDisplayPctChangesReport HelpCenterAnswerSearchReport HelpCenterAnswerUsageReport
    QuickActionsUsageReport SelfServiceThreadsReport SidekickAssistsByClassificationTopicReport
    GladAppAnswerSearchReport GladAppAnswerUsageReport GladAppContactPointsReport
"""
NOT_SERVED: Final = frozenset(_OTHERS.split())
"""The reports that Gladly has and this fake has not: all others of the enumeration, and one that PostHog's reader asks for."""

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FILTERS_OF: Final = {CONVERSATION_EXPORT: ("inboxes",), CONVERSATION_TIMESTAMPS: ()}


@dataclass(frozen=True, slots=True)
class Asking:
    """A request for a report as it came; None, or an empty list, is what was not said."""

    metric_set: str | None = None
    timezone: str | None = None
    start_at: str | None = None
    end_at: str | None = None
    level: str | None = None
    channel: str | None = None
    inboxes: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    phone_number: str | None = None

    @property
    def report(self) -> str:
        """The report's name. That it may begin with a small letter is a third-party connector's word (Airbyte's)."""
        name = self.metric_set or ""
        return name[:1].upper() + name[1:]


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a report, ``first`` and ``last`` among them, from midnight to midnight in ``zone``."""

    zone: ZoneInfo
    first: date
    last: date
    start: datetime
    end: datetime

    def stamp(self, moment: datetime) -> str:
        """Return ``moment`` in the report's time zone: ``2024-03-13T09:00:00.000Z``, or with an offset for the ``Z``.

        The form in UTC is a third-party reader's (PostHog's tests); that other zones have an offset is inferred.
        """
        return moment.astimezone(self.zone).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be reported, once it has been found to be possible."""

    report: str
    window: Window
    inbox_ids: tuple[str, ...] = ()

    @property
    def filename(self) -> str:
        """The file's name, made like the document's example, without a level, which these reports have not (inferred)."""
        return f"{self.report}-{self.window.first:%Y%m%d}-{self.window.last:%Y%m%d}.csv"


def checked(asking: Asking, default_zone: str, inbox_ids: Container[str]) -> Asked:
    """Return what is asked for, or raise ``InvalidError`` with all that is wrong with it."""
    errors = [*_name_errors(asking), *_filter_errors(asking, inbox_ids)]
    if asking.level is not None and asking.level not in LEVELS:
        detail = "the specified value is not a valid aggregation level"
        errors.append(ErrorDetail("invalid", detail, "aggregationLevel"))
    try:
        window = _window(asking, default_zone)
    except InvalidError as error:
        errors += error.errors
    raise_invalid(errors)
    return Asked(asking.report, window, asking.inboxes)


def _name_errors(asking: Asking) -> Iterator[ErrorDetail]:
    if not asking.metric_set:
        yield ErrorDetail("blank", "metricSet must be specified", "metricSet")
    elif asking.report not in _FILTERS_OF:
        yield ErrorDetail("invalid", "the specified value is not a valid metricSet", "metricSet")


def _filter_errors(asking: Asking, inbox_ids: Container[str]) -> Iterator[ErrorDetail]:
    """Yield the refusals of filters; one that equals its default is none (inferred)."""
    channel = None if asking.channel == "allChannels" else asking.channel
    given = {
        "channel": channel,
        "inboxes": asking.inboxes,
        "teams": asking.teams,
        "phoneNumber": asking.phone_number,
    }
    allowed = _FILTERS_OF.get(asking.report, tuple(given))
    for name, value in given.items():
        if value and name not in allowed:
            detail = f"the {name} filter cannot be applied to the {asking.report} metricSet"
            yield ErrorDetail("invalid", detail, f"filters.{name}")
    if "inboxes" in allowed and any(one not in inbox_ids for one in asking.inboxes):
        yield ErrorDetail("present", "the requested inbox does not exist", "filters.inboxes")


def _window(asking: Asking, default_zone: str) -> Window:
    """Return the days that are asked for, or raise ``InvalidError`` (texts inferred, by the document's others)."""
    name = asking.timezone or default_zone
    first, errors = _date(asking.start_at, "startAt")
    last, more = _date(asking.end_at, "endAt")
    errors += more
    if name not in _zones():
        errors.append(ErrorDetail("invalid", "the specified value is not a valid timezone", "timezone"))
    if first is not None and last is not None and last < first:
        errors.append(ErrorDetail("invalid", "endAt must not occur before startAt", "startAt"))
    if errors or first is None or last is None:
        raise InvalidError(*errors)
    zone = ZoneInfo(name)
    try:
        start, end = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    except OverflowError:
        raise InvalidError(ErrorDetail("invalid", "startAt or endAt is out of range", "startAt")) from None
    return Window(zone, first, last, start, end)


def _date(given: str | None, attr: str) -> tuple[date | None, list[ErrorDetail]]:
    if not given:
        return None, [ErrorDetail("blank", f"{attr} must be specified", attr)]
    try:
        if _DATE.fullmatch(given):
            return date.fromisoformat(given), []
    except ValueError:
        pass
    return None, [ErrorDetail("invalid", f"{attr} must be a date in the format YYYY-mm-dd", attr)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
