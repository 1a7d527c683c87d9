"""The assembled system; the one package that knows both sides."""

from perci.celery import app as celery_app

__all__ = ["celery_app"]
