"""What the other stories of evidence leave out: every further act, and every field in which a person can stand."""

from dataclasses import replace
from datetime import timedelta

from orders.acts import answering, transmitting
from orders.acts.uploads import Upload
from orders.models import CompetentAuthority
from tests import factories
from tests.kept import kept
from tests.orders.evidence_stories import DAY, MINUTE, Story, everything_happened
from tests.properties import moves
from tests.properties.cast import cast

PERSON = {"provider": "Hosting B.V.", "authorised_person": "Jane Example", "contact_email": "jane@hosting.example"}


@kept
def every_act() -> None:
    """All that may be recorded was recorded at least once."""
    everything_happened()
    CompetentAuthority.objects.update(phone="+49 30 5550100", address="Musterweg 1, 10115 Berlin")
    actors = cast()
    beforehand(actors)
    ended_early(actors)
    by_hand(actors)
    lasting(actors)


def beforehand(actors) -> None:
    """Informed 12 hours before, with a file number and a word on the language; it never got through."""
    said = {"emergency": False, "emergency_reason": "", "file_number": "Js 4711/26", "language_override": "Asked for."}
    story = Story(actors, to=factories.provider("first-nl", "NL"), **said)
    story.then("anna", moves.submit).then("bert", moves.approve).then("bert", moves.inform_beforehand)
    story.then("bert", moves.issue, after=DAY).then("provider", moves.report_undeliverable)
    story.then("bert", moves.withhold_disclosure).then("bert", moves.allow_disclosure)


def ended_early(actors) -> None:
    """Scrutinised on own initiative; the authority saw for itself that the ground was gone."""
    story = Story(actors).issued().received().then("scrutineer", moves.open_scrutiny)
    story.then("provider", moves.report_impossibility, pick=2).then("bert", moves.record_grounds_ceased, pick=2)


def by_hand(actors) -> None:
    """Submitted at a web form, with its confirmation page."""
    order = factories.issued(to=factories.provider("form-only", "NL", webform="https://form.example/legal"))
    transmitting.record_submission(
        order=order, submitted_at=factories.T0 + MINUTE, address="https://form.example/legal?as=jane", by=actors.bert,
        confirmation=Upload(b"<p>Thank you, Jane Example</p>", "text/html"), at=factories.T0 + 2 * MINUTE,
    )  # fmt: skip


def lasting(actors) -> None:
    """Removed and signed for by a person, appealed by whom nobody knows when, final at last, preserved to the end."""
    story = Story(actors).issued().received()
    annex = factories.annex_ii(taken_at=story.at, items=(1, 2))
    told = replace(annex, provider_reference="Ticket of Jane", signatory=PERSON)
    story.at += MINUTE
    answering.report_removal(order=factories.again(story.order), annex=told, by=actors.provider, at=story.at)
    story.swept(after=timedelta(days=400))
