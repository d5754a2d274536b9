"""URLs of the requests; they belong to the namespace `agreements`."""

from django.urls import path

from agreements.amendments import views

urlpatterns = [
    path("<int:pk>/amendments/", views.amendment_list, name="amendment_list"),
    path("amendments/<int:pk>/", views.amendment_detail, name="amendment_detail"),
    path("amendments/<int:pk>/save/", views.amendment_save, name="amendment_save"),
    path("amendments/<int:pk>/move/<slug:verb>/", views.amendment_move, name="amendment_move"),
    path("amendments/<int:pk>/decide/", views.amendment_decide, name="amendment_decide"),
    path("amendments/<int:pk>/papers/", views.amendment_attach, {"kind": "evidence"}, name="amendment_attach"),
    path(
        "amendments/<int:pk>/papers/signed/",
        views.amendment_attach,
        {"kind": "signed"},
        name="amendment_attach_signed",
    ),
    path("amendments/<int:pk>/signed/", views.amendment_scan, name="amendment_scan"),
    path("amendments/<int:pk>/annex.pdf", views.amendment_annex, name="amendment_annex"),
    path("amendments/files/<int:pk>/", views.amendment_file, name="amendment_file"),
    path("amendments/files/<int:pk>/remove/", views.amendment_file_remove, name="amendment_file_remove"),
    path("versions/<int:pk>/", views.version_detail, name="version_detail"),
]
