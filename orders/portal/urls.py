"""The pages of the authorities' officers."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from orders.portal import acting, board, coordination, copied, documents, drafting, exporting, ledger, reporting, views

app_name = "portal"
urlpatterns = [
    path("login", views.SignIn.as_view(), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
    path("", board.board, name="board"),
    path("board", board.live, name="board-live"),
    path("copied", copied.copied, name="copied"),
    path("coordination", coordination.coordinations, name="coordinations"),
    path("coordination/<str:reference>", coordination.coordination, name="coordination"),
    path("pulse", views.pulse, name="pulse"),
    path("notices", views.notices, name="notices"),
    path("ledger", ledger.ledger, name="ledger"),
    path("export", exporting.export, name="export"),
    path("exports", exporting.exports, name="exports"),
    path("exports/live", exporting.live, name="exports-live"),
    path("exports/<str:reference>/file", exporting.file, name="export-file"),
    path("reports", reporting.reports, name="reports"),
    path("reports/figure", reporting.figure, name="figure"),
    path("reports/file", reporting.file, name="report-file"),
    path("orders/new", drafting.new, name="new"),
    path("orders/<str:reference>", views.order, name="order"),
    path("orders/<str:reference>/live", views.live, name="order-live"),
    path("orders/<str:reference>/acts", views.acts, name="acts"),
    path("orders/<str:reference>/acts/<slug:name>", acting.act, name="act"),
    path("orders/<str:reference>/edit", drafting.edit, name="edit"),
    path("orders/<str:reference>/documents", documents.documents, name="documents"),
    path("orders/<str:reference>/documents/<int:number>", documents.document, name="document"),
    path("orders/<str:reference>/export", exporting.export_order, name="export-order"),
]
