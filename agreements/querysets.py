"""Which rows: every page starts from one of these."""

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, OuterRef, Q, Sum
from django.db.models.functions import Cast, JSONObject

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


def seen_by(user, of=""):
    """AgreementQuerySet.visible_to as a condition on rows that reach their agreement by `of` ("agreement__").

    Flat, not a query of agreements inside the query of rows, and about hosts only for people of agencies: the query
    that finds one row would take longer to plan than all others of its page to answer.
    """
    seen = Q(**{f"{of}owner__in": user.organization_ids})
    if agencies := user.agency_ids:
        hosted = apps.get_model("agreements", "Assignment").objects.filter(organization__in=agencies)
        seen |= Q(**{f"{of}pk__in": hosted.values("indicator__agreement")})
    if user.sits_at(Kind.OPDC):
        seen |= ~Q(**{f"{of}state": AgreementState.DRAFT})
    return seen


class AgreementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The party itself; OPDC once it was sent; an agency as soon as it hosts one of its indicators."""
        return self.filter(seen_by(user))

    def for_a_page(self):
        """With what its page shows, beside the tree."""
        return self.select_related("owner", "framework__scale", "table")

    def with_counts(self):
        """`indicator_count` and `total_weight`, by the database."""
        tops = Q(indicators__parent=None)
        return self.annotate(indicator_count=Count("indicators", filter=tops), total_weight=Sum("indicators__weight"))


class IndicatorQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An indicator is seen by whoever sees its agreement: hosts compare with the others' on purpose."""
        return self.filter(seen_by(user, "agreement__"))

    def for_a_page(self):
        """With what its page shows; `past`: year, value (as text: JSON has no Decimal) and note of each baseline."""
        baselines = self.model._meta.get_field("baselines").related_model.objects
        baselines = baselines.filter(indicator=OuterRef("pk")).order_by("fiscal_year")
        one = JSONObject(fiscal_year="fiscal_year", value=Cast("value", models.TextField()), note="note")
        return self.annotate(past=ArraySubquery(baselines.values(one=one))).select_related(
            "agreement__owner", "agreement__framework__scale", "dimension__parent", "criteria", "parent"
        )

    def for_a_deed(self):
        """With what its boxes are made of, the year's scale; the row itself is read again under the lock."""
        return self.select_related("agreement__framework__scale").only(
            "agreement__owner", "agreement__state", "agreement__fiscal_year", "agreement__framework", "parent",
            "agreement__framework__scale",
        )  # fmt: skip


class VersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(seen_by(user, "agreement__"))


class LibraryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """OPDC sees all of it; everybody with a duty what is in use."""
        if user.sits_at(Kind.OPDC):
            return self
        return self.filter(is_active=True) if user.duties else self.none()

    def containing(self, words):
        return self.filter(Q(name__icontains=words) | Q(issue__icontains=words) | Q(definition__icontains=words))


class EnclosureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Papers that still go with an agreement this person sees."""
        return self.filter(seen_by(user, "agreement__"), removed_at=None)
