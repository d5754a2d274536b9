"""URLs of the library; they belong to the namespace `agreements`."""

from django.urls import path

from agreements.library import views

urlpatterns = [
    path("library/", views.library_list, name="library_list"),
    path("library/new/", views.library_edit, name="library_new"),
    path("library/<int:pk>/", views.library_edit, name="library_edit"),
    path("frameworks/<int:pk>/compulsory/", views.compulsory_list, name="compulsory_list"),
    path("compulsory/<int:pk>/remove/", views.compulsory_remove, name="compulsory_remove"),
    path("<int:pk>/take/", views.form_take, name="form_take"),
]
