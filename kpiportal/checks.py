"""System checks of the kernel; run by every management command and by the deployment check."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from kpiportal import clock
from kpiportal.models import Role
from kpiportal.reminding import hours


@register
def clock_shifts_only_in_the_demo(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """A shifted clock moves every deadline and every date on paper; only the demo may have one."""
    if not clock.shift() or getattr(settings, "DEMO", False):
        return []
    return [
        Error(
            f"{clock.VARIABLE} shifts the clock by {clock.shift()}, but this is not the demo.",
            hint=f"Remove {clock.VARIABLE} from the environment, or set KPI_DEMO=1 on a demo machine.",
            id="kpiportal.E001",
        )
    ]


@register
def roles_with_a_second_factor_exist(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """A misspelt role would ask nobody, in silence."""
    unknown = sorted(set(settings.KPI_SECOND_FACTOR_ROLES) - set(Role.values))
    if not unknown:
        return []
    hint = f"Known roles: {', '.join(Role.values)}."
    return [Error(f"KPI_SECOND_FACTOR_ROLES names no role: {', '.join(unknown)}.", hint=hint, id="kpiportal.E002")]


@register
def single_sign_on_is_whole(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """An issuer alone would draw a button that leads nowhere; without TLS anybody on the way could sign people in."""
    issuer = urlsplit(settings.KPI_SSO_ISSUER)
    if not issuer.netloc:
        return []
    lacking = [name for name in ("KPI_SSO_CLIENT_ID", "KPI_SSO_CLIENT_SECRET") if not getattr(settings, name)]
    found: list[CheckMessage] = []
    if lacking:
        found.append(Error(f"KPI_SSO_ISSUER is set, but not {', '.join(lacking)}.", id="kpiportal.E003"))
    if issuer.scheme != "https" and issuer.hostname not in ("127.0.0.1", "localhost"):
        found.append(Error("KPI_SSO_ISSUER does not begin with https://.", id="kpiportal.E004"))
    return found


@register(deploy=True)
def a_second_factor_is_asked_for(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Off in the demo on purpose; `check --deploy` says so, and says so louder anywhere else."""
    if settings.KPI_REQUIRE_SECOND_FACTOR and settings.KPI_SECOND_FACTOR_ROLES:
        return []
    where = "This demo" if settings.DEMO else "This portal"
    hint = "Set KPI_REQUIRE_SECOND_FACTOR=1."
    return [Warning(f"{where} asks nobody for a second factor.", hint=hint, id="kpiportal.W001")]


@register
def reminders_have_hours(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Hours nobody can read would remind nobody, in silence."""
    try:
        hours.hours()
    except ValueError as error:
        hint = "Two whole hours of one day, as in 7-18."
        return [Error(f"KPI_REMINDER_HOURS names no hours: {error}.", hint=hint, id="kpiportal.E005")]
    return []
