"""`manage.py tour`: plays the tour against the system that runs, and says how an engineer takes part."""

import signal
import sys
from typing import Any

import httpx
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console

from perci import demo_data, tour, tour_screen
from perci.management.commands.seed import logins

API = "api/platforms/v1"


class Command(BaseCommand):
    help = "Issue five orders to five simulated platforms and follow them until each has its verdict."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="write the export afterwards, and say no more")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # the cursor comes back before we go
        console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
        console.print(f"\nThe portal: {settings.PUBLIC_URL}/\n", soft_wrap=True)
        if not once:
            console.print(logins(), markup=False, soft_wrap=True)
            console.print(invitation(), markup=False, soft_wrap=True)
        with tour_screen.Screen(console) as screen:
            sights = tour.play(screen.show)
        console.print(tour_screen.verdicts(sights))
        if once:
            call_command("export", out=settings.RUN_DIR)
        if not all(sight.settled for sight in sights):
            console.print("The tour did not end as it must: a verdict is not the expected one.")
            sys.exit(1)


def invitation() -> str:
    """One more order, of a full hour, and the lines with which an engineer answers it."""
    order = tour.issue(demo_data.YOUR_PLATFORM, "https://your-platform.example/v/8841", scale="1")
    measure = '{"item":1,"measure":"removed","taken_at":"\'$(date -u +%FT%TZ)\'"}'
    return f"""
You are an engineer of Your Platform: order {order.reference} waits for you, with a full hour.
Read it (which proves receipt, so that the hour starts), then answer with Annex II:

  TOKEN={token()}
  ORDER={settings.PUBLIC_URL}/{API}/orders/{order.reference}
  curl -s -H "Authorization: Bearer $TOKEN" $ORDER
  curl -s -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{{"measures":[{measure}]}}' $ORDER/annex-ii

The token lives ten minutes; another one:
  curl -s -u {demo_data.YOUR_PLATFORM}:{demo_data.YOUR_PLATFORM_SECRET} -d grant_type=client_credentials \\
    {settings.PUBLIC_URL}/oauth/token
"""


def token() -> str:
    """An access token of Your Platform, from the token endpoint, as its engineer would get it."""
    answer = httpx.post(
        f"{settings.PUBLIC_URL}/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(demo_data.YOUR_PLATFORM, demo_data.YOUR_PLATFORM_SECRET),
    )
    return str(answer.raise_for_status().json()["access_token"])
