"""Addresses of the API for providers under /api/platforms/v1/, and of the sandbox under /api/sandbox/v1/."""

from django.urls import path

from platforms.api import (
    answer_keys,
    answers,
    batches,
    connection,
    credentials,
    deliveries,
    documents,
    events,
    exchanges,
    reading,
    record,
    sandbox,
    sandbox_faults,
    sandbox_orders,
    secrets,
)

app_name = "platforms_api"
urlpatterns = [
    path("me", reading.Me.as_view(), name="me"),
    path("orders", reading.Orders.as_view(), name="orders"),
    path("orders/<str:reference>", reading.Order.as_view(), name="order"),
    path("orders/<str:reference>/acknowledgements", answers.Acknowledgements.as_view(), name="acknowledgements"),
    path("orders/<str:reference>/annex-ii", answers.AnnexII.as_view(), name="annex-ii"),
    path("orders/<str:reference>/annex-iii", answers.AnnexIII.as_view(), name="annex-iii"),
    path("orders/<str:reference>/grounds-ceased", answers.GroundsCeased.as_view(), name="grounds-ceased"),
    path("orders/<str:reference>/scrutiny-requests", answers.ScrutinyRequests.as_view(), name="scrutiny-requests"),
    path("orders/<str:reference>/reinstatements", answers.Reinstatements.as_view(), name="reinstatements"),
    path(
        "orders/<str:reference>/content-provider-information",
        answers.ContentProviderInformation.as_view(),
        name="content-provider-information",
    ),
    path(
        "orders/<str:reference>/preservation-reports",
        answers.PreservationReports.as_view(),
        name="preservation-reports",
    ),
    path("orders/<str:reference>/timeline", record.Timeline.as_view(), name="timeline"),
    path("orders/<str:reference>/deliveries", deliveries.Deliveries.as_view(), name="deliveries"),
    path("orders/<str:reference>/documents", documents.Documents.as_view(), name="documents"),
    path("orders/<str:reference>/documents/<int:number>", documents.Document.as_view(), name="document"),
    path("deliveries/<str:message_id>/resend", deliveries.Resend.as_view(), name="resend"),
    path("events", events.Events.as_view(), name="events"),
    path("batches", batches.Batches.as_view(), name="batches"),
    path("submissions/<path:key>", reading.SubmissionByKey.as_view(), name="submission"),
    path("endpoint", connection.Endpoint.as_view(), name="endpoint"),
    path("endpoint/secrets", secrets.Secrets.as_view(), name="secrets"),
    path("endpoint/secrets/<str:key>", secrets.Secret.as_view(), name="secret"),
    path("credentials", credentials.Credentials.as_view(), name="credentials"),
    path("credentials/<str:client_id>", credentials.Credential.as_view(), name="credential"),
    path("answer-keys", answer_keys.AnswerKeys.as_view(), name="answer-keys"),
    path("answer-keys/<str:kid>", answer_keys.AnswerKeyByKid.as_view(), name="answer-key"),
    path("debug/verify-answer", answer_keys.VerifyAnswer.as_view(), name="verify-answer"),
    path("debug/verify-signature", secrets.VerifySignature.as_view(), name="verify-signature"),
]
sandbox_urlpatterns = [
    path("tenants", sandbox.Tenants.as_view(), name="tenants"),
    path("tenants/<str:code>", sandbox.TenantByCode.as_view(), name="tenant"),
    path("providers", sandbox.Providers.as_view(), name="sandbox-provider"),
    path("faults", sandbox_faults.Faults.as_view(), name="faults"),
    path("faults/<str:name>", sandbox_faults.FaultByName.as_view(), name="fault"),
    path("catalogue", sandbox_orders.Catalogue.as_view(), name="catalogue"),
    path("orders", sandbox_orders.TestOrders.as_view(), name="test-orders"),
    path("exchanges", exchanges.Exchanges.as_view(), name="exchanges"),
    path("exchanges/<str:id>", exchanges.Exchange.as_view(), name="exchange"),
    path("exchanges/<str:id>/replay", exchanges.Replay.as_view(), name="replay"),
]
