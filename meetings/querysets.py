"""QuerySets: what a person may see (`visible_to`), and the selections pages start from."""

from django.db import models
from django.db.models import Q

from kpiportal.models.people import Kind


def _model(queryset, *path):
    """The model at the end of a way of foreign keys: the models import this module, so it cannot import them."""
    model = queryset.model
    for name in path:
        model = model._meta.get_field(name).related_model
    return model


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office that calls; whoever was sent the letter; OPDC once the letter was out.

        An invitation row exists from the letter's issue on, so a meeting called off later stays in sight.
        """
        own = user.organization_ids
        invitations = _model(self, "invitations").objects
        seen = Q(organization__in=own) | Q(pk__in=invitations.filter(organization__in=own).values("meeting"))
        if user.sits_at(Kind.OPDC):
            seen |= Q(pk__in=invitations.values("meeting"))
        return self.filter(seen)

    def waiting(self, organization_ids):
        """Meetings of these offices whose letter still has to be written or numbered."""
        return self.filter(organization__in=organization_ids, state="draft")


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own office's, and all of a meeting one's office calls: nobody learns what other offices answered."""
        own = user.organization_ids
        return self.filter(Q(organization__in=own) | Q(meeting__organization__in=own))


class OfMeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whatever belongs to a meeting is seen by whoever sees the meeting."""
        return self.filter(meeting__in=_model(self, "meeting").objects.visible_to(user))


class AttendeeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list at the door is the calling office's; others read it in the minutes."""
        return self.filter(meeting__organization__in=user.organization_ids)


class MinutesQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The calling office; everybody who sees the meeting once the minutes went round."""
        gone_round = ~Q(state="draft") & Q(meeting__in=_model(self, "meeting").objects.visible_to(user))
        return self.filter(Q(meeting__organization__in=user.organization_ids) | gone_round)


class OfMinutesQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(minutes__in=_model(self, "minutes").objects.visible_to(user))


class ResolutionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees the minutes that record it, and the office that has to carry it out."""
        own = user.organization_ids
        minutes = _model(self, "part", "minutes").objects.visible_to(user)
        owed = Q(owner__in=own) & ~Q(part__minutes__state="draft")
        return self.filter(owed | Q(part__minutes__in=minutes))

    def unfinished(self):
        return self.exclude(state="closed")
