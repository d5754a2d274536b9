from django.urls import path

from reporting import card_views, views

app_name = "reporting"
urlpatterns = [
    path("", views.round_list, name="round_list"),
    path("rounds/<int:pk>/", views.round_summary, name="round_summary"),
    path("rounds/<int:pk>/summary.pdf", views.round_summary_pdf, name="round_summary_pdf"),
    path("rounds/<int:pk>/move/<slug:verb>/", views.round_move, name="round_move"),
    path("cards/<int:pk>/", card_views.report_detail, name="report_detail"),
    path("cards/<int:pk>/save/", card_views.report_save, name="report_save"),
    path("cards/<int:pk>/score/", card_views.report_score, name="report_score"),
    path("cards/<int:pk>/send/", card_views.report_send, name="report_send"),
    path("cards/<int:pk>/move/<slug:verb>/", card_views.report_move, name="report_move"),
    path("cards/<int:pk>/evidence/", card_views.evidence_attach, name="evidence_attach"),
    path("evidence/<int:pk>/", card_views.evidence_download, name="evidence_download"),
    path("evidence/<int:pk>/remove/", card_views.evidence_remove, name="evidence_remove"),
]
