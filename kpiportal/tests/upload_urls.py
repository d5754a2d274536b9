"""The portal's own URLs and one more door that only takes uploads, for tests over real HTTP."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from kpiportal import files, urls
from kpiportal.uploads import UploadRefused, inspect

handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler500, handler429 = urls.handler500, urls.handler429


@login_not_required
def take(request: HttpRequest) -> HttpResponse:
    """What a view does with an upload: every field is there, a refused file is a sentence and a status."""
    typed = {"before": request.POST.get("before"), "after": request.POST.get("after")}
    try:
        accepted = inspect(request.FILES["file"])
    except UploadRefused as refused:
        too_large = files.refused_as_too_large(request)
        return JsonResponse({"refused": refused.sentence, "too_large": too_large, **typed}, status=refused.status)
    return JsonResponse({"size": accepted.size, "name": accepted.name, **typed})


urlpatterns = [*urls.urlpatterns, path("take/", take, name="take")]
