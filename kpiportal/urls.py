"""All URLs of the portal. Each name needs a row in tests/matrix/, or the suite fails."""

from django.urls import include, path

from kpiportal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz/live", views.healthz_live, name="healthz_live"),
    path("healthz/ready", views.healthz_ready, name="healthz_ready"),
    path("privacy/", views.privacy, name="privacy"),
    path("help/", views.how_to, name="how_to"),
    path("accounts/", include("kpiportal.account_urls")),
    path("people/", include("kpiportal.onboarding.urls")),
    path("holidays/", include("kpiportal.holidays.urls")),
    path("inbox/", include("kpiportal.inbox.urls")),
    path("reminders/", include("kpiportal.reminding.urls")),
    path("machine/", include("kpiportal.machine.urls")),
    path("trail/", include("kpiportal.trail.urls")),
    path("letters/", include("kpiportal.letters.urls")),
    path("agreements/", include("agreements.urls")),
    path("reporting/", include("reporting.urls")),
    path("meetings/", include("meetings.urls")),
]

handler400 = "kpiportal.http.handler400"
handler403 = "kpiportal.http.handler403"
handler404 = "kpiportal.http.handler404"
handler500 = "kpiportal.http.handler500"
handler429 = "kpiportal.http.handler429"
