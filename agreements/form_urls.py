"""The addresses of forms and of frameworks in the making; part of agreements/urls.py."""

from django.urls import path

from agreements import (
    copy_views,
    enclosure_views,
    form_views,
    framework_views,
    renumber_views,
    round_views,
    workbook_views,
)
from agreements.signing import host_views

urlpatterns = [
    path("<int:pk>/form/", form_views.form_sheet_page, name="form_sheet"),
    path("<int:pk>/form/add/", form_views.indicator_add, name="indicator_add"),
    path("<int:pk>/form/renumber/", renumber_views.form_renumber, name="form_renumber"),
    path("indicators/<int:pk>/edit/", form_views.indicator_edit, name="indicator_edit"),
    path("indicators/<int:pk>/try/", form_views.criteria_try, name="criteria_try"),
    path("indicators/<int:pk>/place/", form_views.indicator_place, name="indicator_place"),
    path("indicators/<int:pk>/remove/", form_views.indicator_remove, name="indicator_remove"),
    path("indicators/<int:pk>/hosts/", host_views.indicator_hosts, name="indicator_hosts"),
    path("indicators/<int:pk>/rounds/", round_views.indicator_rounds, name="indicator_rounds"),
    path("<int:pk>/copy/", copy_views.form_copy, name="form_copy"),
    path("<int:pk>/workbook/", workbook_views.workbook_upload, name="workbook_upload"),
    path("<int:pk>/workbook/file/", workbook_views.workbook_download, name="workbook_download"),
    path("<int:pk>/workbook/apply/", workbook_views.workbook_apply, name="workbook_apply"),
    path("<int:pk>/enclosures/", enclosure_views.enclosure_list, name="enclosure_list"),
    path("enclosures/<int:pk>/", enclosure_views.enclosure_download, name="enclosure_download"),
    path("enclosures/<int:pk>/remove/", enclosure_views.enclosure_remove, name="enclosure_remove"),
    path("frameworks/new/", framework_views.framework_new, name="framework_new"),
    path("frameworks/<int:pk>/edit/", framework_views.framework_edit, name="framework_edit"),
    path("frameworks/<int:pk>/move/<slug:verb>/", framework_views.framework_move, name="framework_move"),
    path("frameworks/<int:pk>/calendar/", framework_views.framework_calendar, name="framework_calendar"),
    path("frameworks/<int:pk>/open/<int:owner>/", framework_views.agreement_open, name="agreement_open"),
]
