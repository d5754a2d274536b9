"""Messages in the portal: whose, read when, how many wait, and what of a mail a page may show."""

import pytest

from kpiportal import outbox, sealed_links
from kpiportal.inbox import pages
from kpiportal.models import OutgoingMail, User
from kpiportal.testing.plugin import NOW
from kpiportal.testing.queries import query_counts

FACTS = {
    "indicator": "1.1 งานที่หนึ่ง", "round": "รอบ 12 เดือน", "fiscal_year": "2558", "host": "สำนักงานคลัง",
    "url": "http://testserver/reporting/cards/7/", "due": "26 ต.ค. 2558",
}  # fmt: skip


def write(person, times=1):
    for _ in range(times):
        outbox.queue("report_sent", to=person, facts=FACTS, at=NOW)
    return OutgoingMail.objects.filter(to_user=person).latest("pk")


def unread(person):
    return User.objects.with_unread().get(pk=person.pk).unread


def test_what_is_written_to_a_person_waits_to_be_read(cast):
    write(cast.overseer, 2)
    write(cast.collector)
    assert [unread(person) for person in (cast.overseer, cast.collector, cast.coordinator)] == [2, 1, 0]


def test_the_number_is_in_the_header_of_every_page_at_no_query(as_user, cast):
    before = query_counts([("home", cast.overseer, "/privacy/")])
    write(cast.overseer, 3)
    assert query_counts([("home", cast.overseer, "/privacy/")]) == before
    page = as_user(cast.overseer).get("/privacy/").content.decode()
    assert '<span class="visually-hidden">มีข้อความยังไม่อ่าน </span>3</span>' in page
    assert "มีข้อความยังไม่อ่าน" not in as_user(cast.collector).get("/privacy/").content.decode()


def test_opening_a_message_reads_it_once(as_user, cast, frozen):
    message = write(cast.overseer)
    browser = as_user(cast.overseer)
    browser.get(f"/inbox/{message.pk}/")
    first = OutgoingMail.objects.get(pk=message.pk).read_at
    frozen.shift(3600)
    browser.get(f"/inbox/{message.pk}/")
    assert OutgoingMail.objects.get(pk=message.pk).read_at == first == NOW
    assert unread(cast.overseer) == 0


def test_read_all_is_of_one_s_own(as_user, cast):
    write(cast.overseer, 2)
    write(cast.collector)
    answer = as_user(cast.overseer).post("/inbox/read-all/", follow=True)
    assert "ยังไม่อ่าน</span>" not in answer.content.decode()
    assert [unread(cast.overseer), unread(cast.collector)] == [0, 1]


def test_another_s_message_is_not_there(as_user, cast):
    message = write(cast.overseer)
    assert as_user(cast.coordinator).get(f"/inbox/{message.pk}/").status_code == 404
    assert unread(cast.overseer) == 1


def test_our_own_addresses_are_links_and_nothing_else_is_markup(cast):
    message = write(cast.overseer)
    message.body = (
        "<b>เรียน</b> http://testserver/reporting/cards/7/?a=1&b=2 และ http://testserver.evil.example/x "
        'https://evil.example/ "http://testserver"'
    )
    assert pages.body(message) == (
        '&lt;b&gt;เรียน&lt;/b&gt; <a href="/reporting/cards/7/?a=1&amp;b=2">'
        "http://testserver/reporting/cards/7/?a=1&amp;b=2</a> และ http://testserver.evil.example/x "
        'https://evil.example/ &quot;<a href="/">http://testserver</a>&quot;'
    )


def test_a_secret_link_stays_in_the_mail(cast, as_user):
    seal, _digest = sealed_links.new()
    message = write(cast.overseer)
    OutgoingMail.objects.filter(pk=message.pk).update(body=f"รหัสเชิญ {seal} ใช้ได้ครั้งเดียว")
    page = as_user(cast.overseer).get(f"/inbox/{message.pk}/").content.decode()
    assert "รหัสเชิญ [อยู่ในอีเมล] ใช้ได้ครั้งเดียว" in page
    assert "sealed:" not in page


def test_the_address_around_a_secret_is_no_dead_link(cast):
    message = write(cast.overseer)
    message.body = f"ตอบที่ http://testserver/meetings/reply/{sealed_links.hide('abc')}/ ดู http://testserver/meetings/1/"
    assert pages.body(message) == ('ตอบที่ [อยู่ในอีเมล] ดู <a href="/meetings/1/">http://testserver/meetings/1/</a>')


def test_a_closed_account_has_no_session(as_user, cast):
    """The backend of our own keeps what allauth's does: the next request of a closed account is a stranger's."""
    browser = as_user(cast.overseer)
    assert browser.get("/inbox/").status_code == 200
    User.objects.filter(pk=cast.overseer.pk).update(is_active=False)
    assert browser.get("/inbox/").status_code == 302


@pytest.mark.parametrize("page", ["/inbox/", "/inbox/?page=99", "/inbox/?page=x"])
def test_pages_that_are_not_there_are_the_last_or_the_first(as_user, cast, page):
    write(cast.overseer, 31)
    assert as_user(cast.overseer).get(page).status_code == 200


def test_the_same_questions_for_one_message_and_for_thirty(cast, frozen):
    write(cast.overseer)
    few = query_counts([("list", cast.overseer, "/inbox/")])
    write(cast.overseer, 40)
    assert query_counts([("list", cast.overseer, "/inbox/")]) == few
    assert few["list"] <= 8
