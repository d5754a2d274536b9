"""QuerySets: what a person may see (`visible_to`), and the selections pages start from."""

from django.db import models
from django.db.models import Q

from agreements.querysets import seen_by
from agreements.states import AmendmentState


def _seen(user, of=""):
    """Whoever sees the agreement sees what was asked of OPDC; a draft only the party and whoever writes it."""
    own = user.organization_ids
    written = Q(**{f"{of}agreement__owner__in": own}) | Q(**{f"{of}opened_by__in": own})
    return seen_by(user, f"{of}agreement__") & (written | ~Q(**{f"{of}state": AmendmentState.DRAFT}))


class AmendmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(_seen(user))


class AmendmentFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Papers that still belong to a request this person sees."""
        return self.filter(_seen(user, "amendment__"), removed_at=None)
