from django.apps import AppConfig

from kpiportal.context import NavEntry


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "คำรับรองการปฏิบัติราชการ"
    nav = [NavEntry("คำรับรองฯ", "agreements:agreement_list")]
