from django.urls import path

from kpiportal.inbox import views

app_name = "inbox"
urlpatterns = [
    path("", views.message_list, name="message_list"),
    path("read-all/", views.message_read_all, name="message_read_all"),
    path("<int:pk>/", views.message, name="message"),
]
