"""The clock on the wall of the simulated platforms: their own, not ours."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, timezone-aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  the simulator knows us only over HTTP, so our clock is not its own
