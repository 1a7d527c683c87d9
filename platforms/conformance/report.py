"""The report of a run as one JSON document: every check with its rule, its verdict, and the bytes it rests on."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings

from orders import canonical
from platforms.conformance.checks import GROUPS
from platforms.conformance.judging import Check, Judgment, Shown, Verdict
from platforms.conformance.transcript import Post, Transcript
from platforms.models import ConformanceRun

SHOWN = 6000  # bytes of a body that are shown; its digest is over all of it
ABOUT = "Synthetic data. A simulator judges against its own rules; this is no statement of any authority."


def of(run: ConformanceRun, seen: Transcript, *, at: datetime) -> dict[str, Any]:
    """The report of `run`, judged at `at` by what was `seen`."""
    checks = [_told(group, check, check.judge(seen)) for group, checks in GROUPS.items() for check in checks]
    counts = Counter(check["verdict"] for check in checks)
    return {
        "about": ABOUT,
        "version": settings.VERSION,
        "endpoint": run.connection.endpoint,
        "provider": run.connection.provider.code,
        "seed": run.seed,
        "limit_scale": run.limit_scale,
        "burst": run.burst,
        "began_at": canonical.instant(run.asked_at),
        "ended_at": canonical.instant(at),
        "orders": len(seen.stories),
        "counts": {verdict.value: counts[verdict.value] for verdict in Verdict},
        "conformant": counts[Verdict.FAILED] == 0,
        "checks": checks,
    }


def _told(group: str, check: Check, judged: Judgment) -> dict[str, Any]:
    return {
        "id": check.id,
        "group": group,
        "says": check.says,
        "rule": check.rule,
        "verdict": judged.verdict.value,
        "why": judged.why,
        "do": "" if judged.verdict in (Verdict.PASSED, Verdict.SKIPPED) else check.do,
        "exchanges": [_exchange(shown) for shown in judged.shown],
    }


def _exchange(shown: Shown) -> dict[str, Any]:
    """What was sent and what came back; of a long body the beginning."""
    ours = isinstance(shown, Post)
    return {
        "from": "perci-sim" if ours else "receiver",
        "what": shown.name if isinstance(shown, Post) else f"POST {shown.kind}",
        "at": canonical.instant(shown.at),
        "took_ms": round(shown.took.total_seconds() * 1000) if isinstance(shown, Post) else None,
        "faults": list(shown.faults),
        "headers": dict(shown.headers),
        "body": shown.body[:SHOWN].decode(errors="replace"),
        "body_bytes": len(shown.body),
        "body_sha256": canonical.sha256(shown.body),
        "status": shown.status,
        "outcome": shown.outcome if isinstance(shown, Post) else shown.code,
        "answer": shown.answer[:SHOWN],
    }
