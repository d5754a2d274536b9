"""The portal's own addresses, the floor and the peer."""

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from agreements.models import Cell
from benchmarks.peer import site
from kpiportal.models import User
from kpiportal.urls import handler400, handler403, handler404, handler429, handler500

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]


def floor(request: HttpRequest) -> HttpResponse:
    """F0: the whole middleware, the session and the person, and one word. No page of the portal can cost less."""
    return HttpResponse(f"สวัสดี {request.user.full_name}")


def plain(request: HttpRequest) -> HttpResponse:
    """The same word by Django as it comes (benchmarks/wsgi.py): session, and the person as any project reads it."""
    return HttpResponse(f"สวัสดี {User.objects.get(pk=request.session[SESSION_KEY]).full_name}")


def cell(request: HttpRequest, pk: int) -> JsonResponse:
    """[whole part of the party's target, version] of one line: what an editor of benchmarks/editors.py reads."""
    found = Cell.objects.get(line=pk, side="party", name="target")
    return JsonResponse([int(found.value or 0), found.version], safe=False)


urlpatterns = [
    path("benchmarks/cell/<int:pk>/", cell),
    path("benchmarks/floor/", floor),
    path("benchmarks/django/", plain),
    path("benchmarks/admin/", site.urls),
    path("", include("kpiportal.urls")),
]
