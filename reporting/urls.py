from django.urls import include, path

from reporting import card_views, evidence_views, grid_views, reminder_views, views

app_name = "reporting"
urlpatterns = [
    path("", include("reporting.sar.urls")),
    path("", views.round_list, name="round_list"),
    path("rounds/<int:pk>/", views.round_summary, name="round_summary"),
    path("rounds/<int:pk>/summary.pdf", views.round_summary_pdf, name="round_summary_pdf"),
    path("rounds/<int:pk>/move/<slug:verb>/", views.round_move, name="round_move"),
    path("rounds/<int:pk>/control/", views.round_control, name="round_control"),
    path("rounds/<int:pk>/extend/", views.round_extend, name="round_extend"),
    path("rounds/<int:pk>/reminders/", reminder_views.round_reminders, name="round_reminders"),
    path("rounds/<int:pk>/reminders/try/", reminder_views.round_reminder_try, name="round_reminder_try"),
    path("rounds/<int:pk>/chase/", reminder_views.round_chase, name="round_chase"),
    path("rounds/<int:pk>/evidence.zip", views.round_evidence_zip, name="round_evidence_zip"),
    path("agreements/<int:pk>/", grid_views.agreement_grid, name="agreement_grid"),
    path("agreements/<int:pk>/accept/", grid_views.cards_accept, name="cards_accept"),
    path("cards/<int:pk>/", card_views.report_detail, name="report_detail"),
    path("cards/<int:pk>/save/", card_views.report_save, name="report_save"),
    path("cards/<int:pk>/autosave/", card_views.report_autosave, name="report_autosave"),
    path("cards/<int:pk>/news/", card_views.report_news, name="report_news"),
    path("cards/<int:pk>/score/", card_views.report_score, name="report_score"),
    path("cards/<int:pk>/send/", card_views.report_send, name="report_send"),
    path("cards/<int:pk>/move/<slug:verb>/", card_views.report_move, name="report_move"),
    path("cards/<int:pk>/part/", card_views.report_contribute, name="report_contribute"),
    path("cards/<int:pk>/evidence/", evidence_views.evidence_attach, name="evidence_attach"),
    path("cards/<int:pk>/evidence/reuse/", evidence_views.evidence_reuse, name="evidence_reuse"),
    path("cards/<int:pk>/evidence/link/", evidence_views.evidence_link, name="evidence_link"),
    path("evidence/<int:pk>/", evidence_views.evidence_download, name="evidence_download"),
    path("evidence/<int:pk>/remove/", evidence_views.evidence_remove, name="evidence_remove"),
    path("", include("reporting.evaluation.urls")),
    path("", include("reporting.looking.urls")),
]
