"""URLs of the desk of letters; they belong to the namespace `meetings`."""

from django.urls import path

from meetings import letter_desk_views, receiver_views, wording_views

urlpatterns = [
    path("letters/new/", letter_desk_views.letter_start, name="letter_start"),
    path("letters/<int:pk>/picture/", letter_desk_views.letter_picture, name="letter_picture"),
    path("letters/<int:pk>/letter.docx", letter_desk_views.letter_docx, name="letter_docx"),
    path("letters/<int:pk>/move/<str:slug>/", letter_desk_views.letter_move, name="letter_move"),
    path("letters/<int:pk>/references/", letter_desk_views.reference_find, name="reference_find"),
    path("letters/<int:pk>/enclosures/", letter_desk_views.enclosure_add, name="enclosure_add"),
    path("letters/enclosures/<int:pk>/", letter_desk_views.enclosure_file, name="enclosure_file"),
    path("letters/enclosures/<int:pk>/remove/", letter_desk_views.enclosure_remove, name="enclosure_remove"),
    path("letters/<int:pk>/scan/", letter_desk_views.scan_attach, name="scan_attach"),
    path("letters/<int:pk>/receivers/", receiver_views.letter_receivers, name="letter_receivers"),
    path("letters/<int:pk>/greetings/", receiver_views.letter_greetings, name="letter_greetings"),
    path("letters/<int:pk>/print/", receiver_views.letter_print, name="letter_print"),
    path("letters/<int:pk>/copies/", receiver_views.letter_copies, name="letter_copies"),
    path("letters/<int:pk>/labels.pdf", receiver_views.letter_labels, name="letter_labels"),
    path("letters/<int:pk>/parts/<str:part>/", letter_desk_views.letter_part, name="letter_part"),
    path("letters/templates/<int:office>/", wording_views.wording_list, name="wording_list"),
    path("letters/templates/<int:office>/picture/", wording_views.wording_picture, name="wording_picture"),
    path("letters/templates/<int:office>/<int:pk>/", wording_views.wording_edit, name="wording_edit"),
    path("letters/templates/<int:office>/<int:pk>/drop/", wording_views.wording_drop, name="wording_drop"),
]
