"""The mounts."""

urlpatterns: list = []
