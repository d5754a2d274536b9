"""What a signed agreement starts here, and what a changed one does."""

from agreements.models import Agreement
from agreements.signals import agreement_amended, agreement_signed
from kpiportal import audit, deadlines
from reporting import amended
from reporting.models import Round


def schedule_rounds(sender, *, agreement, by, at, **facts):
    """One round per round of the framework, its due instants stored: never derived from today."""
    for plan in agreement.framework.round_plans.all():
        round, fresh = Round.objects.get_or_create(
            agreement=agreement,
            months=plan.months,
            defaults={
                "plan": plan,
                "name": plan.name,
                "period_end": plan.period_end,
                "agency_due_at": deadlines.due_instant(plan.agency_due),
                "opdc_due_at": deadlines.due_instant(plan.opdc_due),
            },
        )
        if fresh:
            audit.record("reporting.schedule_round", round, by=by, at=at)


agreement_signed.connect(schedule_rounds, sender=Agreement, dispatch_uid="reporting.schedule_rounds")
agreement_amended.connect(amended.follow, sender=Agreement, dispatch_uid="reporting.follow_amendment")
