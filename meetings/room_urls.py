"""URLs of a meeting beside its letter: agenda, answers, the list at the door, minutes, resolutions, papers."""

from django.urls import path

from kpiportal.throttle import guarded
from meetings import change_views, doors, paper_views
from meetings.agenda import views as agenda
from meetings.attendance import views as attendance
from meetings.minutes import views as minutes
from meetings.replies import views as replies
from meetings.resolutions import views as resolutions

urlpatterns = [
    path("<int:pk>/postpone/", change_views.meeting_postpone, name="meeting_postpone"),
    path("<int:pk>/enclose/", change_views.papers_enclose, name="papers_enclose"),
    path("<int:pk>/cancel-letter/", change_views.cancel_letter, name="cancel_letter"),
    path("<int:pk>/agenda/", agenda.agenda, name="agenda"),
    path("<int:pk>/agenda/fill/", agenda.agenda_fill, name="agenda_fill"),
    path("agenda/<int:pk>/", agenda.item_edit, name="item_edit"),
    path("agenda/<int:pk>/move/", agenda.item_move, name="item_move"),
    path("agenda/<int:pk>/remove/", agenda.item_remove, name="item_remove"),
    path("agenda/<int:pk>/file/", agenda.item_file, name="item_file"),
    path("<int:pk>/papers/<slug:kind>/", paper_views.paper, name="paper"),
    path("<int:pk>/slips/", paper_views.slips_order, name="slips_order"),
    path("<int:pk>/replies/", replies.reply_board, name="reply_board"),
    path("replies/<int:pk>/", replies.reply_own, name="reply_own"),
    path("reply/<str:token>/", guarded(doors.REPLY, replies.reply), name="reply"),
    path("<int:pk>/attendance/", attendance.attendance, name="attendance"),
    path("seats/<int:pk>/", attendance.seat_mark, name="seat_mark"),
    path("here/<str:token>/", guarded(doors.CHECK_IN, attendance.check_in), name="check_in"),
    path("<int:pk>/hold/", minutes.meeting_hold, name="meeting_hold"),
    path("<int:pk>/minutes/", minutes.minutes, name="minutes"),
    path("<int:pk>/minutes/news/", minutes.minutes_news, name="minutes_news"),
    path("<int:pk>/minutes/keep/", minutes.minutes_keep, name="minutes_keep"),
    path("<int:pk>/minutes/parts/", minutes.part_add, name="part_add"),
    path("<int:pk>/minutes/correct/", minutes.minutes_correct, name="minutes_correct"),
    path("<int:pk>/minutes/resolutions/", minutes.resolution_add, name="resolution_add"),
    path("<int:pk>/minutes/<slug:slug>/", minutes.minutes_move, name="minutes_move"),
    path("resolutions/", resolutions.resolution_list, name="resolution_list"),
    path("resolutions/<int:pk>/", resolutions.resolution, name="resolution"),
    path("resolutions/<int:pk>/<slug:slug>/", resolutions.resolution_move, name="resolution_move"),
]
