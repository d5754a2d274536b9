"""Who has never been here, per agency; the mail again; what the office's home page says of it."""

import datetime as dt

import pytest
from django.core.cache import cache

from kpiportal import obligations
from kpiportal.models import AccountInvitation, AuditEvent, Membership, OutgoingMail, User
from kpiportal.onboarding import chasing, counts, invitations
from kpiportal.testing import people
from kpiportal.testing.onboarding import fresh, make_invitation
from kpiportal.testing.plugin import NOW
from kpiportal.testing.queries import query_counts

CHASE = "/people/never/"
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _nothing_counted_before():
    cache.clear()


def came(*who):
    User.objects.filter(pk__in=[person.pk for person in who]).update(last_login=NOW)


def duty_of(person):
    return Membership.objects.get(user=person)


def titles(person):
    return [task.title for task in obligations.of(User.objects.get(pk=person.pk), at=NOW).mine]


def test_everybody_missing_is_listed_by_place(cast, as_user):
    came(cast.collector, cast.other_overseer, cast.governor, cast.office_head, cast.viewer)
    make_invitation(cast.agency, cast.coordinator)
    shown = as_user(cast.coordinator).get(CHASE).content.decode()
    assert "3 คนจากทุกหน่วยงานที่ท่านดูแล" in shown  # overseer, other_collector, the invited one
    agency = shown.split("สำนักงานคลังจังหวัดเชียงใหม่</h2>")[1].split("</section>")[0]
    assert "overseer@example.go.th" in agency
    assert "somsri@example.go.th" in agency
    assert "ยังไม่ตอบรับคำเชิญ" in agency
    assert "neighbour" not in shown
    assert "governor@example.go.th" not in shown


def test_the_ticked_ones_get_their_mail(cast, as_user, frozen):
    invitation = make_invitation(cast.agency, cast.coordinator)
    frozen.shift(dt.timedelta(minutes=11))
    client = as_user(cast.coordinator)
    ticked = {"invitation": [invitation.pk], "duty": [duty_of(cast.collector).pk, duty_of(cast.overseer).pk]}
    assert client.post(CHASE, ticked).url == CHASE
    assert "ส่งแล้ว 3 คน" in client.get(CHASE).content.decode()
    assert fresh(invitation).token_hash != invitation.token_hash
    mail = OutgoingMail.objects.get(to_user=cast.collector)
    assert mail.subject == "ท่านยังไม่ได้เข้าใช้ระบบคำรับรองการปฏิบัติราชการ"
    assert "/accounts/password/reset/" in mail.body
    event = AuditEvent.objects.filter(verb="people.reminded_to_sign_in").latest("pk")
    assert event.acting_as == "ผู้ประสานงาน จังหวัดเชียงใหม่"
    client.post(CHASE, ticked)  # pressed again within ten minutes
    assert "ส่งแล้ว 0 คน ไม่ส่งซ้ำ 3 คนที่เพิ่งส่งไป" in client.get(CHASE).content.decode()
    assert OutgoingMail.objects.filter(to_user=cast.collector).count() == 1


def test_an_invitation_that_is_over_can_go_out_again(cast, as_user, frozen):
    invitation = make_invitation(cast.agency, cast.coordinator)
    frozen.shift(dt.timedelta(days=15))
    invitations.expire(at=NOW + dt.timedelta(days=15))
    client = as_user(cast.coordinator)
    assert "คำเชิญหมดอายุ" in client.get(CHASE).content.decode()
    client.post(CHASE, {"invitation": [invitation.pk]})
    assert fresh(invitation).state == "invited"


def test_one_that_was_followed_by_another_is_not_chased(cast, frozen):
    first = make_invitation(cast.agency, cast.coordinator)
    AccountInvitation.objects.filter(pk=first.pk).update(state="expired")
    second = make_invitation(cast.agency, cast.coordinator)
    assert list(chasing.unanswered(at=NOW)) == [second]


