from django.urls import path

from kpiportal.letters import proof_views

app_name = "letters"
urlpatterns = [
    path("proof/<str:code>/", proof_views.proof, name="proof"),
]
