"""The pages of the providers' staff."""

from django.conf import settings
from django.urls import path

from platforms.inbox import answering, box, by_hand, conformance, documents, inspector, order, sandbox, views

app_name = "inbox"
urlpatterns = [
    path("", views.connection, name="connection"),
    path("endpoint", views.endpoint, name="endpoint"),
    path("channel", views.channel, name="channel"),
    path("pages", views.pages, name="pages"),
    path("secrets", views.rotate, name="rotate"),
    path("test-orders", views.test_order, name="test-order"),
    path("deliveries", views.deliveries, name="deliveries"),
    path("box", box.box, name="box"),
    path("box/<str:message_id>", box.placed, name="placed"),
    path("box/<str:message_id>/<str:name>", box.attachment, name="attachment"),
    path("messages/<str:message_id>/resend", by_hand.resend, name="resend"),
    path("orders/<str:reference>", order.show, name="order"),
    path("orders/<str:reference>/answers/<str:kind>", answering.answer, name="answer"),
    path("orders/<str:reference>/documents/<int:number>", documents.document, name="document"),
    path("orders/<str:reference>/deliveries", views.order_deliveries, name="order-deliveries"),
]
if not settings.PRODUCTION:
    urlpatterns += [
        path("sandbox", sandbox.page, name="sandbox"),
        path("sandbox/steps", sandbox.steps, name="sandbox-steps"),
        path("sandbox/orders", sandbox.send, name="sandbox-send"),
        path("sandbox/faults", sandbox.fault, name="sandbox-fault"),
        path("sandbox/tenants", sandbox.start, name="sandbox-start"),
        path("sandbox/switch", sandbox.choose, name="sandbox-switch"),
        path("sandbox/retire", sandbox.retire, name="sandbox-retire"),
        path("conformance", conformance.page, name="conformance"),
        path("conformance/runs", conformance.runs, name="conformance-runs"),
        path("conformance/start", conformance.start, name="conformance-start"),
        path("conformance/stop", conformance.stop, name="conformance-stop"),
        path("conformance/<int:number>", conformance.report, name="conformance-report"),
        path("conformance/<int:number>/<str:name>", conformance.file, name="conformance-file"),
        path("inspector", inspector.inspector, name="inspector"),
        path("inspector/<str:id>", inspector.exchange, name="exchange"),
        path("inspector/<str:id>/replay", inspector.replay, name="replay"),
    ]
