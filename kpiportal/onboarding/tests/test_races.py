"""Two at once: an invitation is taken once, sent once, and a province is never left by both its coordinators."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from kpiportal import jobs as kernel_jobs
from kpiportal.models import AccountInvitation, AccountRequest, Job, Membership, Role, User
from kpiportal.onboarding import duties, invitations, jobs, requests, suspension
from kpiportal.onboarding.invitations import Guest
from kpiportal.testing import people
from kpiportal.testing.onboarding import NEWCOMER, make_invitation
from kpiportal.testing.plugin import NOW
from kpiportal.testing.threads import together
from kpiportal.workflow import NotReady, Stale

pytestmark = pytest.mark.django_db(transaction=True)


def said_by(*deeds):
    """Run the actions at the same moment; what each said: "done" or the name of its refusal."""
    results = together(*deeds)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Stale | NotReady | ValidationError):
            raise result
    return sorted(type(result).__name__ if isinstance(result, Exception) else "done" for result in results)


def test_an_invitation_is_taken_once(cast, frozen):
    row = make_invitation(cast.agency, cast.coordinator)
    name = {"title": "", "first_name": "สมศรี", "last_name": "ใจงาม"}

    def accept():
        invitations.accept_as_new(row, password="ตะวันขึ้นเหนือดอยสุเทพ", at=NOW, **name)

    assert said_by(accept, accept, accept) == ["Stale", "Stale", "done"]
    assert User.objects.get(email=NEWCOMER).memberships.count() == 1


def test_the_same_person_is_invited_once(cast, frozen):
    said = said_by(*[lambda by=by: make_invitation(cast.agency, by) for by in (cast.coordinator, cast.office_head)])
    assert said == ["ValidationError", "done"]
    assert AccountInvitation.objects.count() == 1


def test_two_coordinators_cannot_both_leave(cast, frozen):
    people.give(cast.viewer, cast.province, "coordinator")
    leaving = list(Membership.objects.filter(organization=cast.province, role="coordinator"))

    def leave(duty):
        duties.finish(duty, last_day=NOW.date(), by=User.objects.get(pk=duty.user_id), at=NOW)

    assert said_by(*[lambda duty=duty: leave(duty) for duty in leaving]) == ["NotReady", "done"]
    assert Membership.objects.filter(organization=cast.province, role="coordinator", valid_to=None).count() == 1


def test_two_coordinators_cannot_shut_each_other_out(cast, frozen):
    people.give(cast.viewer, cast.province, "coordinator")
    pairs = [(cast.coordinator.pk, cast.viewer.pk), (cast.viewer.pk, cast.coordinator.pk)]
    both = [tuple(User.objects.get(pk=pk) for pk in pair) for pair in pairs]

    def shut(by, person):
        suspension.suspend(person, by=by, at=NOW, reason="สงสัยว่าถูกผู้อื่นใช้")

    assert said_by(*[lambda pair=pair: shut(*pair) for pair in both]) == ["NotReady", "done"]
    assert User.objects.filter(pk__in=pairs[0], is_active=True).count() == 1


def test_a_worker_that_only_comes_by_is_no_attempt(cast, frozen):
    """Between two steps the row is free; who looks in then is sent away, however often, and the job is not given up."""
    job = jobs.invite([Guest(cast.agency, "collector", "p@example.go.th")], by=cast.coordinator, at=NOW)
    busy, over = threading.Event(), threading.Event()

    def between_two_steps():
        with kernel_jobs._alone(job.pk):
            busy.set()
            over.wait(30)
        connection.close()

    other = threading.Thread(target=between_two_steps)
    other.start()
    assert busy.wait(30)
    looks = [jobs.run(job.pk, at=NOW) for _ in range(kernel_jobs.MOST_TRIES + 1)]
    over.set()
    other.join()
    job.refresh_from_db()
    assert (looks, job.tries, job.is_over) == ([False] * 6, 0, False)
    assert jobs.run(job.pk, at=NOW)
    assert AccountInvitation.objects.get().email == "p@example.go.th"


def test_two_workers_invite_nobody_twice(cast, frozen):
    guests = [Guest(cast.agency, "collector", f"p{n}@example.go.th", first_name="ก", last_name="ข") for n in range(120)]
    job = jobs.invite(guests, by=cast.coordinator, at=NOW)

    def work():
        while not Job.objects.get(pk=job.pk).is_over:
            jobs.run(job.pk, at=NOW)

    assert said_by(work, work, work) == ["done", "done", "done"]
    assert AccountInvitation.objects.count() == 120
    assert Job.objects.get().findings == []


def test_an_account_asked_for_by_a_double_click_is_asked_for_once(cast):
    wish = requests.Wish(cast.province, "", Role.COLLECTOR, NEWCOMER, "นางสาว", "สมศรี", "ใจงาม", "", "")
    assert together(*[lambda: requests.ask(wish, at=NOW)] * 2) == [None, None]
    assert AccountRequest.objects.get().email == NEWCOMER
