"""A real Chromium for the stories; without one they are skipped, and CI takes that for a failure."""

import os
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from perci.management.commands.screenshots import CHROMIUM, FLAGS


@pytest.fixture(autouse=True, scope="session")
def _orm_beside_the_browser() -> None:
    # Django refuses the ORM in a thread with a running loop; nothing here is concurrent.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, found on the PATH or named by PERCI_CHROMIUM."""
    if not CHROMIUM:
        pytest.skip("no Chromium: apt-get install chromium, or name one by PERCI_CHROMIUM")
    expect.set_options(timeout=15_000)
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


def watched(page: Page) -> list[str]:
    """What the browser complains of from now on: script errors and refusals of the content security policy."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    return complaints
