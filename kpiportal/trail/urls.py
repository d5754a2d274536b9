from django.urls import path, re_path

from kpiportal.trail import views

app_name = "trail"
urlpatterns = [
    path("", views.event_list, name="event_list"),
    re_path(r"^export\.(?P<form>xlsx|csv)$", views.event_export, name="event_export"),
    path("sign-ins/", views.signin_list, name="signin_list"),
    path("<str:kind>/<int:pk>/", views.subject, name="subject"),
]
