"""How one provider is reached and recognised, and what it answered."""

from django.db import models
from django.db.models import Q

from orders import ids
from orders.models import AppendOnly, ContentItem, Exhibit, HostingServiceProvider, OutboxMessage, RemovalOrder, User
from orders.regulation.regions import Actor


class Channel(models.TextChoices):
    """A way in which a message goes to a provider."""

    WEBHOOK = "webhook", "webhook: posted to your endpoint, signed"
    PULL = "pull", "pull: your machine fetches it"
    INBOX = "inbox", "inbox: placed in the box on these pages"
    MAIL = "mail", "mail: to your contact point"


class Connection(models.Model):
    """The technical reach of one provider: which way its orders go first, and how its endpoint is doing."""

    provider = models.OneToOneField(HostingServiceProvider, models.PROTECT, related_name="connection")
    endpoint = models.CharField(
        max_length=500, blank=True, help_text="where signed webhooks are posted; empty: none yet"
    )
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEBHOOK, help_text="tried first")
    sandbox = models.BooleanField(default=False, help_text="may live on a loopback or private address")
    pages = models.JSONField(
        default=dict, blank=True, help_text="host of content -> base URL on loopback where it is looked at instead"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0, help_text="webhooks in a row that the endpoint did not accept")
    circuit_open_at = models.DateTimeField(null=True, blank=True, help_text="since when one request at a time is tried")
    probe_at = models.DateTimeField(null=True, blank=True, help_text="no request before this while the circuit is open")
    retired_at = models.DateTimeField(null=True, blank=True, help_text="of a sandbox tenant: nothing is sent any more")

    def __str__(self) -> str:
        return f"{self.provider.code} at {self.endpoint or 'no endpoint'}"


class WebhookSecret(models.Model):
    """A shared secret of Standard Webhooks; while one is rotated two are live and both sign."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="secrets")
    secret = models.CharField(max_length=80, default=ids.webhook_secret)
    created_at = models.DateTimeField()
    retires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"secret of {self.connection.provider.code}"


class Watch(models.Model):
    """When an item's page is next looked at. An agenda, not evidence: what was seen is an Observation."""

    item = models.OneToOneField(ContentItem, models.PROTECT, related_name="watch")
    since = models.DateTimeField(help_text="what the looks are counted from: the issue, then the report of a measure")
    claimed = models.BooleanField(default=False, help_text="counted from the report of a measure")
    next_look_at = models.DateTimeField(null=True, help_text="null when no look is to come (any more)")

    class Meta:
        indexes = [
            models.Index(name="watch_due", fields=["next_look_at"], condition=Q(next_look_at__isnull=False)),
            models.Index(name="watch_unclaimed", fields=["item"], condition=Q(claimed=False)),
        ]

    def __str__(self) -> str:
        return f"{self.item} since {self.since:%F %T}"


class SecondChannel(models.Model):
    """A further channel that joined for one message, since its provider's own proved no receipt."""

    class Because(models.TextChoices):
        LATE = "late", "no receipt after five minutes"
        REFUSED = "refused", "the first channel refused it"
        NOT_SENT = "not_sent", "it could not be sent by the first channel"

    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="second_channels")
    channel = models.CharField(max_length=10, choices=Channel)
    because = models.CharField(max_length=10, choices=Because)
    joined_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, help_text="null once this channel took the message")
    leased_until = models.DateTimeField(null=True, help_text="a worker is sending it; after this instant another may")

    class Meta:
        constraints = [models.UniqueConstraint(name="second_channel_once", fields=["message", "channel"])]
        indexes = [
            models.Index(
                name="second_channel_due", fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.message} by {self.channel}"


class Resending(AppendOnly):
    """That somebody had a message sent again by hand: who, when and why. No act: it changes nothing in law."""

    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="resendings")
    asked_at = models.DateTimeField()
    reason = models.TextField()
    actor_role = models.CharField(max_length=30, choices=Actor.choices())
    actor_party = models.CharField(max_length=40, blank=True)
    actor_person = models.CharField(max_length=40, blank=True, help_text="pseudonym; empty for a machine")
    channel = models.CharField(max_length=20, help_text="through which it was asked for")

    class Meta:
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.message} again, asked {self.asked_at:%F %T}"


class Opening(AppendOnly):
    """That a person of the provider opened a message that was placed in its box, for the first time."""

    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="openings")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [models.UniqueConstraint(name="opening_once", fields=["message", "person"])]

    def __str__(self) -> str:
        return f"{self.message} opened {self.opened_at:%F %T}"


