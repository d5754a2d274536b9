"""Which rows of the negotiation: whoever sees the agreement sees its table; notes of one side stay on that side."""

from django.db import models
from django.db.models import Q

from agreements.querysets import seen_by


class TableQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(seen_by(user, "agreement__"))

    def locked(self):
        """The agreement's row is the table's lock, as it is the workflow's: one order of locking, no deadlock."""
        return self.select_related("agreement").select_for_update(of=("agreement",), no_key=True)


class LineQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(seen_by(user, "table__agreement__"))


class RemarkQuerySet(models.QuerySet):
    def readable_by(self, side):
        """Shared ones, and those of one's own side. `side` "" is a reader who sits on neither."""
        return self.filter(Q(shared=True) | Q(side=side))


class SittingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(seen_by(user, "table__agreement__"))
