"""Settings shared by every run mode. The environment is read here, once, and nowhere else."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env", overwrite=False)

VAR_DIR = Path(env("KPI_VAR_DIR", default=str(BASE_DIR / "var")))
SECRET_KEY = env("SECRET_KEY", default="")
# Earlier keys: what was encrypted or signed under them can still be read after the key was changed.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
BASE_URL = env("KPI_BASE_URL", default="http://localhost:8000").rstrip("/")
# The demo plays in October 2558 on a shifted clock (kpiportal/clock.py); a system check forbids it elsewhere.
DEMO = env.bool("KPI_DEMO", default=False)

INSTALLED_APPS = [
    "kpiportal",
    "agreements",
    "reporting",
    "meetings",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # FORM_RENDERER below looks for widget templates among the installed apps
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "template_partials",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
]

MIDDLEWARE = [
    # First, so that no answer is made outside of them: not static files, not a refused host, not a redirect to HTTPS.
    "kpiportal.http.AnswerHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kpiportal.http.PlainWords",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "kpiportal.uploadhandler.WholeRequestLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kpiportal.sessions.SessionLimits",
    "kpiportal.hats.HatOn",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kpiportal.second_factor.SecondFactorFirst",
    "kpiportal.view_as.ViewAs",
    "kpiportal.http.RefusalMiddleware",
    "kpiportal.step_up_page.StepUp",
    "kpiportal.middleware.origin",
    "kpiportal.access.logged",
    "kpiportal.security_log.noted",
    "pghistory.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "kpiportal.urls"
WSGI_APPLICATION = "kpiportal.wsgi.application"

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
                "kpiportal.context.face",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default="postgres://postgres@127.0.0.1:5432/kpi")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")

# --- people -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "kpiportal.User"
AUTHENTICATION_BACKENDS = ["kpiportal.accounts.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "kpiportal.accounts.ClosedSignupAdapter"
ACCOUNT_FORMS = {
    "login": "kpiportal.sign_in.SignInForm",
    "reauthenticate": "kpiportal.sign_in.AgainForm",
    "change_password": "kpiportal.sign_in.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# kpiportal/throttle.py counts instead: allauth's limits lock a person out everywhere and end with the cache.
ACCOUNT_RATE_LIMITS = False
KPI_THROTTLE = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
PASSWORD_RESET_TIMEOUT = 3600
# The second factor. These duties must have one (kpiportal/second_factor.py); anybody may. The demo asks nobody, so that
# the accounts it prints work; KPI_REQUIRE_SECOND_FACTOR=1 asks there too.
KPI_REQUIRE_SECOND_FACTOR = env.bool("KPI_REQUIRE_SECOND_FACTOR", default=not DEMO)
KPI_SECOND_FACTOR_ROLES = env.list(
    "KPI_SECOND_FACTOR_ROLES",
    default=["negotiator", "evaluator", "director", "coordinator", "office_head", "operator"],
)
# Binding actions (kpiportal/step_up.py) ask for a proof of identity unless one was given within these seconds.
KPI_STEP_UP_SECONDS = max(1, env.int("KPI_STEP_UP_MINUTES", default=10)) * 60
ACCOUNT_REAUTHENTICATION_TIMEOUT = KPI_STEP_UP_SECONDS
MFA_ADAPTER = "kpiportal.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = False  # as ACCOUNT_RATE_LIMITS
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_FORMS = {
    "authenticate": "kpiportal.second_factor_forms.CodeForm",
    "reauthenticate": "kpiportal.second_factor_forms.CodeAgainForm",
    "activate_totp": "kpiportal.second_factor_forms.FirstCodeForm",
    "add_webauthn": "kpiportal.passkeys.NewPasskeyForm",
    "authenticate_webauthn": "kpiportal.passkeys.PasskeyForm",
    "login_webauthn": "kpiportal.passkeys.PasskeySignInForm",
    "reauthenticate_webauthn": "kpiportal.passkeys.PasskeyAgainForm",
}
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are given to an address, nobody signs up with one
# Another system's sign-in by OpenID Connect (kpiportal/single_sign_on.py). Off while there is no issuer.
KPI_SSO_ISSUER = env("KPI_SSO_ISSUER", default="")
KPI_SSO_NAME = env("KPI_SSO_NAME", default="บัญชีหน่วยงาน")
KPI_SSO_CLIENT_ID = env("KPI_SSO_CLIENT_ID", default="")
KPI_SSO_CLIENT_SECRET = env("KPI_SSO_CLIENT_SECRET", default="")
KPI_SSO_SCOPES = env.list("KPI_SSO_SCOPES", default=["openid", "email"])
# The provider's words for "a second factor was shown there": then none is asked for here.
KPI_SSO_STRONG_ACR = env.list("KPI_SSO_STRONG_ACR", default=[])
KPI_SSO_STRONG_AMR = env.list("KPI_SSO_STRONG_AMR", default=[])
SOCIALACCOUNT_ADAPTER = "kpiportal.single_sign_on.LinkedAccountsOnly"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
PASSWORD_HASHERS = ["kpiportal.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "kpiportal.passwords.NotLikeThePerson"},
    {"NAME": "kpiportal.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "kpiportal.passwords.NotCommon"},
    {"NAME": "kpiportal.passwords.NotGuessableHere"},
]
# Read from the cache, kept in the database: a lost cache signs nobody out, a deleted row does (after one read).
SESSION_ENGINE = "kpiportal.session_store"
SESSION_COOKIE_AGE = 8 * 3600
# However busy, a sign-in ends after the first; left alone, after the second (kpiportal/sessions.py).
KPI_SESSION_MAX_SECONDS = SESSION_COOKIE_AGE
KPI_SESSION_IDLE_SECONDS = env.int("KPI_SESSION_IDLE_MINUTES", default=30) * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
# "บันทึกแล้ว" waits in the session, not in a cookie of its own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "kpiportal.http.csrf_failure"

# --- language and time: Thai literals in the code, พ.ศ. only at the edge --------------------------
LANGUAGE_CODE = "th"
LANGUAGES = [("th", "ไทย")]
LOCALE_PATHS = [BASE_DIR / "kpiportal" / "locale"]
TIME_ZONE = "Asia/Bangkok"
USE_I18N = True
USE_TZ = True

# --- files ------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False  # the portal's own pages alone use its styles and fonts
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kpiportal.staticnames.RememberedNames"},
}
KPI_FILES_DIR = Path(env("KPI_FILES_DIR", default=str(VAR_DIR / "files")))
# A PKCS #12 file signs issued letters (PAdES, kpiportal/letters/signature.py); empty: they are not signed.
KPI_SIGNING_KEY = env.str("KPI_SIGNING_KEY", default="")
KPI_SIGNING_PASSWORD = env.str("KPI_SIGNING_PASSWORD", default="")
KPI_UPLOAD_MAX_BYTES = env.int("KPI_UPLOAD_MAX_BYTES", default=25 * 2**20)
KPI_UPLOAD_TOTAL_MAX_BYTES = env.int("KPI_UPLOAD_TOTAL_MAX_BYTES", default=200 * 2**20)
# All files of one report card together.
KPI_CARD_MAX_BYTES = env.int("KPI_CARD_MAX_BYTES", default=200 * 2**20)
KPI_SENDFILE_PREFIX = env("KPI_SENDFILE_PREFIX", default="")
FILE_UPLOAD_HANDLERS = [
    "kpiportal.uploadhandler.SizeLimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

# --- background and mail ----------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Default sweeps redeliver a killed worker's task only after ~100 s; these make it ~30 s (STACK.md 3.4).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 30,
    "unacked_restore_throttle": 1,
    # Redis away costs the request that wakes a worker one attempt; by default it tries for six seconds, for each mail.
    "max_retries": 0,
    "socket_connect_timeout": 2,
}
CACHES = {
    "default": {
        "BACKEND": "kpiportal.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
vars().update(env.email("EMAIL_URL", default="filemail://"))
if not env("EMAIL_URL", default=""):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="ระบบคำรับรองการปฏิบัติราชการ <portal@localhost>")

# Hours of working days in which people are reminded: nobody's telephone rings outside of them (reminding/hours.py).
KPI_REMINDER_HOURS = env("KPI_REMINDER_HOURS", default="7-18")
# The relay's own log, where it can be read here: asked before a mail whose answer was lost is sent again.
KPI_RELAY_LOG = env("KPI_RELAY_LOG", default="")
# Reminders by LINE (Messaging API), by SMS (dotted name of an adapter, kpiportal/channels/sms.py). Off while empty.
KPI_LINE_TOKEN = env("KPI_LINE_TOKEN", default="")
KPI_LINE_SECRET = env("KPI_LINE_SECRET", default="")
KPI_LINE_NAME = env("KPI_LINE_NAME", default="")
KPI_LINE_API = env("KPI_LINE_API", default="https://api.line.me").rstrip("/")
KPI_SMS_ADAPTER = env("KPI_SMS_ADAPTER", default="")
# Whether the portal may call systems inside its own network (and without TLS): for an office that has its own there.
KPI_OUTWARD_PRIVATE = env.bool("KPI_OUTWARD_PRIVATE", default=False)
# Where mail that came back is read: maildir:///path or imaps://user:password@host/INBOX (channels/bounces.py).
KPI_BOUNCES = env("KPI_BOUNCES", default="")

# Who opened what is kept this many days; 90 is the law's least (kpiportal/access.py).
KPI_ACCESS_LOG_DAYS = env.int("KPI_ACCESS_LOG_DAYS", default=400)
# The database role the portal runs as, when another one owns the tables: `migrate`, run by the owner, gives it its
# rights (kpiportal/database_rights.py).
KPI_APP_ROLE = env("KPI_APP_ROLE", default="")
# Where the head of the trail's chain goes every morning: a file on another machine, people (kpiportal/seal_keeping.py).
KPI_AUDIT_HEAD_FILE = env("KPI_AUDIT_HEAD_FILE", default="")
KPI_AUDIT_HEAD_MAIL = env.list("KPI_AUDIT_HEAD_MAIL", default=[])

# --- the browser's rules: nothing inline, nothing from elsewhere --------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],  # as default-src says already; named, because a later default must not open it
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "kpiportal.loglines.OneLine", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # One line per style sheet and per glyph table is no news.
    "loggers": {"weasyprint": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}},
}
