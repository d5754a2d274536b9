"""URLs of the province's report; they belong to the namespace `reporting`."""

from django.urls import path

from reporting.sar import chapter_views, copy_views, views

urlpatterns = [
    path("rounds/<int:pk>/sar/", views.sar_of_round, name="sar_of_round"),
    path("sar/proof/<str:code>/", views.sar_proof, name="sar_proof"),
    path("sar/<int:pk>/", views.sar_detail, name="sar_detail"),
    path("sar/<int:pk>/move/<slug:verb>/", views.sar_move, name="sar_move"),
    path("sar/<int:pk>/sign-on-paper/", views.sar_sign_on_paper, name="sar_sign_on_paper"),
    path("sar/<int:pk>/signed-copy/", views.sar_signed_copy, name="sar_signed_copy"),
    path("sar/<int:pk>/sar.pdf", views.sar_file, name="sar_file"),
    path("sar/<int:pk>/documents/<slug:kind>/", views.sar_document, name="sar_document"),
    path("sar/<int:pk>/annex/", views.sar_annex, name="sar_annex"),
    path("sar/<int:pk>/letter/", views.sar_letter, name="sar_letter"),
    path("sar/<int:pk>/chapters/", chapter_views.sar_chapters, name="sar_chapters"),
    path("sar/<int:pk>/chapters/autosave/", chapter_views.sar_autosave, name="sar_autosave"),
    path("sar/<int:pk>/chapters/news/", chapter_views.sar_news, name="sar_news"),
    path("sar/<int:pk>/chapters/<slug:kind>/redraft/", chapter_views.sar_redraft, name="sar_redraft"),
    path("sar/<int:pk>/copy/", copy_views.sar_copy, name="sar_copy"),
    path("sar/<int:pk>/copy/tick/", copy_views.sar_tick, name="sar_tick"),
]
