from django.urls import path

from kpiportal.reminding import own_views, plan_views, text_views

app_name = "reminding"
urlpatterns = [
    path("choices/", own_views.choice_list, name="choice_list"),
    path("plan/", plan_views.plan_list, name="plan_list"),
    path("plan/<str:kind>/<int:year>/<int:months>/<int:party>/", plan_views.plan_edit, name="plan_edit"),
    path("texts/", text_views.text_list, name="text_list"),
    path("texts/<str:name>/<int:year>/", text_views.text_edit, name="text_edit"),
    path("webhook/", text_views.webhook_set, name="webhook_set"),
    path("webhook/remove/", text_views.webhook_remove, name="webhook_remove"),
    path("stop/<str:token>/", own_views.stop, name="stop"),
    path("line/", own_views.line_event, name="line_event"),
    path("line/code/", own_views.line_code, name="line_code"),
    path("line/leave/", own_views.line_leave, name="line_leave"),
]
