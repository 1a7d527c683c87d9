"""The settings of the process of an exercise: those of the system, on a database of its own and with nothing around it.

What is left out nobody uses there: sessions, forms and pages. What is changed costs time and proves nothing: a power
cut loses an exercise, and its machines' tokens live as long as it does.
"""

from perci.exercise import slim
from perci.settings import *  # noqa: F403
from perci.settings import DATABASES, LOGGING, OAUTH2_PROVIDER

MIDDLEWARE = slim.MIDDLEWARE
DATABASES["default"] |= {"CONN_MAX_AGE": None}
DATABASES["default"]["OPTIONS"] |= {
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON; "
    "PRAGMA recursive_triggers=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;",
    "cached_statements": 1000,
}
# The tables are made of the models at once, which are what the migrations lead to (a test of the suite).
MIGRATION_MODULES = dict.fromkeys(
    ("admin", "auth", "contenttypes", "oauth2_provider", "orders", "platforms", "sessions", "simulator")
)
OAUTH2_PROVIDER |= {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 100 * 365 * 86_400,
    "ACCESS_TOKEN_GENERATOR": "perci.exercise.tokens.access_token",
}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
LOGGING |= {"root": {"handlers": ["stderr"], "level": "ERROR"}}  # what is refused is in the record and in the report
