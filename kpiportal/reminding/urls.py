from django.urls import path

from kpiportal.reminding import own_views

app_name = "reminding"
urlpatterns = [
    path("choices/", own_views.choice_list, name="choice_list"),
    path("stop/<str:token>/", own_views.stop, name="stop"),
    path("line/", own_views.line_event, name="line_event"),
    path("line/code/", own_views.line_code, name="line_code"),
    path("line/leave/", own_views.line_leave, name="line_leave"),
]
