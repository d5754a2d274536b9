"""URLs of looking; they belong to the namespace `reporting`."""

from django.urls import path

from reporting.looking import views

urlpatterns = [
    path("overview/", views.overview_page, name="overview"),
    path("overview/table.xlsx", views.overview_export, name="overview_export"),
    path("agreements/<int:pk>/dashboard/", views.dashboard, name="dashboard"),
    path("agreements/<int:pk>/what-if/", views.what_if, name="what_if"),
]
