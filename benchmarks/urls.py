"""The portal's own addresses, the floor and the peer."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from benchmarks.peer import site
from kpiportal.urls import handler400, handler403, handler404, handler429, handler500

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]


def floor(request: HttpRequest) -> HttpResponse:
    """F0: the whole middleware, the session and the person, and one word. No page of the portal can cost less."""
    return HttpResponse(f"สวัสดี {request.user.full_name}")


urlpatterns = [
    path("benchmarks/floor/", floor),
    path("benchmarks/admin/", site.urls),
    path("", include("kpiportal.urls")),
]
