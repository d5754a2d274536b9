"""URLs of the evaluation; they belong to the namespace `reporting`."""

from django.urls import path

from reporting.evaluation import appeal_views, views

urlpatterns = [
    path("rounds/<int:pk>/evaluation/", views.evaluation_begin, name="evaluation_begin"),
    path("evaluations/<int:pk>/", views.evaluation, name="evaluation"),
    path("evaluations/<int:pk>/news/", views.evaluation_news, name="evaluation_news"),
    path("evaluations/<int:pk>/accept-rest/", views.lines_accept, name="lines_accept"),
    path("evaluations/<int:pk>/move/<slug:verb>/", views.evaluation_move, name="evaluation_move"),
    path("evaluations/<int:pk>/visits/", views.visit_note, name="visit_note"),
    path("evaluations/<int:pk>/result.pdf", views.result_pdf, name="result_pdf"),
    path("evaluations/<int:pk>/appeal/", appeal_views.appeal, name="appeal"),
    path("evaluation-lines/<int:pk>/", views.line_mark, name="line_mark"),
    path("evaluation-lines/<int:pk>/dispute/", appeal_views.dispute, name="dispute"),
    path("evaluation-lines/<int:pk>/dispute/keep/", appeal_views.dispute_keep, name="dispute_keep"),
    path("evaluation-lines/<int:pk>/dispute/news/", appeal_views.dispute_news, name="dispute_news"),
    path("appeal-items/<int:pk>/remove/", appeal_views.dispute_remove, name="dispute_remove"),
    path("appeal-items/<int:pk>/decide/", appeal_views.item_decide, name="item_decide"),
    path("appeal-files/<int:pk>/", appeal_views.appeal_file, name="appeal_file"),
    path("visits/<int:pk>/file/", views.visit_file, name="visit_file"),
    path("frameworks/<int:pk>/evaluation/", views.policy_edit, name="evaluation_policy"),
]
