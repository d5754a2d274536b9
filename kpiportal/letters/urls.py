from django.urls import path

from kpiportal.letters import office_views, proof_views, received_views

app_name = "letters"
urlpatterns = [
    path("proof/<str:code>/", proof_views.proof, name="proof"),
    path("received/", received_views.received_list, name="received_list"),
    path("received/new/", received_views.received_new, name="received_new"),
    path("received/register.xlsx", received_views.received_export, name="received_export"),
    path("received/<int:pk>/", received_views.received_edit, name="received_edit"),
    path("received/<int:pk>/scan/", received_views.received_scan, name="received_scan"),
    path("office/<int:pk>/", office_views.office_page, name="office_page"),
    path("office/<int:pk>/emblem/", office_views.emblem_give, name="emblem_give"),
    path("office/<int:pk>/emblem.png", office_views.emblem_file, name="emblem_file"),
    path("office/<int:pk>/signatories/", office_views.signatory_new, name="signatory_new"),
    path("office/<int:pk>/sent/<int:year>/register.xlsx", office_views.sent_export, name="sent_export"),
    path("signatories/<int:pk>/", office_views.signatory_edit, name="signatory_edit"),
    path("series/<int:pk>/reserve/", office_views.numbers_reserve, name="numbers_reserve"),
    path("series/<int:pk>/import/", office_views.numbers_import, name="numbers_import"),
    path("salutations/", office_views.salutations, name="salutations"),
    path("salutations/<int:pk>/", office_views.salutation_keep, name="salutation_keep"),
]
