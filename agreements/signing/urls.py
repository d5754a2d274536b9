"""Doors of the papers; they belong to the namespace `agreements`."""

from django.urls import path

from agreements.signing import views

urlpatterns = [
    path("<int:pk>/papers/", views.papers, name="papers"),
    path("<int:pk>/papers/agreement.pdf", views.agreement_pdf, name="agreement_pdf"),
    path("<int:pk>/papers/signed-copy/", views.signed_copy_attach, name="signed_copy_attach"),
    path("versions/<int:pk>/signed-copy/", views.signed_copy, name="signed_copy"),
    path("proof/<str:code>/", views.proof, name="proof"),
]
