"""Heartbeats of the components that no request passes through (beat, worker)."""

from django.db import models


class Heartbeat(models.Model):
    """When a part last did its round: beat asked for it and a worker answered, so both were alive."""

    part = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "สัญญาณชีพ"

    def __str__(self):
        return f"{self.part} {self.at:%Y-%m-%d %H:%M}"
