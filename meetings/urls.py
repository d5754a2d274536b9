from django.urls import path

from meetings import letter_urls, letter_views, room_urls, views

app_name = "meetings"
urlpatterns = [
    *room_urls.urlpatterns,
    *letter_urls.urlpatterns,
    path("", views.meeting_list, name="meeting_list"),
    path("new/", views.meeting_new, name="meeting_new"),
    path("<int:pk>/", views.meeting_detail, name="meeting_detail"),
    path("<int:pk>/edit/", views.meeting_edit, name="meeting_edit"),
    path("<int:pk>/cancel/", views.meeting_cancel, name="meeting_cancel"),
    path("<int:pk>/letter/", views.letter_new, name="letter_new"),
    path("letters/", letter_views.letter_register, name="letter_register"),
    path("letters/registers/<int:office>/", letter_views.series_open, name="series_open"),
    path("letters/<int:pk>/", letter_views.letter_detail, name="letter_detail"),
    path("letters/<int:pk>/edit/", letter_views.letter_edit, name="letter_edit"),
    path("letters/<int:pk>/preview/", letter_views.letter_preview, name="letter_preview"),
    path("letters/<int:pk>/recipients/", letter_views.letter_recipients, name="letter_recipients"),
    path("letters/<int:pk>/issue/", letter_views.letter_issue, name="letter_issue"),
    path("letters/<int:pk>/cancel/", letter_views.letter_cancel, name="letter_cancel"),
    path("letters/<int:pk>/file/", letter_views.letter_download, name="letter_download"),
]
