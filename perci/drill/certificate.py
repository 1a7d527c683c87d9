"""The certificate: one page and the same as JSON; everything on it is in the record, but what was broken on purpose."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string

from orders import canonical
from orders.portal.words import RULES
from orders.regulation.limits import Basis, Verdict
from perci.drill import picture
from perci.drill.breaking import KILL, Broken
from perci.drill.proof import Proof
from perci.drill.record import Record
from perci.drill.story import Story, minutes, seconds
from perci.drill.terms import Terms

PAGE, DATA, BUNDLE = "certificate.html", "certificate.json", "evidence.zip"
HEADLINES = {
    Verdict.WITHIN_HOUR: "Within the hour",
    Verdict.WITHIN_HOUR_REPORTED_LATE: "Within the hour, reported after it",
    Verdict.AFTER_HOUR: "After the hour",
    Verdict.UNANSWERED: "Not answered",
    Verdict.DISPLACED: "The hour did not run to its end",
}
BASES = {
    Basis.CLAIMED: "claimed: the platform says so, nobody looked",
    Basis.OBSERVED: "seen gone, but nothing was reported",
    Basis.BOTH: "claimed, and the page was seen gone",
    Basis.CONFLICTING: "claimed, but the page was seen after the stated time of the measure",
    None: "nothing was claimed, and nothing was seen gone",
}


class Moment(NamedTuple):
    """One line of the night: what happened, when on the wall and in the story."""

    what: str
    at: datetime
    story: str


@dataclass(frozen=True)
class Certificate:
    """What a drill found: the record of its order, what was broken meanwhile, and the proof."""

    terms: Terms
    record: Record
    broken: tuple[Broken, ...]
    proof: Proof
    made_at: datetime

    @property
    def passed(self) -> bool:
        """Within the hour, not contradicted by what was seen, and provable."""
        return self.record.passed and self.proof.holds

    @property
    def headline(self) -> str:
        """The verdict in a few words."""
        if self.record.received_at is None:
            return "Never received"
        if self.record.basis is Basis.CONFLICTING:
            return "Claimed, but seen otherwise"
        verdict = self.record.verdict
        return HEADLINES.get(verdict, verdict.replace("_", " ")) if verdict else "No verdict"

    @property
    def margin(self) -> str:
        """By how much, in a sentence."""
        record, margin = self.record, self.record.margin
        if record.received_at is None:
            return f"Nothing proves that the order reached the platform, so no hour began: {record.posted}."
        if record.verdict is Verdict.DISPLACED:
            return "A question or an impossibility was notified, which displaces the hour (Art. 3(7), 3(8))."
        if margin is None:
            return "The hour passed, and no measure was reported before this drill ended."
        side = "before the end of the hour" if margin >= timedelta(0) else "after the end of the hour"
        return f"The measure was {self.length(margin)} {side}."

    @property
    def basis(self) -> str:
        """What the verdict rests on, in words."""
        due_at, gone_at = self.record.due_at, self.record.gone_at
        if self.record.basis is Basis.BOTH and due_at and gone_at and gone_at > due_at:
            return "claimed, and the page was seen gone, though first after the end of the hour"
        return BASES[self.record.basis]

    @property
    def story(self) -> Story:
        """The clock of this night."""
        return Story(self.record.issued_at, self.record.scale)

    def length(self, length: timedelta) -> str:
        """In minutes of the hour, and on the wall where that differs."""
        if self.record.scale == "1":
            return f"{minutes(length)} ({seconds(length)})"
        return f"{minutes(self.story.legal(length))} ({seconds(length)} on the wall)"

    @property
    def moments(self) -> list[Moment]:
        """The night, in the order of time."""
        record = self.record
        known = {
            "The order was issued, signed by the authority": record.issued_at,
            f"The platform received it: {RULES.get(record.receipt_rule, record.receipt_rule)}": record.received_at,
            "A fresh hour began": record.started_at if record.started_at != record.received_at else None,
            "The measure was taken, says the platform": record.taken_at,
            "The measure was reported (Annex II)": record.reported_at,
            "The page was first seen gone": record.gone_at,
            "The hour ended": record.due_at,
            "That the hour had passed was written down, as of its end": record.noticed_at,
        }
        known |= {f"Broken on purpose: {one.detail}": one.at for one in self.broken}
        known |= {f"The limits were watched again after: {one.what}": one.back_at for one in self.broken}
        told = sorted(((what, at) for what, at in known.items() if at), key=lambda moment: moment[1])
        return [Moment(what, at, self.story.time(at)) for what, at in told]

    @property
    def dead_at_the_end(self) -> bool:
        """Whether the hour ended while nothing watched over it."""
        due_at = self.record.due_at
        return due_at is not None and any(
            one.what == KILL and one.at <= due_at and (one.back_at is None or due_at < one.back_at)
            for one in self.broken
        )

    @property
    def picture(self) -> str:
        """The hour drawn, as inline SVG."""
        return picture.hour(self.record, self.broken)

    @property
    def looks(self) -> str:
        """How often the page was looked at, and what was seen last."""
        seen = self.record.seen
        if not seen:
            return "not looked at before the drill ended"
        said = {True: "gone", False: "there", None: "unclear"}[seen[-1].gone]
        times = "1 look" if len(seen) == 1 else f"{len(seen)} looks, the last one"
        return f"{times}: {said} ({seen[-1].status or 'no answer'})"


def as_html(certificate: Certificate) -> str:
    """One page that stands alone: its style inside, no script, and nothing fetched."""
    return render_to_string("drill/certificate.html", {"it": certificate, "version": settings.VERSION, "data": DATA})


def as_json(certificate: Certificate) -> str:
    """The same for machines."""
    return json.dumps(told(certificate), indent=2, ensure_ascii=False) + "\n"


def told(certificate: Certificate) -> dict[str, Any]:
    """The certificate as plain JSON values; lengths in seconds, those of the hour under `legal_seconds`."""
    record, margin = certificate.record, certificate.record.margin
    facts: dict[str, Any] = canonical.plain(asdict(record))
    return {
        "simulated": True,
        "passed": certificate.passed,
        "headline": certificate.headline,
        "verdict": record.verdict,
        "basis": record.basis,
        "margin": None if margin is None else _lengths(margin, certificate.story),
        "story": {"begins": "02:30:00", "speed": int(certificate.terms.speed)},
        "endpoint": certificate.terms.endpoint,
        "page": certificate.terms.page or None,
        "order": {name: value for name, value in facts.items() if name not in ("verdict", "basis")},
        "first_seen_gone_at": canonical.plain(record.gone_at),
        "broken_on_purpose": [canonical.plain(asdict(one)) for one in certificate.broken],
        "moments": [canonical.plain(moment._asdict()) for moment in certificate.moments],
        "proof": {**asdict(certificate.proof), "said": list(certificate.proof.said)},
        "made_at": canonical.plain(certificate.made_at),
        "software_version": settings.VERSION,
    }


def _lengths(length: timedelta, story: Story) -> dict[str, float]:
    return {"seconds": length.total_seconds(), "legal_seconds": story.legal(length).total_seconds()}
