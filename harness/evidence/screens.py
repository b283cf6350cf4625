"""What the screens showed: a picture after each step that changed one, and a trace of what failed. No key in either."""

import contextlib
import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

from harness.evidence.accessibility import address_of
from harness.evidence.traces import redact_trace
from harness.pages.pictures import write_picture
from harness.pages.private import places_of_keys
from harness.values import Picture

Check = Callable[[Page], list[str]]
LONGEST_NAME = 60
EMPTY = "<html><head></head><body></body></html>"


def take_picture_of_fake(page: Page, path: Path) -> None:
    """Write a picture of the whole ``page`` with the places of keys painted over: whoever is on it is made up."""
    write_picture(page, path, places_of_keys(page))


@dataclass
class ScreenKeeper:
    """Watches the browser contexts of one scenario. ``folder`` is made when there is something to keep.

    ``keep_all`` keeps the pictures of what passed, too. ``on_change`` checks each page that looks otherwise than after
    the last step; ``flaws`` lists what it found, and what pages did that no page should: errors of a script,
    breaches of the content security policy. ``failed`` is set when the scenario fails, and keeps the traces. ``take``
    takes a picture; at a real system nobody's address may be on it, and neither ``traces``, which hold whole pages, nor the
    pages' ``titles``, which name people, are kept.
    """

    folder: Path
    keep_all: bool = True
    secrets: Callable[[], Iterable[str]] = field(default=tuple, repr=False)
    on_change: Check | None = None
    take: Callable[[Page, Path], None] = take_picture_of_fake
    traces: bool = True
    titles: bool = True
    flaws: list[str] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    """Those of what is kept that are pictures, in the order in which they were taken."""
    failed: bool = False
    _contexts: list[BrowserContext] = field(default_factory=list)
    _seen: dict[Page, str] = field(default_factory=dict)
    _number: int = 0

    def watch(self, context: BrowserContext) -> None:
        """Keep an eye, and a trace, on every page of ``context``."""
        context.on("weberror", lambda error: self.flaws.append(f"a page's script failed: {error.error}"))
        context.on("console", lambda message: self._hear(message.text))
        if self.traces:
            # Pictures of the trace's own would show keys while they are typed; it keeps the pages' text instead.
            context.tracing.start(snapshots=True, screenshots=False)
        self._contexts.append(context)

    def look(self, step: str, *, failed: bool = False) -> None:
        """Look at each page that has changed since the last look; keep a picture if it is wanted, or ``failed``."""
        self._number += 1
        self.failed = self.failed or failed
        for page in [page for context in self._contexts for page in context.pages]:
            try:
                self._consider(page, step, failed=failed)
            except PlaywrightError:
                # The page went on to another while it was looked at: once more, unless it is lost with the step.
                if not failed:
                    self._consider(page, step, failed=failed)

    def close(self) -> None:
        """Close all contexts; keep their traces, without any secret, if the scenario failed."""
        for number, context in enumerate(self._contexts, 1):
            with contextlib.suppress(PlaywrightError):  # a browser that is gone leaves nothing to keep
                if self.failed and self.traces:
                    self._keep_trace(context, self.folder / f"trace-{number}.zip")
                context.close()

    def _keep_trace(self, context: BrowserContext, path: Path) -> None:
        """Write the trace aside, so that it never lies where it is kept before its secrets are out."""
        cookies = [cookie["value"] for cookie in context.cookies()]
        with tempfile.TemporaryDirectory() as aside:
            raw = Path(aside) / "raw.zip"
            context.tracing.stop(path=raw)
            path.parent.mkdir(parents=True, exist_ok=True)
            redact_trace(raw, path, {*self.secrets(), *cookies})
        self.kept.append(path)

    def _consider(self, page: Page, step: str, *, failed: bool) -> None:
        if self._has_changed(page) or failed:
            self._look_at(page, step, keep=self.keep_all or failed)

    def _has_changed(self, page: Page) -> bool:
        page.wait_for_load_state()
        content = page.content()
        looks = hashlib.sha256(content.encode()).hexdigest()
        before, self._seen[page] = self._seen.get(page), looks
        return content != EMPTY and looks != before

    def _look_at(self, page: Page, step: str, *, keep: bool) -> None:
        self.check(page)
        if not keep:
            return
        path = self.folder / f"{self._number:02}-{_slug(step)}-{len(self.kept) + 1}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.take(page, path)
        self.kept.append(path)
        title = f"{page.title()}, " if self.titles else ""
        self.pictures.append(Picture(path, f"{title}{address_of(page.url)}"))

    def check(self, page: Page) -> None:
        """Check ``page`` as it stands, where a check is wanted: call it before a page is left as well."""
        if self.on_change is not None:
            self.flaws += self.on_change(page)

    def _hear(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.flaws.append(f"a page broke its content security policy: {text[:300]}")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:LONGEST_NAME].strip("-")
