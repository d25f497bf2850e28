"""All settings. The environment may change what is read through `env` and nothing else."""

import os
from pathlib import Path

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
WATCHROOM_CHAIN_HASH = env("WATCHROOM_CHAIN_HASH", "sha256")

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
        **django_database(env("DATABASE_URL", "postgresql://watchroom@127.0.0.1/watchroom")),
    }
}

MIDDLEWARE = [
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
        "OPTIONS": {"environment": "watchroom.desk.environment.environment"},
    }
]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
WATCHROOM_ORIGINS = [o for o in env("WATCHROOM_ORIGINS").split(",") if o]
WATCHROOM_LIVE = env("WATCHROOM_LIVE", "/live/stream")

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "zh-hans"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "documents"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
