"""What stands in addresses and headers, read with care."""

import re

from rest_framework.request import Request

from orders.api.problems import Problem

REFERENCE = re.compile(r"[A-Z]{2}-[0-9]{4}-[0-9]{6,12}")
_ETAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')


def if_match(request: Request) -> int | None:
    """The generation in If-Match, or None when there is none. Raises Problem for what is no generation of ours."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        return None
    found = _ETAG.fullmatch(given)
    if found is None:
        raise Problem("malformed", 'If-Match carries no ETag of ours: send it as it came, such as "4".')
    return int(found[1])
