"""Doors of the year of agreement-making; they belong to the namespace `agreements`."""

from django.urls import path

from agreements.calendar import views

urlpatterns = [
    path("frameworks/<int:pk>/year/", views.framework_year, name="framework_year"),
    path("frameworks/<int:pk>/year/calendar.pdf", views.calendar_pdf, name="calendar_pdf"),
    path("frameworks/<int:pk>/year/add/", views.calendar_add, name="calendar_add"),
    path("frameworks/<int:pk>/year/usual/", views.calendar_usual, name="calendar_usual"),
    path("frameworks/<int:pk>/year/receivers/", views.receivers_save, name="receivers_save"),
    path("frameworks/<int:pk>/year/circular/", views.circular_draft, name="circular_draft"),
    path("calendar-days/<int:pk>/change/", views.calendar_change, name="calendar_change"),
    path("calendar-days/<int:pk>/remove/", views.calendar_remove, name="calendar_remove"),
]
