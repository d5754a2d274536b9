"""URLs of the papers; they belong to the namespace `agreements`."""

from django.urls import path

from agreements.signing import host_views, views

urlpatterns = [
    path("<int:pk>/papers/", views.papers, name="papers"),
    path("<int:pk>/papers/agreement.pdf", views.agreement_pdf, name="agreement_pdf"),
    path("<int:pk>/papers/agreement.docx", views.agreement_docx, name="agreement_docx"),
    path("<int:pk>/hosts/", host_views.host_list, name="host_list"),
    path("<int:pk>/hosts/hosts.pdf", host_views.hosts_pdf, name="hosts_pdf"),
    path("<int:pk>/hosts/letter/", host_views.appointment_draft, name="appointment_draft"),
    path("<int:pk>/papers/signed-copy/", views.signed_copy_attach, name="signed_copy_attach"),
    path("versions/<int:pk>/signed-copy/", views.signed_copy, name="signed_copy"),
    path("proof/<str:code>/", views.proof, name="proof"),
]
