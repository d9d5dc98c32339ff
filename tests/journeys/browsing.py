"""A person at a browser: what she clicks and types, and what must hold on every page that she sees."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Playwright, Request

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "test-results"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--headless=new", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
WIDE, NARROW = 1280, 360
SECONDS = 60  # for what must come from another node

# Reports go to the test, not to the console: a violation without a message would be missed otherwise.
WATCH = "window.violations = []; addEventListener('securitypolicyviolation', e => window.violations.push(e.blockedURI))"


def launch(playwright: Playwright) -> Browser:
    """The unpacked Chromium, with the libraries that came with it; ``COMITY_CHROMIUM`` names another one."""
    found = Path(os.environ.get("COMITY_CHROMIUM", ROOT / ".browser" / "chromium"))
    assert found.exists(), f"{found} is missing: run 'make .browser/.ready', or set COMITY_CHROMIUM"
    return playwright.chromium.launch(
        executable_path=found,
        args=ARGUMENTS,
        env={**os.environ, "LD_LIBRARY_PATH": str(ROOT / ".browser" / "lib")},
    )


# A style sheet that sets "display" shows what the page says is hidden.
SHOWN_THOUGH_HIDDEN = (
    "[...document.querySelectorAll('[hidden]')].filter(one => one.offsetParent).map(one => one.textContent)"
)


class Visitor:
    """One person with a browser of her own at one node. Every step ends with :meth:`look`."""

    def __init__(
        self, browser: Browser, address: str, *, width: int = WIDE, script: bool = True, state: Any = None
    ) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            storage_state=state,
            locale="en",
        )
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(WATCH)
        self.script = script
        self.page: Page = self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        whole = urlsplit(request.url)
        if whole.scheme not in ("data", "blob") and f"{whole.scheme}://{whole.netloc}" != self.address:
            self.troubles.append(f"a request left the node: {request.url}")

    # What must hold

    def look(self, status: int = 200) -> Page:
        """The page as it stands now: nothing in the console, nothing from elsewhere, nothing for axe to find."""
        self.page.wait_for_load_state()
        if status != 200:  # the browser itself reports the status of the page in its console
            said = f"console: Failed to load resource: the server responded with a status of {status}"
            self.troubles = [trouble for trouble in self.troubles if not trouble.startswith(said)]
        troubles, self.troubles = self.troubles, []  # one test's trouble is not the next one's
        assert not troubles, (self.page.url, troubles)
        if self.script:  # axe is a script too; what it would look at is the same page
            assert self.page.evaluate("window.violations") == [], self.page.url
            shown = self.page.evaluate(SHOWN_THOUGH_HIDDEN)
            assert not shown, (self.page.url, shown)
            faults = self.faults()
            assert not faults, (self.page.url, faults)
        return self.page

    def faults(self) -> list[str]:
        """What axe-core finds: the rule and the elements."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE_SOURCE)
        options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
        found = self.page.evaluate(
            "async options => JSON.stringify((await axe.run(document, options)).violations)", options
        )
        return [
            f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes'][:4]]}" for one in json.loads(found)
        ]

    def picture(self, name: str) -> None:
        """A screenshot of the whole page, for people to look at."""
        PICTURES.mkdir(exist_ok=True)
        width = self.page.viewport_size["width"] if self.page.viewport_size else WIDE
        self.page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)

    # What a person does

    def go(self, path: str, status: int = 200) -> Page:
        answer = self.page.goto(f"{self.address}{path}")
        assert answer is not None
        self.look(answer.status)
        assert answer.status == status, (path, answer.status)
        return self.page

    def press(self, name: str, *, within: Locator | None = None) -> Page:
        """Press the button of this name, or else one that begins with it, and wait for the page that follows."""
        buttons = (within or self.page).get_by_role("button", name=name, exact=True)
        if not buttons.count():
            buttons = (within or self.page).get_by_role("button", name=name)
        with self.arriving():
            buttons.first.click()
        return self.look()

    def follow(self, name: str, *, within: Locator | None = None) -> Page:
        with self.arriving():
            (within or self.page).get_by_role("link", name=name).first.click()
        return self.look()

    @contextmanager
    def arriving(self) -> Iterator[None]:
        with self.page.expect_navigation():
            yield

    def sign_in(self, username: str, password: str) -> Page:
        self.go("/account/login/")
        self.page.fill("input[name=login]", username)
        self.page.fill("input[name=password]", password)
        with self.arriving():
            self.page.locator("main form button[type=submit]").click()
        return self.look()

    def in_english(self) -> Page:
        """Choose English in the header, unless the pages are in English already."""
        if self.page.get_attribute("html", "lang") != "en":
            self.press("English")
        return self.page

    def until(self, path: str, words: str, *, shows: str = "main") -> Page:
        """Load a page again until it says something, and has an element of the selector ``shows``.

        What comes from another node takes a moment.
        """
        end = time.monotonic() + SECONDS
        while True:
            self.page.goto(f"{self.address}{path}")
            if words in self.page.inner_text("main") and self.page.locator(shows).count():
                return self.look()
            assert time.monotonic() < end, f"{path} never said {words!r}:\n{self.page.inner_text('main')}"
            time.sleep(0.2)

    def says(self, words: str) -> bool:
        return words in squeezed(self.page.inner_text("main"))

    def close(self) -> None:
        self.context.close()


AXE_SOURCE = AXE.read_text(encoding="utf-8") if AXE.exists() else ""


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)
