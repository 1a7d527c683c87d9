"""The addresses of the simulated platforms."""

from django.urls import path

from platforms.simulator import views

app_name = "simulator"
urlpatterns = [
    path("<slug:code>/webhook", views.webhook, name="webhook"),
    path("<slug:code>/pages/<path:path>", views.page, name="page"),
]
