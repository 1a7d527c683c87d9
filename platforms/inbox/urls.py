"""The pages of the providers' staff."""

from django.urls import path

from platforms.inbox import views

app_name = "inbox"
urlpatterns = [
    path("", views.connection, name="connection"),
    path("endpoint", views.endpoint, name="endpoint"),
    path("secrets", views.rotate, name="rotate"),
    path("test-orders", views.test_order, name="test-order"),
    path("deliveries", views.deliveries, name="deliveries"),
    path("orders/<str:reference>/deliveries", views.order_deliveries, name="order-deliveries"),
]
