"""Server mode: your own PostgreSQL and Redis, HTTPS in front. Everything comes from the environment."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import MIDDLEWARE, env

_missing = [name for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL") if not env(name, default="")]
if _missing:
    raise ImproperlyConfigured(f"โหมดเซิร์ฟเวอร์ยังไม่ได้ตั้งค่า {', '.join(_missing)} (ตัวอย่างอยู่ใน .env.example)")

SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
if env.bool("KPI_BEHIND_PROXY", default=False):
    # The middleware takes the header away from everyone but the proxy, before Django looks at it.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    KPI_TRUSTED_PROXIES = env.list("KPI_TRUSTED_PROXIES", default=[])
    MIDDLEWARE = ["kpiportal.middleware.forwarded", *MIDDLEWARE]
