"""Which rows: every page starts from one of these."""

from django.db import models
from django.db.models import Q

from kpiportal.models.people import Kind


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office that calls; whoever was sent the letter; OPDC once the letter was out.

        An invitation row exists from the letter's issue on, so a meeting called off later stays in sight.
        """
        own = user.organization_ids
        invitations = self.model._meta.get_field("invitations").related_model.objects
        seen = Q(organization__in=own) | Q(pk__in=invitations.filter(organization__in=own).values("meeting"))
        if user.sits_at(Kind.OPDC):
            seen |= Q(pk__in=invitations.values("meeting"))
        return self.filter(seen)

    def waiting(self, organization_ids):
        """Meetings of these offices whose letter still has to be written or numbered."""
        return self.filter(organization__in=organization_ids, state="draft")
