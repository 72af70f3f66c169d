"""A browser window that notes what must never happen: policy violations, script errors, requests to other hosts."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run",
    "--disable-sync", "--disable-default-apps", "--disable-domain-reliability", "--disable-dev-shm-usage",
]  # fmt: skip


def executable() -> str | None:
    """Where a Chromium is, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def chromium(**options) -> Iterator:
    """A launched Chromium; skips the test where none is installed."""
    path = executable()
    if path is None:
        pytest.skip("no Chromium is installed here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, **options)
        yield browser
        browser.close()


@dataclass
class Look:
    """One window, and what it noted."""

    page: object
    address: str
    context: object
    violations: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    @property
    def path(self) -> str:
        parts = urlsplit(self.page.url)
        return parts.path

    def settled(self) -> None:
        """Wait until no answer is being written."""
        from playwright.sync_api import expect

        expect(self.page.locator("[data-stream], .msg[aria-busy], .pending")).to_have_count(0)
        expect(self.page.locator("form[aria-busy]")).to_have_count(0)

    def say(self, text: str) -> None:
        """Send a message and wait for the coach's whole answer."""
        before = self.page.locator("#thread").get_attribute("data-version")
        self.page.fill("#message", text)
        self.page.keyboard.press("Enter")
        from playwright.sync_api import expect

        expect(self.page.locator(f'#thread:not([data-version="{before}"])')).to_have_count(1)
        self.settled()

    def clean(self) -> None:
        """Nothing happened that must never happen."""
        assert self.violations == []
        assert self.errors == []
        assert self.strangers == []


@contextmanager
def chromium_window(browser, **options) -> Iterator[Look]:
    """A window whose server is still to come."""
    with window(browser, "http://127.0.0.1", **options) as opened:
        yield opened


@contextmanager
def window(browser, address: str, **options) -> Iterator[Look]:
    """A window with its own cookies; at its end it must be clean."""
    given = {"locale": "fr-FR", "viewport": {"width": 1280, "height": 900}, **options}
    context = browser.new_context(**given)
    context.set_default_timeout(8_000)
    page = context.new_page()
    opened = Look(page, address, context)

    def asked(request) -> None:
        opened.requests.append(request.url)
        if urlsplit(request.url).netloc not in (urlsplit(opened.address).netloc, "") and not request.url.startswith(
            ("data:", "blob:")
        ):
            opened.strangers.append(request.url)

    def said(message) -> None:
        if re.search(r"Content.Security.Policy|Trusted ?Types?|TrustedHTML", message.text):
            opened.violations.append(message.text)

    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: opened.errors.append(str(error)))
    try:
        yield opened
        opened.clean()
    finally:
        context.close()
