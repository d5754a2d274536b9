"""Long work of one's own: where it stands, what came of it, what could not be done."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kpiportal import files, jobs
from kpiportal.http import page_or_fragment
from kpiportal.models import Job

PER_PAGE = 25


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    found = Job.objects.visible_to(request.user).defer("work")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/job_list.html", {"page": page})


@require_safe
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page asks for its own middle every two seconds while there is something to wait for."""
    job = get_object_or_404(Job.objects.visible_to(request.user).defer("work"), pk=pk)
    context = {"job": job, "did": job.done - len(job.findings), "progress": jobs.progress_of(job)}
    return page_or_fragment(request, "people/job_detail.html", "progress", context)


@require_safe
def job_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = Job.objects.visible_to(request.user).filter(file__isnull=False).select_related("file")
    job = get_object_or_404(found, pk=pk)
    return files.serve(job.file, request)
