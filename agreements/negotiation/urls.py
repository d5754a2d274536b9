"""URLs of the table; they belong to the namespace `agreements`."""

from django.urls import path

from agreements.negotiation import sitting_views, views

urlpatterns = [
    path("<int:pk>/table/", views.table, name="table"),
    path("<int:pk>/table/changes/", views.table_changes, name="table_changes"),
    path("<int:pk>/table/agree/", views.table_agree, name="table_agree"),
    path("<int:pk>/table/take-back/", views.table_take_back, name="table_take_back"),
    path("<int:pk>/table/accept-rest/", views.table_accept_rest, name="table_accept_rest"),
    path("<int:pk>/table/add/", views.line_add, name="line_add"),
    path("<int:pk>/table/sittings/", sitting_views.sitting_list, name="sitting_list"),
    path("table/sittings/<int:pk>/", sitting_views.sitting, name="sitting"),
    path("table/sittings/<int:pk>/close/", sitting_views.sitting_close, name="sitting_close"),
    path("table/sittings/<int:pk>/minutes.pdf", sitting_views.minutes_pdf, name="sitting_minutes"),
    path("table/sittings/<int:pk>/minutes.docx", sitting_views.minutes_docx, name="sitting_minutes_docx"),
    path("table/lines/<int:pk>/", views.line, name="line"),
    path("table/lines/<int:pk>/show/", views.line_show, name="line_show"),
    path("table/lines/<int:pk>/offer/", views.line_offer, name="line_offer"),
    path("table/lines/<int:pk>/accept/", views.line_accept, name="line_accept"),
    path("table/lines/<int:pk>/keep/", views.line_keep, name="line_keep"),
    path("table/lines/<int:pk>/park/", views.line_park, name="line_park"),
    path("table/lines/<int:pk>/unpark/", views.line_unpark, name="line_unpark"),
    path("table/lines/<int:pk>/remark/", views.line_remark, name="line_remark"),
]
