"""Which rows of an evaluation a person sees: OPDC all of them, the party's own office once it was published."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kpiportal.models.people import Kind
from reporting.evaluation.states import PUBLISHED


def seen_by(user, of=""):
    """As a condition on rows that reach their evaluation by `of` ("line__evaluation__")."""
    if user.sits_at(Kind.OPDC):
        return Q()
    own = {f"{of}round__agreement__owner__in": user.organization_ids, f"{of}state__in": PUBLISHED}
    return Q(**own)


class EvaluationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(seen_by(user))


class LineQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(seen_by(user, "evaluation__"))


class VisitQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Notes of a visit are OPDC's working papers: the party never reads them here."""
        return self if user.sits_at(Kind.OPDC) else self.none()


class AppealItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(seen_by(user, "line__evaluation__"), _filed_or_own(user, "appeal__"))


class AppealFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(seen_by(user, "item__line__evaluation__"), _filed_or_own(user, "item__appeal__"))


def _filed_or_own(user, of):
    """What the party still writes is its own; OPDC reads it once it was filed."""
    own = Q(**{f"{of}evaluation__round__agreement__owner__in": user.organization_ids})
    return own | Q(**{f"{of}filed_at__isnull": False})
