"""Addresses of the API for authorities, under /api/authorities/v1/."""

from django.urls import path

from orders.api import coordination, directory, documents, exports, record, reports, scrutinies, views

app_name = "authorities_api"
urlpatterns = [
    path("orders", views.Orders.as_view(), name="orders"),
    path("orders/one-per-address", views.OrdersPerAddress.as_view(), name="orders-per-address"),
    path("orders/<str:reference>", views.Order.as_view(), name="order"),
    path("orders/<str:reference>/acts/<str:act>", views.OrderAct.as_view(), name="act"),
    path("orders/<str:reference>/actions", record.Actions.as_view(), name="actions"),
    path("orders/<str:reference>/clocks", record.Clocks.as_view(), name="clocks"),
    path("orders/<str:reference>/timeline", record.Timeline.as_view(), name="timeline"),
    path("orders/<str:reference>/documents", documents.Documents.as_view(), name="documents"),
    path("orders/<str:reference>/documents/<int:number>", documents.Document.as_view(), name="document"),
    path("orders/<str:reference>/scrutiny-requests", scrutinies.ScrutinyIntake.as_view(), name="scrutiny-requests"),
    path("scrutinies", scrutinies.Scrutinies.as_view(), name="scrutinies"),
    path("scrutinies/<str:reference>", scrutinies.ScrutinyFile.as_view(), name="scrutiny"),
    path("scrutinies/<str:reference>/acts/<str:act>", scrutinies.ScrutinyAct.as_view(), name="scrutiny-act"),
    path("deconfliction-checks", coordination.DeconflictionChecks.as_view(), name="deconfliction-checks"),
    path("coordinations", coordination.Coordinations.as_view(), name="coordinations"),
    path("coordinations/<str:reference>/acts/<str:act>", coordination.CoordinationAct.as_view(), name="coordination"),
    path("exports", exports.Exports.as_view(), name="exports"),
    path("exports/<str:reference>", exports.Export.as_view(), name="export"),
    path("exports/<str:reference>/file", exports.ExportFile.as_view(), name="export-file"),
    path("reports/<str:kind>", reports.YearlyReport.as_view(), name="report"),
    path("reports/<str:kind>/figures/<str:figure>", reports.ReportFigure.as_view(), name="report-figure"),
    path("providers", directory.Providers.as_view(), name="providers"),
    path("authorities", directory.Authorities.as_view(), name="authorities"),
]
