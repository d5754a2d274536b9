from django.urls import path

from kpiportal.onboarding import duty_views, join_views, sheet_views, views

app_name = "people"
urlpatterns = [
    path("", views.people_list, name="people_list"),
    path("invitations/", views.invitation_list, name="invitation_list"),
    path("invitations/new/", views.invitation_new, name="invitation_new"),
    path("invitations/<int:pk>/resend/", views.invitation_resend, name="invitation_resend"),
    path("invitations/<int:pk>/revoke/", views.invitation_revoke, name="invitation_revoke"),
    path("join/", join_views.join, name="join"),
    path("join/account/", join_views.join_account, name="join_account"),
    path("duties/new/", duty_views.duty_new, name="duty_new"),
    path("duties/<int:pk>/", duty_views.duty_detail, name="duty_detail"),
    path("duties/<int:pk>/end/", duty_views.duty_end, name="duty_end"),
    path("sheet/", sheet_views.sheet_upload, name="sheet_upload"),
    path("sheet/template/", sheet_views.sheet_template, name="sheet_template"),
    path("sheet/apply/", sheet_views.sheet_apply, name="sheet_apply"),
]
