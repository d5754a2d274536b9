"""System checks of the kernel; run by every management command and by the deployment check."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from kpiportal import clock


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
