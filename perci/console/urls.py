"""The pages of exercises."""

from django.urls import path

from perci.console import views

app_name = "console"
urlpatterns = [
    path("", views.exercises, name="exercises"),
    path("live", views.live, name="exercises-live"),
    path("new", views.new, name="play"),
    path("compare", views.compare, name="compare"),
    path("<str:name>/stop", views.stop, name="stop"),
    path("<str:name>/delete", views.delete, name="delete"),
    path("<str:name>/<str:file>", views.file, name="file"),
]