class StreamEntry(AppendOnly):
    """The place of a message in the stream that its provider pulls, given when somebody first reads so far.

    Not the key of the message: transactions end in another order than they begin, and a cursor must pass over nothing.
    """

    provider = models.ForeignKey(HostingServiceProvider, models.PROTECT, related_name="stream")
    position = models.PositiveBigIntegerField(help_text="from 1, without gaps")
    message = models.OneToOneField(OutboxMessage, models.PROTECT, related_name="stream_entry")

    class Meta:
        ordering = ["provider", "position"]
        constraints = [models.UniqueConstraint(name="stream_position_once", fields=["provider", "position"])]

    def __str__(self) -> str:
        return f"{self.provider.code} {self.position}: {self.message}"


class Submission(AppendOnly):
    """An answer of a provider that recorded something: asked again with the same key, it is replayed."""

    provider = models.ForeignKey(HostingServiceProvider, models.PROTECT, related_name="submissions")
    idempotency_key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64, help_text="SHA-256 over method, path and body")
    reference = models.CharField(max_length=40)
    body = models.ForeignKey(Exhibit, models.PROTECT, related_name="+")
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    arrived_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="submission_key_once", fields=["provider", "idempotency_key"])]

    def __str__(self) -> str:
        return f"{self.provider.code} {self.idempotency_key}"


class Tenant(models.Model):
    """A synthetic provider made for one rehearsal; its connection says whether it is retired."""

    provider = models.OneToOneField(HostingServiceProvider, models.PROTECT, related_name="tenant")
    founder = models.ForeignKey(HostingServiceProvider, models.PROTECT, related_name="tenants")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.provider.code} of {self.founder.code}"


class ScriptStep(models.Model):
    """What a synthetic authority will do about a test order by itself: at a time, or some time after an answer."""

    order = models.ForeignKey(RemovalOrder, models.PROTECT, related_name="script")
    number = models.PositiveSmallIntegerField(help_text="from 1, in the order of the script")
    act = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    waits_for = models.CharField(max_length=40, blank=True, help_text="the act from which its delay is counted")
    nth = models.PositiveSmallIntegerField(default=1, help_text="which of these acts: the first, the second")
    delay = models.PositiveIntegerField(help_text="legal seconds, scaled like the order's hour")
    due_at = models.DateTimeField(null=True, help_text="null while it waits for an answer")
    done_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_because = models.TextField(blank=True)

    class Meta:
        ordering = ["order", "number"]
        constraints = [models.UniqueConstraint(name="script_step_once", fields=["order", "number"])]
        indexes = [
            models.Index(
                name="script_step_open", fields=["due_at"], condition=Q(done_at__isnull=True, dropped_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.number}: {self.act}"


class Fault(models.Model):
    """A way in which we misbehave towards one sandbox connection, for so many messages or answers more."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="faults")
    name = models.CharField(max_length=40)
    left = models.PositiveSmallIntegerField(help_text="how many messages or answers it is still for")
    seconds = models.PositiveSmallIntegerField(help_text="how long, where the fault is about time")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["set_at", "pk"]
        constraints = [models.UniqueConstraint(name="fault_once", fields=["connection", "name"])]

    def __str__(self) -> str:
        return f"{self.name} for {self.left} more"


class FaultUse(models.Model):
    """What a fault met: a message of ours by its id, or a request by its method and path."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="fault_uses")
    name = models.CharField(max_length=40)
    met = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} met {self.met}"


class Exchange(models.Model):
    """A request of a provider in the sandbox and what we answered, for its engineers to look at; no evidence.

    It is deleted after a week. What carries a secret (a new webhook secret, client credentials) is never kept.
    """

    class NotKept(models.TextChoices):
        TOO_LARGE = "too_large", "more than 64 KB: the rest is not kept"
        SECRET = "secret", "it carries a secret"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="exchanges")
    arrived_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    method = models.CharField(max_length=20)
    path = models.TextField(help_text="with its query")
    headers = models.JSONField(default=dict, help_text="never Authorization or Cookie")
    body = models.BinaryField(help_text="the first 64 KB")
    body_size = models.PositiveIntegerField()
    body_sha256 = models.CharField(max_length=64, blank=True, help_text="of all of it; empty when it was never read")
    not_kept = models.CharField(max_length=10, choices=NotKept, blank=True, help_text="why it cannot be sent again")
    status = models.PositiveSmallIntegerField()
    answer_headers = models.JSONField(default=dict)
    answer = models.TextField(blank=True, help_text="the first 64 KB")
    client_id = models.CharField(max_length=100, help_text="of the credential, also where its token was refused")
    scope = models.TextField(blank=True, help_text="of the token; empty where it was refused")
    orders = models.TextField(blank=True, help_text="the references it names, each between spaces")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="+")
    again = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replays", help_text="what it repeats")

    class Meta:
        ordering = ["-arrived_at", "-pk"]
        indexes = [
            models.Index(name="exchange_of_connection", fields=["connection", "arrived_at"]),
            models.Index(name="exchange_to_tidy", fields=["arrived_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status}"
