"""Which rows: every page starts from one of these."""

from django.db import models
from django.db.models import Count, Q, Sum

from agreements.states import AgreementState, FrameworkState
from kpiportal.models.people import Kind


class FrameworkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """OPDC sees drafts too; everybody with a duty sees what is published."""
        if user.sits_at(Kind.OPDC):
            return self
        if not user.duties:
            return self.none()
        return self.exclude(state=FrameworkState.DRAFT)


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The party itself; OPDC once it was sent; an agency as soon as it hosts one of its indicators."""
        own = user.organization_ids
        seen = Q(owner__in=own) | Q(
            pk__in=self.model._base_manager.filter(indicators__assignments__organization__in=own).values("pk")
        )
        if user.sits_at(Kind.OPDC):
            seen |= ~Q(state=AgreementState.DRAFT)
        return self.filter(seen)

    def with_counts(self):
        """`indicator_count` and `total_weight`, by the database."""
        tops = Q(indicators__parent=None)
        return self.annotate(indicator_count=Count("indicators", filter=tops), total_weight=Sum("indicators__weight"))


class IndicatorQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An indicator is seen by whoever sees its agreement: hosts compare with the others' on purpose."""
        agreements = self.model._meta.get_field("agreement").related_model
        return self.filter(agreement__in=agreements.objects.visible_to(user).values("pk"))
