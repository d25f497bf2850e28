"""All settings. The environment may change what is read through `env` and nothing else."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from watchroom.kernel.registry import folders
from watchroom.site.database_url import django_database

ROOT = Path(__file__).resolve().parent.parent.parent


def env(name: str, default: str = "") -> str:
    """One setting from the environment."""
    return os.environ.get(name, default)


DATA = Path(env("WATCHROOM_DATA", str(ROOT / "data")))
DEBUG = False
SECRET_KEY = env("WATCHROOM_SECRET", "only-for-tests-and-tools-that-sign-nothing")
ALLOWED_HOSTS = env("WATCHROOM_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
WATCHROOM_LIMITS = env("WATCHROOM_LIMITS")  # an agency's own time limits, a TOML file
# Retired secrets, newest first: they still open what they closed (`watchroom keys`).
SECRET_KEY_FALLBACKS = env("WATCHROOM_OLD_SECRETS").split()
WATCHROOM_CHAIN_HASH = env("WATCHROOM_CHAIN_HASH", "sha256")
WATCHROOM_SEAL = env("WATCHROOM_SEAL", "aes")  # or "sm4", see kernel/ciphers.py

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "watchroom.kernel.apps.KernelConfig",
    "watchroom.desk.apps.DeskConfig",
    *[f"watchroom.domains.{key}" for key in folders()],
]
AUTH_USER_MODEL = "kernel.Staff"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


DATABASES = {
    "default": {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": env("WATCHROOM_TEST_DATABASE") or None},
        **django_database(
            env("DATABASE_URL", "postgresql://watchroom@127.0.0.1/watchroom"),
            int(env("WATCHROOM_STATEMENT_SECONDS", "0")),
        ),
    }
}

MIDDLEWARE = [
    "watchroom.desk.measuring.Measured",
    "watchroom.desk.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "watchroom.desk.middleware.Reader",
]
ROOT_URLCONF = "watchroom.site.urls"
WSGI_APPLICATION = "watchroom.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [
            ROOT / "watchroom" / "desk" / "templates",
            *[ROOT / "watchroom" / "domains" / key / "templates" for key in folders()],
        ],
        "OPTIONS": {
            "environment": "watchroom.desk.environment.environment",
            # Pages of domains may not import the desk: `render(request, …)` is all they need.
            "context_processors": ["watchroom.desk.environment.page_context"],
        },
    }
]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = ["watchroom.kernel.sessions.Backend"]
WATCHROOM_IDLE_SECONDS = int(env("WATCHROOM_IDLE_MINUTES", "120")) * 60
SESSION_ENGINE = "watchroom.kernel.session_store"
SESSION_COOKIE_AGE = int(env("WATCHROOM_SESSION_HOURS", "12")) * 3600
WATCHROOM_ORIGINS = [o for o in env("WATCHROOM_ORIGINS").split(",") if o]
WATCHROOM_PDF_FONT = env("WATCHROOM_PDF_FONT")
WATCHROOM_NAME = env("WATCHROOM_NAME", "watchroom.localhost")
# Networks that webhooks may reach although they are not public, also by plain http.
WATCHROOM_OUTWARD_NETWORKS = [n for n in env("WATCHROOM_OUTWARD_NETWORKS").split(",") if n]
# smtp://user:password@host:587 (STARTTLS) or smtps://…:465; empty: e-mail is not set up
_MAIL = urlsplit(env("WATCHROOM_MAIL"))
EMAIL_HOST, EMAIL_PORT = _MAIL.hostname or "", _MAIL.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
EMAIL_USE_SSL = _MAIL.scheme == "smtps"
EMAIL_USE_TLS = _MAIL.scheme == "smtp" and bool(EMAIL_HOST_USER)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("WATCHROOM_MAIL_FROM", f"watchroom@{WATCHROOM_NAME}")
WATCHROOM_SMS = env("WATCHROOM_SMS")  # smpp://user:password@host:port?from=number
WATCHROOM_LIVE = env("WATCHROOM_LIVE", "/live/stream")
WATCHROOM_MAP = env("WATCHROOM_MAP")  # an outside tile source, see desk/outside_map.py
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "watchroom.desk.errors.csrf_failed"

# TLS ends here or at a proxy of ours; how many proxies stand in front says which address to trust.
TLS = env("WATCHROOM_TLS") == "1" or bool(env("WATCHROOM_CERTIFICATE"))
WATCHROOM_PROXIES = int(env("WATCHROOM_PROXIES", "0"))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
# With TLS a cookie is taken by this host alone, over TLS alone: no neighbour's page can plant one.
WATCHROOM_COOKIES = "__Host-" if TLS else ""
SESSION_COOKIE_NAME = f"{WATCHROOM_COOKIES}sessionid"
CSRF_COOKIE_NAME = f"{WATCHROOM_COOKIES}csrftoken"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS and WATCHROOM_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = WATCHROOM_ORIGINS

WATCHROOM_CERTIFICATE = env("WATCHROOM_CERTIFICATE")  # looked at by `check`, wherever TLS ends
WATCHROOM_BACKUPS = env("WATCHROOM_BACKUPS")  # where `check` looks for them
WATCHROOM_CHECKS = "watchroom.site.checking.OWN"
WATCHROOM_METRICS_TOKEN = env("WATCHROOM_METRICS_TOKEN")  # empty: this machine alone
WATCHROOM_TRACES = env("WATCHROOM_TRACES")  # an OTLP/HTTP address; empty: none

WATCHROOM_API_PER_MINUTE = int(env("WATCHROOM_API_PER_MINUTE", "60000"))

# One outside identity provider; without an issuer there is none.
WATCHROOM_OIDC = {
    "issuer": env("WATCHROOM_OIDC_ISSUER"),
    "client_id": env("WATCHROOM_OIDC_CLIENT"),
    "client_secret": env("WATCHROOM_OIDC_SECRET"),
    "claim": env("WATCHROOM_OIDC_CLAIM", "preferred_username"),
    "title": env("WATCHROOM_OIDC_TITLE", "统一身份认证"),
    "title_en": env("WATCHROOM_OIDC_TITLE_EN", "Single sign-on"),
}
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "zh-hans"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True  # served from where they lie: nothing to collect, nothing stale
MEDIA_ROOT = DATA / "documents"
# What fails is said on the terminal, or in the log of whatever runs the process.
WATCHROOM_LOG = env("WATCHROOM_LOG", "plain")  # or json
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "watchroom.base.discreet.Plain"},
        "json": {"()": "watchroom.base.discreet.Json"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": WATCHROOM_LOG}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
