"""The peer: Django's admin over the very rows of the round summary, as an office's own programmer would set it up.

Same columns as the summary, everything it needs fetched up front, no filters and no search: the admin at its cheapest.
Only the benchmark has it; the portal has no admin.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from reporting.models import Report


class OpenToAll(admin.AdminSite):
    """The portal's users have no staff flag; whoever is signed in may look, on a server that lives for minutes."""

    def has_permission(self, request: HttpRequest) -> bool:
        return True


class ReportAdmin(admin.ModelAdmin):
    list_display = (
        "indicator__number", "indicator__name", "indicator__unit", "indicator__target", "indicator__weight",
        "result", "score", "weighted", "state", "host",
    )  # fmt: skip
    list_select_related = ("indicator", "host")
    list_per_page = 100
    ordering = ("indicator__order",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return super().get_queryset(request).prefetch_related("entries")

    @admin.display(description="ผลการดำเนินงาน")
    def result(self, report: Report) -> Decimal | None:
        return next((entry.value for entry in report.entries.all()), None)

    @admin.display(description="คะแนนถ่วงน้ำหนัก")
    def weighted(self, report: Report) -> Decimal | None:
        return None if report.score is None else round(report.score * report.indicator.weight / 100, 4)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_change_permission = has_delete_permission = has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True


site = OpenToAll()
site.register(Report, ReportAdmin)
