"""Addresses of the API for authorities, under /api/authorities/v1/."""

from django.urls import path

from orders.api import views

app_name = "authorities_api"
urlpatterns = [
    path("orders", views.Orders.as_view(), name="orders"),
    path("orders/<str:reference>", views.Order.as_view(), name="order"),
    path("orders/<str:reference>/acts/<str:act>", views.OrderAct.as_view(), name="act"),
]
