"""The content of simulated platforms: one synthetic page per address, there until it is taken down."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from platforms.simulator.behaviours import ALREADY_GONE
from platforms.simulator.models import SimulatedContent, SimulatedPlatform

NOWHERE = "/nowhere/"  # below this a platform has nothing: whoever names it must be asked what is meant
AGAIN = "-again"  # the end of the path where a user has put removed content again


class Page(NamedTuple):
    """What the address of a page answers."""

    status: int
    text: str


def path_of(url: str) -> str:
    """Which page of its host `url` names, with its query, as far as a row can hold it."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{unquote(parts.path)}{query}"[:500]


def asked_for(path: str, query: str) -> str:
    """Which page is meant by what stands in an address after the name of its platform."""
    return f"/{path}?{query}" if query else f"/{path}"


def is_known(url: str) -> bool:
    """Whether there is, or was, anything at the address."""
    return not path_of(url).startswith(NOWHERE)


def look(platform: SimulatedPlatform, path: str) -> Page:
    """The page at `path`: 200 with synthetic text, or after a removal the status this platform uses for it."""
    return look_at_all(platform, [path])[path]


def look_at_all(platform: SimulatedPlatform, paths: Collection[str]) -> dict[str, Page]:
    """`look` at several pages of one platform."""
    known = {row.path: row for row in SimulatedContent.objects.filter(platform=platform, path__in=paths)}
    return {path: _page(platform, path, known.get(path)) for path in paths}


def _page(platform: SimulatedPlatform, path: str, known: SimulatedContent | None) -> Page:
    gone = known.removed_at is not None if known else platform.temperament == ALREADY_GONE
    if gone:
        return Page(platform.traits.gone_status, "This content was taken down (synthetic).\n")
    content = hashlib.sha256(f"{platform.code} {(known and known.copy_of) or path}".encode()).hexdigest()[:12]
    return Page(200, f"Synthetic content {content} of {platform.name}. It says nothing and stands for nothing.\n")


def take_down(platform: SimulatedPlatform, url: str, *, at: datetime) -> datetime:
    """Take the page at `url` down; when it is down already it stays as it is. Returns since when it is gone."""
    page = _row(platform, url)
    if page.removed_at is None:
        page.removed_at = at
        page.save(update_fields=["removed_at"])
    return page.removed_at


def take_all_down(platform: SimulatedPlatform, urls: Iterable[str], *, at: datetime) -> dict[str, datetime]:
    """`take_down` of several pages; returns since when each is gone, by its address."""
    paths = {url: path_of(url) for url in urls}
    known = SimulatedContent.objects.filter(platform=platform, path__in=paths.values())
    known.filter(removed_at=None).update(removed_at=at)
    there = set(known.values_list("path", flat=True))
    rows = [SimulatedContent(platform=platform, path=path, removed_at=at) for path in {*paths.values()} - there]
    SimulatedContent.objects.bulk_create(sorted(rows, key=lambda row: row.path), ignore_conflicts=True)
    since = dict(known.values_list("path", "removed_at"))
    return {url: since[path] or at for url, path in paths.items()}


def put_back(platform: SimulatedPlatform, url: str) -> None:
    """Put the page at `url` online again."""
    page = _row(platform, url)
    page.removed_at = None
    page.save(update_fields=["removed_at"])


def upload_again(platform: SimulatedPlatform, url: str) -> None:
    """Somebody puts the content of `url` online under another address of the same platform."""
    path = path_of(url)
    SimulatedContent.objects.get_or_create(platform=platform, path=f"{path[:490]}{AGAIN}", defaults={"copy_of": path})


def _row(platform: SimulatedPlatform, url: str) -> SimulatedContent:
    return SimulatedContent.objects.get_or_create(platform=platform, path=path_of(url))[0]
