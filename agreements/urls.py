from django.urls import include, path

from agreements import framework_views, views

app_name = "agreements"
urlpatterns = [
    path("", views.agreement_list, name="agreement_list"),
    path("<int:pk>/", views.agreement_detail, name="agreement_detail"),
    path("<int:pk>/move/<slug:verb>/", views.agreement_move, name="agreement_move"),
    path("", include("agreements.negotiation.urls")),
    path("", include("agreements.signing.urls")),
    path("", include("agreements.form_urls")),
    path("", include("agreements.amendments.urls")),
    path("", include("agreements.library.urls")),
    path("", include("agreements.calendar.urls")),
    path("indicators/<int:pk>/", views.indicator_detail, name="indicator_detail"),
    path("frameworks/", framework_views.framework_list, name="framework_list"),
    path("frameworks/<int:pk>/", framework_views.framework_detail, name="framework_detail"),
]
