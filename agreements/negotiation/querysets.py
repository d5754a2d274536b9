"""Which rows of the negotiation: whoever sees the agreement sees its table; notes of one side stay on that side."""

from django.db import models
from django.db.models import Q

from agreements.querysets import seen_by


class TableQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(seen_by(user, "agreement__"))

    def for_a_look(self):
        """With what says whether anything changed, and whose eyes these are."""
        facts = ("version", "agreement__owner", "agreement__state", "agreement__revision")
        return self.select_related("agreement").only(*facts)

    def locked(self):
        """The agreement's row is the table's lock, as it is the workflow's: one order of locking, no deadlock."""
        return self.select_related("agreement").select_for_update(of=("agreement",), no_key=True)


class LineQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(seen_by(user, "table__agreement__"))

    def for_a_deed(self):
        """With the few columns an action looks at: all columns of all the tables are half an offer's time."""
        related = self.select_related("table__agreement", "indicator__criteria")
        return related.only(
            "version", "table__agreement__owner", "table__agreement__state", "indicator__number", "indicator__name",
            "indicator__parent", "indicator__criteria__kind", "indicator__criteria__steps",
            "indicator__criteria__levels",
        )  # fmt: skip

    def for_a_page(self):
        """With everything that is drawn of a line and its table."""
        return self.select_related(
            "table__agreement__owner", "table__agreement__framework__scale", "indicator__criteria",
            "indicator__parent__criteria",
        )  # fmt: skip


class RemarkQuerySet(models.QuerySet):
    def readable_by(self, side):
        """Shared ones, and those of one's own side. `side` "" is a reader who sits on neither."""
        return self.filter(Q(shared=True) | Q(side=side))


class SittingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(seen_by(user, "table__agreement__"))
