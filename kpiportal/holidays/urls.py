from django.urls import path

from kpiportal.holidays import views

app_name = "holidays"
urlpatterns = [
    path("", views.holiday_list, name="holiday_list"),
    path("<int:year>/take-over/", views.take_over, name="take_over"),
    path("<int:year>/add/", views.day_add, name="day_add"),
    path("days/<int:pk>/remove/", views.day_remove, name="day_remove"),
]
