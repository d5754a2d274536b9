from django.urls import path

from kpiportal.machine import views

app_name = "machine"
urlpatterns = [
    path("", views.status, name="status"),
    path("mail/", views.mail_list, name="mail_list"),
    path("mail/send-again/", views.mail_send_all_again, name="mail_send_all_again"),
    path("mail/<int:pk>/send-again/", views.mail_send_again, name="mail_send_again"),
]
