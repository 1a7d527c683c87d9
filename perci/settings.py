"""One settings file, driven by the environment; with nothing set it runs on SQLite and an embedded broker."""

import os
import sys
from pathlib import Path

from perci.environment import (
    address,
    broker_url,
    choice,
    database,
    directory,
    documents,
    flag,
    log_level,
    mail,
    origin,
    refuse,
    rules,
)

BASE_DIR = Path(__file__).resolve().parent.parent
RUN_DIR = directory("PERCI_RUN_DIR", BASE_DIR / "var")
TESTING = "pytest" in sys.modules

# --- who we are -----------------------------------------------------------------------------------------------------
VERSION = "0.1.0"
PRODUCTION = flag("PERCI_PRODUCTION")  # no sandbox, no simulator, secrets must be given
DEBUG = flag("DJANGO_DEBUG")
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "")
if not SECRET_KEY:
    if PRODUCTION:
        refuse("DJANGO_SECRET_KEY is empty: give a long random value when PERCI_PRODUCTION is set.")
    SECRET_KEY = "synthetic-demo-key-of-a-simulator-not-a-secret-0123456789"
PUBLIC_URL = address("PERCI_PUBLIC_URL", "http://localhost:8000")
SIMULATOR_URL = address("PERCI_SIMULATOR_URL", "http://localhost:8001")  # where platforms are played
ALLOWED_HOSTS = os.environ.get("DJANGO_ALLOWED_HOSTS", "localhost 127.0.0.1 [::1] testserver").split()
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "perci",
    "orders",
    "platforms",
    *([] if PRODUCTION else ["platforms.simulator"]),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_fsm",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
]

MIDDLEWARE = [
    "platforms.api.arrival.ArrivalMiddleware",  # first: an answer's arrival is stamped before anything else happens
    *([] if PRODUCTION else ["platforms.api.faulty.FaultMiddleware"]),  # answers that are late or lost, in the sandbox
    *([] if PRODUCTION else ["platforms.api.recorder.RecorderMiddleware"]),  # the inspector of the sandbox
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "perci.urls"
WSGI_APPLICATION = "perci.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "orders.portal.header.header",
            ],
            "libraries": {"portal": "orders.portal.tags"},
        },
    },
]

# --- where things are kept ------------------------------------------------------------------------------------------
DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""), run_dir=RUN_DIR, testing=TESTING)}
EXPORT_DIR = directory("EXPORT_DIR", RUN_DIR / "exporting")  # of exports being made and kept: web and workers share it
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# `make demo` gives that of the embedded broker; workers of the suite, and what they start, have one each.
REDIS_URL = broker_url(os.environ.get("REDIS_URL", ""), worker=os.environ.get("PYTEST_XDIST_WORKER", ""))
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# --- people and machines --------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "orders.User"
LOGIN_URL = "portal:login"
LOGIN_REDIRECT_URL = "portal:board"
LOGOUT_REDIRECT_URL = "portal:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher" if TESTING else "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "orders.ids.RandomSecretHasher",  # for machine secrets of 256 random bits; the slow default costs 361 ms a token
]
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
    },
}

OAUTH2_PROVIDER_APPLICATION_MODEL = "orders.Application"
OAUTH2_PROVIDER = {
    "SCOPES": {
        "orders.read": "Read the removal orders addressed to you",
        "orders.answer": "Answer removal orders (Annex II, Annex III)",
        "connection.manage": "Manage how you are reached",
        "authority.read": "Read your authority's orders",
        "authority.draft": "Draft and submit orders",
        "authority.act": "Perform acts as a named officer",
    },
    "SCOPES_BACKEND_CLASS": "orders.api.tokens.PartyScopes",  # what an application may ask for follows from its party
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "PKCE_REQUIRED": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"] if PRODUCTION else ["http", "https"],
    "CLIENT_SECRET_HASHER": "sha256_random",
}

