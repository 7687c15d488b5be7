"""Django settings of the shop; what differs between two shops comes from the environment."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import oscar
from oscar.defaults import *  # noqa: F403  Oscar wants its defaults merged into the settings

from webupdate.webshop.folder import ShopFolder, read_demo_login

SHOP_FOLDER = ShopFolder(Path(os.environ["WEBUPDATE_SHOP_DIR"]))
SHOP_TAX_RATE = Decimal(os.environ.get("WEBUPDATE_SHOP_TAX_RATE", "0"))
SHOP_DEMO_LOGIN, SHOP_DEMO_PASSWORD = read_demo_login(SHOP_FOLDER)

SECRET_KEY = SHOP_FOLDER.secret_key.read_text(encoding="utf-8").strip()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "webupdate.webshop.urls"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", "English")]
SITE_ID = 1
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

_SWAPPED = {"oscar.apps.basket.apps.BasketConfig": "webupdate.webshop.basket.apps.BasketConfig"}
INSTALLED_APPS = [
    # first, so that our templates win over Oscar's
    "webupdate.webshop.erp.apps.ErpConfig",
    *[_SWAPPED.get(app, app) for app in oscar.INSTALLED_APPS],
    "sorl.thumbnail",
    "rest_framework",
    "rest_framework.authtoken",
]
MIGRATION_MODULES = {"basket": "oscar.apps.basket.migrations"}
OSCAR_DYNAMIC_CLASS_LOADER = "webupdate.webshop.loading.load_classes"

MIDDLEWARE = [
    "webupdate.webshop.erp.unread.ReadToEnd",
    "django.middleware.security.SecurityMiddleware",
    "webupdate.webshop.storefront.middleware.ContentSecurityPolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
AUTHENTICATION_BACKENDS = (
    "oscar.apps.customer.auth_backends.EmailBackend",
    "django.contrib.auth.backends.ModelBackend",
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
OSCAR_BASKET_COOKIE_SECURE = OSCAR_RECENTLY_VIEWED_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = None
SECURE_REFERRER_POLICY = "same-origin"
OSCAR_URL_SCHEMA = "https"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "django.template.context_processors.media",
                "django.template.context_processors.static",
                "oscar.apps.search.context_processors.search_form",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.apps.communication.notifications.context_processors.notifications",
                "oscar.core.context_processors.metadata",
            ]
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SHOP_FOLDER.database,
        # Pages shall not take the write lock: each view that writes opens its own transaction.
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = SHOP_FOLDER.media

# The catalogue and search views of storefront/catalogue.py need no index.
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"

# A demo shop holds addresses of real customers: nothing is ever mailed.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
OSCAR_SEND_REGISTRATION_EMAIL = False
OSCAR_SAVE_SENT_EMAILS_TO_DB = False
OSCAR_EAGER_ALERTS = False

OSCAR_SHOP_NAME = os.environ.get("WEBUPDATE_SHOP_NAME", "Northwind Traders")
OSCAR_DEFAULT_CURRENCY = "USD"
OSCAR_ALLOW_ANON_CHECKOUT = True
# Customers of the ERP have an account without a password; they could not buy otherwise.
OSCAR_ALLOW_GUEST_CHECKOUT_WITH_ACCOUNT = True
# Several items may show one picture, and one that left may come back: its bytes stay.
OSCAR_DELETE_IMAGE_FILES = False
# A PNG with a transparent ground would get a black one as JPEG.
THUMBNAIL_PRESERVE_FORMAT = True
OSCAR_HIDDEN_FEATURES = ["reviews", "wishlists"]
OSCAR_INITIAL_ORDER_STATUS = OSCAR_INITIAL_LINE_STATUS = "Pending"
OSCAR_ORDER_STATUS_PIPELINE = {
    "Pending": ("Processing", "Cancelled"),
    "Processing": ("Shipped", "Cancelled"),
    "Shipped": (),
    "Cancelled": (),
}
PHONENUMBER_DEFAULT_FORMAT = "INTERNATIONAL"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["webupdate.webshop.erp.body.BodyParser"],
    "EXCEPTION_HANDLER": "webupdate.webshop.erp.errors.handle",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"log": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["log"], "level": "WARNING"},
    # Without this Django mails its errors to the administrators.
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
