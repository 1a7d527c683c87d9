"""What the messages say that follow an order on its way through the law: scrutiny, courts, secrecy, preservation."""

from typing import Any

from rest_framework import serializers

from orders.api.fields import Instant
from orders.regulation.regions import Actor, Force, Stage

OUTCOMES = [Stage.INFRINGEMENT.value, Stage.NO_INFRINGEMENT.value, Stage.WINDOW_CLOSED.value]


class AboutOrderBody(serializers.Serializer[Any]):
    """What every message about an order says of it."""

    reference = serializers.CharField()
    generation = serializers.IntegerField()
    order_url = serializers.CharField(help_text="where it is read and answered")


class _Items(serializers.ListField):
    child = serializers.IntegerField()


class BeforehandDeadlineBody(serializers.Serializer[Any]):
    """What the limit of a coming order will be."""

    article = serializers.CharField()
    seconds = serializers.IntegerField()
    starts = serializers.CharField()


class PriorInformationBody(AboutOrderBody):
    """Information of Art. 3(2). It is no order and starts nothing of yours."""

    authority = serializers.CharField()
    contact_point = serializers.CharField()
    procedures = serializers.CharField()
    deadline = BeforehandDeadlineBody()
    not_an_order = serializers.BooleanField(help_text="always true")


class AnnulledBody(AboutOrderBody):
    """The order ceased to have legal effect."""

    by = serializers.ChoiceField(["scrutiny", "court"])
    reasons = serializers.CharField(allow_blank=True)
    items = _Items(help_text="items to be reinstated, immediately from your receipt of this")
    released = _Items(help_text="items no longer required")
    duty = serializers.CharField(help_text="reinstate")


class ScrutinyOpenedBody(AboutOrderBody):
    """The authority of your home looks at the order; its force is unchanged meanwhile."""

    on = serializers.ChoiceField(["own_initiative", "request"])
    requester = serializers.ChoiceField(Actor.choices(), required=False)
    received_at = Instant(required=False, help_text="of the request")
    late = serializers.BooleanField(required=False, help_text="the request came after its 48 hours")


class ScrutinyDecidedBody(AboutOrderBody):
    """A reasoned decision. After an infringement order.annulled follows."""

    outcome = serializers.ChoiceField(OUTCOMES)
    reasons = serializers.CharField()


class ScrutinyClosedBody(AboutOrderBody):
    """The order ended before the request of yours that waits was decided, or before you made it."""

    because = serializers.ChoiceField(
        [Force.WITHDRAWN.value, Force.ANNULLED_BY_SCRUTINY.value, Force.ANNULLED_BY_COURT.value]
    )
    reasons = serializers.CharField(allow_blank=True, help_text="why the order ended, as far as it was said")


class AppealRecordedBody(AboutOrderBody):
    """An appeal. Nothing in the Regulation suspends the order meanwhile."""

    appellant = serializers.ChoiceField([Actor.PROVIDER.value, Actor.CONTENT_PROVIDER.value])
    received_at = Instant()
    late = serializers.BooleanField()


class FinalBody(AboutOrderBody):
    """Nobody can appeal any more, or a court confirmed the order."""

    final_at = Instant()


class DisclosureWithheldBody(AboutOrderBody):
    """Say nothing to the content provider."""

    until = Instant()


class DisclosureAllowedBody(AboutOrderBody):
    """Your duties towards the content provider revive."""

    allowed_at = Instant()


class PreservationExtendedBody(AboutOrderBody):
    """Preserve longer."""

    items = _Items()
    until = Instant()
    reason = serializers.CharField(help_text="the proceedings that need it")


class GroundDisputedBody(AboutOrderBody):
    """The issuing authority disputes grounds that you notified; your clock stays displaced."""

    reason = serializers.CharField()
    items = _Items()


class GroundsCeasedMessageBody(AboutOrderBody):
    """The issuing authority recorded that grounds ceased: a fresh hour runs from then."""

    ceased_at = Instant()
    items = _Items()


class GroundRemindedBody(AboutOrderBody):
    """An impossibility that you notified is still open. This starts and changes no clock: report when it ends."""

    items = _Items()
    since = Instant(help_text="when the ground arose, as you stated")
    notified_at = Instant(help_text="when your Annex III arrived")
    open_seconds = serializers.IntegerField(help_text="since then")


OF_THE_LAW: dict[str, tuple[type[AboutOrderBody], str]] = {
    "order.prior_information_given": (PriorInformationBody, "Procedures and deadlines, before a first order (3(2))."),
    "order.annulled": (AnnulledBody, "The order was annulled. The duty to reinstate runs from this receipt (4(7))."),
    "order.scrutiny_opened": (ScrutinyOpenedBody, "The order is scrutinised (4(3), 4(4))."),
    "order.scrutiny_decided": (ScrutinyDecidedBody, "The scrutiny was decided (4(6))."),
    "order.scrutiny_closed": (ScrutinyClosedBody, "Nothing is left to scrutinise: the order ended (4(4))."),
    "order.appeal_recorded": (AppealRecordedBody, "An appeal was recorded (9)."),
    "order.final": (FinalBody, "The order became final (3(9))."),
    "order.disclosure_withheld": (DisclosureWithheldBody, "The content provider must not be told (11(3))."),
    "order.disclosure_allowed": (DisclosureAllowedBody, "The content provider is to be told again (11(1))."),
    "order.preservation_extended": (PreservationExtendedBody, "Preserve longer (6(2))."),
    "order.ground_disputed": (GroundDisputedBody, "A ground that you notified is disputed (3(7), 3(8))."),
    "order.grounds_ceased": (GroundsCeasedMessageBody, "Grounds were recorded as ceased (3(7))."),
    "order.ground_reminded": (GroundRemindedBody, "An impossibility is still open: report when it ends (3(7))."),
}