# --- interfaces -----------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["oauth2_provider.contrib.rest_framework.OAuth2Authentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
EVENT_WAITERS = 4  # long polls at once per process; fewer than its threads, so that answers find one
RATE_LIMITS = {"read": "6000/min", "write": "600/min"}  # per party; answers of providers are never counted
SPECTACULAR_SETTINGS = {
    "TITLE": "Removal orders under Regulation (EU) 2021/784: a simulator",
    "DESCRIPTION": "Synthetic data only. PERCI-like; claims no compatibility with any real system.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SERVERS": [{"url": "/"}],
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "tryItOutEnabled": True, "validatorUrl": None},
    "WEBHOOKS": "platforms.api.webhooks.WEBHOOKS",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "orders.api.acts.several_may_hold"],
    "ENUM_NAME_OVERRIDES": {
        "ActorEnum": "orders.regulation.regions.Actor.choices",
        "AuthorityTypeEnum": "orders.regulation.annexes.AUTHORITY_TYPES.items",
        "ClockKindEnum": "orders.regulation.limits.Kind.choices",
        "DocumentStateEnum": "orders.evidence.documents.shelf.STATES",
        "GroundKindEnum": "orders.regulation.regions.GroundKind.choices",
        "LimitScaleEnum": "orders.models.removal_order.LIMIT_SCALES",
        "ScrutinyOutcomeEnum": "platforms.api.messages.OUTCOMES",
        "ReasonClassEnum": "orders.regulation.regions.ReasonClass.choices",
        "StateEnum": "platforms.api.bodies.STATES",
    },
}
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = RUN_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "perci" / "static"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- the law, where it leaves a choice (docs/adr) -------------------------------------------------------------------
RULES = rules()  # PERIOD_RULE, HOUR_PROOF, LATE_NOTICE, FINALITY, FIRST_ORDER, ANNULLED_FROM; frozen on each order
MEASURE_TOLERANCE_SECONDS = 120  # a provider's clock may be off by this much (case 22)
ALLOW_SANDBOX_ADDRESSES = not PRODUCTION  # only connections marked as sandbox may live on loopback

# --- mail, the second way to a provider; what proves receipt (docs/adr/0016) ------------------------------------------
EMAIL_URL = os.environ.get("EMAIL_URL", "")
if PRODUCTION and not EMAIL_URL:
    refuse("EMAIL_URL is empty: give smtp://user:password@host:587 when PERCI_PRODUCTION is set.")
globals().update(mail(EMAIL_URL, run_dir=RUN_DIR))  # EMAIL_BACKEND and what it needs; else files in <run dir>/mail
EMAIL_TIMEOUT = 5  # seconds for each step of the talk with the server
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM") or "removal-orders@perci.example"
MAIL_PROVES_RECEIPT = flag("MAIL_PROVES_RECEIPT")  # on the 250 of the server we hand it to: whose that is, you know
if MAIL_PROVES_RECEIPT and not EMAIL_URL.startswith("smtp"):
    refuse("MAIL_PROVES_RECEIPT is 1, but EMAIL_URL names no mail server that could say 250.")
INBOX_RECEIPT = choice("INBOX_RECEIPT", "placed", "opened")

# --- the seal of the ledger -----------------------------------------------------------------------------------------
LEDGER_ORIGIN = origin("LEDGER_ORIGIN", "perci.example/simulated-ledger")  # the name on every signed checkpoint

# --- who signs and stamps documents; with nothing set, simulated services that are built in (docs/adr/0020) ----------
_seals = documents()
DOCUMENT_CERTIFICATES = _seals.certificates  # a directory: CODE.p12 of each authority, recorder.p12 of the operator
DOCUMENT_TSA_URL = _seals.stamps
DOCUMENT_ROOTS = _seals.roots
DOCUMENT_CERTIFICATES_PASSWORD = os.environ.get("DOCUMENT_CERTIFICATES_PASSWORD", "")  # of every one of them

# --- Celery: finds what is due; no legal time ever travels in a message ---------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Redis redelivers what was not acknowledged after this long; its default is 3600 s, exactly our hour. All three places.
CELERY_VISIBILITY_TIMEOUT = 300
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": CELERY_VISIBILITY_TIMEOUT}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": CELERY_VISIBILITY_TIMEOUT}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Else two lines for each tick of each queue, and one for each request.
    "loggers": {"celery": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
    "root": {"handlers": ["stderr"], "level": log_level("WARNING" if TESTING else "INFO")},
}