@pytest.mark.parametrize("ticked", [{}, {"duty": ["x", "9" * 30]}, {"invitation": ["0"]}])
def test_nothing_ticked_says_so(cast, as_user, ticked):
    response = as_user(cast.coordinator).post(CHASE, ticked)
    assert (response.status_code, "เลือกอย่างน้อย 1 คน" in response.content.decode()) == (422, True)


def test_other_places_and_people_who_came_get_nothing(cast, as_user):
    came(cast.collector)
    theirs = make_invitation(cast.neighbour_agency, cast.neighbour, email="x@example.go.th")
    ticked = {"duty": [duty_of(cast.neighbour_collector).pk, duty_of(cast.collector).pk], "invitation": [theirs.pk]}
    before = OutgoingMail.objects.count()
    assert as_user(cast.coordinator).post(CHASE, ticked).status_code == 422
    assert OutgoingMail.objects.count() == before


def test_an_invitation_by_opdc_is_shown_and_not_sent_by_the_office(cast, as_user, frozen):
    invitation = make_invitation(cast.province, cast.director, role="coordinator")
    frozen.shift(dt.timedelta(minutes=11))
    client = as_user(cast.coordinator)
    assert "สำนักงาน ก.พ.ร. เป็นผู้เชิญ" in client.get(CHASE).content.decode()
    assert client.post(CHASE, {"invitation": [invitation.pk]}).status_code == 403
    assert fresh(invitation).token_hash == invitation.token_hash


def test_the_home_page_counts_them_once_a_minute_and_anew_after_a_deed(
    cast, frozen, django_capture_on_commit_callbacks
):
    assert titles(cast.coordinator) == ["ยังไม่เคยเข้าใช้ระบบ 8 คน"]
    came(cast.collector)
    assert titles(cast.coordinator) == ["ยังไม่เคยเข้าใช้ระบบ 8 คน"]
    with django_capture_on_commit_callbacks(execute=True):
        counts.forget()
    assert titles(cast.coordinator) == ["ยังไม่เคยเข้าใช้ระบบ 7 คน"]
    assert titles(cast.collector) == []


def test_the_home_page_names_duties_that_end_with_nobody_after(cast, frozen):
    came(*cast.people.values())
    soon = dict(valid_to=TODAY + dt.timedelta(days=12))
    Membership.objects.filter(user__in=[cast.collector, cast.other_collector]).update(**soon)
    people.give(cast.viewer, cast.other_agency, "collector")  # goes on after other_collector
    Membership.objects.filter(user=cast.overseer).update(valid_to=TODAY + dt.timedelta(days=31))
    tasks = obligations.of(User.objects.get(pk=cast.coordinator.pk), at=NOW).mine
    assert [(task.title, task.url) for task in tasks] == [
        ("หน้าที่ของนายcollector ทดสอบ สิ้นสุดใน 12 วัน", f"/people/duties/{duty_of(cast.collector).pk}/")
    ]


def test_many_ending_duties_are_five_lines_and_a_number(cast, frozen):
    for n in range(8):
        person = people.make_user(f"p{n}")
        people.give(person, cast.agency if n % 2 else cast.other_agency, "viewer", valid_to=TODAY)
    Membership.objects.exclude(role="viewer").update(valid_to=None)
    came(*User.objects.all())
    assert titles(cast.coordinator)[5:] == ["หน้าที่ที่ใกล้สิ้นสุดอีก 3 คน"]


def test_the_page_costs_the_same_at_any_size(cast, frozen):
    first = query_counts([("chase", cast.coordinator, CHASE)])
    for n in range(15):
        people.give(people.make_user(f"more{n}"), cast.agency, "viewer")
        make_invitation(cast.other_agency, cast.coordinator, email=f"p{n}@example.go.th")
    assert query_counts([("chase", cast.coordinator, CHASE)]) == first == {"chase": 7}
