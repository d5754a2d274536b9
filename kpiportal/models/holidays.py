"""Public holidays of a calendar year, as OPDC has checked them against the cabinet's announcement."""

from django.db import models

from kpiportal.thai import be_year, date_text


class HolidayQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Public knowledge: everybody reads them."""
        return self


class HolidayYear(models.Model):
    """A year whose holidays OPDC has taken over; before that the portal uses the computed list."""

    year = models.PositiveSmallIntegerField(unique=True, help_text="ค.ศ.")

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = "วันหยุดราชการของปี"

    def __str__(self):
        return f"วันหยุดราชการ ปี พ.ศ. {be_year(self.year)}"


class Holiday(models.Model):
    in_year = models.ForeignKey(HolidayYear, models.CASCADE, related_name="days")
    on = models.DateField(unique=True)
    name = models.CharField(max_length=300)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = "วันหยุดราชการ"
        ordering = ["on"]

    def __str__(self):
        return f"{date_text(self.on)} {self.name}"
