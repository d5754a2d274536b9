"""QuerySets: what a person may see (`visible_to`), and the selections pages start from."""

from django.db import models
from django.db.models import Count, Q

from agreements.models import Assignment
from agreements.querysets import seen_by
from kpiportal.models.people import Kind
from reporting.states import OWED_BY_AGENCY, ReportState, RoundState, SarState


class RoundQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees the agreement sees its rounds; OPDC and hosts once the round is open."""
        opened = ~Q(state=RoundState.SCHEDULED) | Q(agreement__owner__in=user.organization_ids)
        return self.filter(seen_by(user, "agreement__"), opened)

    def with_progress(self):
        """`cards` and `accepted` per round, counted by the database."""
        return self.annotate(
            cards=Count("reports", filter=~Q(reports__state=ReportState.CANCELLED)),
            accepted=Count("reports", filter=Q(reports__state=ReportState.ACCEPTED)),
        )


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The party's own office, the host agency and its co-hosts; OPDC sees what the province accepted."""
        own = user.organization_ids
        seen = Q(round__agreement__owner__in=own) | Q(host__in=own)
        seen |= Q(indicator__in=self._hosted_by(own))
        if user.sits_at(Kind.OPDC):
            seen |= Q(state=ReportState.ACCEPTED)
        return self.filter(seen)

    @staticmethod
    def _hosted_by(organization_ids):
        return Assignment.objects.filter(organization__in=organization_ids).values("indicator")

    def owed(self):
        """Cards the agency still has to send, in rounds that are open."""
        return self.filter(state__in=OWED_BY_AGENCY, round__state=RoundState.OPEN)


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        reports = self.model._meta.get_field("report").related_model
        return self.filter(report__in=reports.objects.visible_to(user).values("pk"))

    def present(self):
        return self.filter(removed_at__isnull=True)


class ConsolidationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The party's own office while it is written; OPDC what has been sent."""
        seen = Q(round__agreement__owner__in=user.organization_ids)
        if user.sits_at(Kind.OPDC):
            seen |= Q(state=SarState.SENT)
        return self.filter(seen)
