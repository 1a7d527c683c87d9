"""`manage.py screenshots`: the pictures of the documentation, taken in a real browser over a running `make demo`."""

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from perci.demo_data import PASSWORD

CHROMIUM = os.environ.get("PERCI_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTH, HEIGHT = 1200, 860
TO_PROVIDER = "Steady Files NV"  # answers late in its hour, so that there is time to take its picture
WAIT_MS = 20_000


class Command(BaseCommand):
    help = "Take the pictures of the documentation over a running demo (needs Chromium and the development packages)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default=settings.PUBLIC_URL, help=f"the demo's portal ({settings.PUBLIC_URL})")
        parser.add_argument("--out", type=Path, default=settings.BASE_DIR / "docs" / "screenshots", metavar="PATH")
        parser.add_argument("--dark", action="store_true", help="in the dark scheme")

    def handle(self, *args: Any, url: str, out: Path, dark: bool, **options: Any) -> None:
        if not CHROMIUM:
            raise CommandError("No Chromium: apt-get install chromium, or name one by PERCI_CHROMIUM.")
        out.mkdir(parents=True, exist_ok=True)
        expect.set_options(timeout=WAIT_MS)
        try:
            with sync_playwright() as playwright, _launched(playwright) as browser:
                Album(browser, url.rstrip("/"), out, "dark" if dark else "light", self.stdout.write).fill()
        except (Error, AssertionError) as error:
            raise CommandError(f"{url} did not show what was expected: {error}") from None


def _launched(playwright: Any) -> AbstractContextManager[Browser]:
    launched: AbstractContextManager[Browser] = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    return launched


class Album:
    """One browser on its way through the demo: it writes an order like an officer and takes pictures as it goes."""

    def __init__(self, browser: Browser, url: str, out: Path, scheme: str, say: Callable[[str], Any]) -> None:
        self.browser, self.url, self.out, self.scheme, self.say = browser, url, out, scheme, say

    def fill(self) -> None:
        """Every picture, in the order of the story."""
        anna, bert = self._signed_in("anna.drafter"), self._signed_in("bert.approver")
        self._written(anna)
        self._take(anna, "new-order")
        anna.get_by_role("button", name="Save and submit for approval").click()
        if anna.get_by_text("not yet submitted").count():  # an order for this URL is in force
            anna.get_by_role("button", name="Submit for approval").click()
        expect(anna.get_by_text("A second officer must approve this order.")).to_be_visible()
        bert.goto(anna.url)
        bert.get_by_role("button", name="Approve").click()
        bert.get_by_role("button", name="Issue and send").click()
        anna.goto(anna.url)
        expect(anna.get_by_role("timer").first).to_contain_text("left")
        self._take(anna, "order-running")
        anna.goto(self.url)
        self._take(anna, "board")
        anna.goto(f"{self.url}/?show=passed")
        anna.locator(".board a.reference").first.click()
        self._take(anna, "order-limit-passed")
        self._take(self._signed_in("erik.engineer"), "connection")

    def _signed_in(self, username: str) -> Page:
        page = self.browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=self.scheme)  # type: ignore[arg-type]
        page.goto(f"{self.url}/login")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return page

    def _written(self, page: Page) -> None:
        page.goto(f"{self.url}/orders/new")
        page.get_by_label("Hosting service provider").select_option(label=TO_PROVIDER)
        page.get_by_label("File number").fill("F-77")
        page.get_by_label("URL", exact=True).fill("https://steady-files.example/v/8841")
        page.get_by_label("What identifies the content there").fill("video, 00:40 to 02:10")
        page.get_by_label("Kind of content").fill("video")
        page.locator("[name=categories]").first.check()
        page.get_by_label("Reasons", exact=True).fill("Synthetic text: the video calls for an attack.")
        page.get_by_label("Assessment under Art. 1(3)").fill("Synthetic text: no comment, no report, no research.")
        page.locator("[name=limit_scale][value='1/60']").check()

    def _take(self, page: Page, name: str) -> None:
        page.wait_for_timeout(600)  # what a page fetches after it has loaded
        path = self.out / f"{name}.png"
        page.screenshot(path=path)
        self.say(f"{path} ({path.stat().st_size // 1024} KB)")
