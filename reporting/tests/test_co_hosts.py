"""Co-hosts supply their own part; the host alone fills the result and scores."""

from decimal import Decimal

import pytest

from agreements import actions as agreement_actions
from agreements.testing import AUTUMN, make_signed
from kpiportal import obligations
from kpiportal.models import AuditEvent, OutgoingMail, User
from kpiportal.testing.plugin import NOW
from reporting import actions, testing
from reporting.models import Contribution, Report, ReportVersion
from reporting.tests.refusals import page_of, stored, typed, url

OTHER_PDF = testing.PDF.replace(b"200 200", b"210 210")


@pytest.fixture
def shared(cast):
    """A card of the cast's agency whose indicator the other agency co-hosts."""
    agreement = make_signed(cast)
    indicator = agreement.indicators.filter(assignments__organization=cast.agency).order_by("order").first()
    agreement_actions.appoint_hosts(
        indicator, host=cast.agency, co_hosts=[cast.other_agency], by=cast.coordinator, at=AUTUMN
    )
    return testing.make_round(cast, agreement=agreement).reports.get(indicator=indicator)


def supply(browser, card, **facts):
    return browser.post(
        url("report_contribute", card), {"revision": 0, "value": "๔๐", "words": "นับถึง 30 ก.ย.", **facts}
    )


def test_the_co_host_is_asked_at_home_and_supplies_its_part(shared, cast, as_user):
    person = User.objects.get(pk=cast.other_collector.pk)
    assert [t.action for t in obligations.of(person, at=NOW).mine if "เจ้าภาพร่วม" in t.title] == ["ส่งข้อมูล"]
    browser = as_user(cast.other_collector)
    assert "ส่วนของหน่วยงานท่าน" in page_of(browser.get(url("report_detail", shared)))
    assert supply(browser, shared).status_code == 302
    part = Contribution.objects.get()
    assert (part.organization, part.value, part.words, part.supplied_by) == (
        cast.other_agency, Decimal(40), "นับถึง 30 ก.ย.", cast.other_collector,
    )  # fmt: skip
    assert OutgoingMail.objects.get().to_user == cast.collector
    assert AuditEvent.objects.get(verb="reporting.contribute").actor == cast.other_collector
    assert not [t for t in obligations.of(person, at=NOW).mine if "เจ้าภาพร่วม" in t.title]
    host = page_of(as_user(cast.collector).get(url("report_detail", shared)))
    assert "นับถึง 30 ก.ย." in host
    assert "ส่วนของหน่วยงานท่าน" not in host
    shared.refresh_from_db()
    assert (shared.state, shared.score) == ("not_started", None)


@pytest.mark.parametrize(
    ("who", "status"), [("collector", 403), ("other_overseer", 403), ("coordinator", 403), ("neighbour_collector", 404)]
)
def test_nobody_else_supplies_it(shared, cast, as_user, who, status):
    assert supply(as_user(getattr(cast, who)), shared).status_code == status
    assert Contribution.objects.count() == 0


def test_the_co_host_touches_nothing_else(shared, cast, as_user):
    browser, before = as_user(cast.other_collector), stored()
    for door in ("report_save", "report_send", "report_score", "report_autosave"):
        assert browser.post(url(door, shared), typed(shared, "1")).status_code == 403
    assert stored() == before


def test_the_co_host_brings_its_own_evidence_and_takes_only_its_own_off(shared, cast, as_user):
    actions.attach_evidence(shared, testing.upload("ของเจ้าภาพหลัก.pdf"), by=cast.collector, at=testing.FILED)
    theirs = as_user(cast.other_collector)
    assert 'id="attach"' in page_of(theirs.get(url("report_detail", shared)))
    own = testing.upload("ของเจ้าภาพร่วม.pdf", OTHER_PDF)
    assert theirs.post(url("evidence_attach", shared), {"file": own}).status_code == 302
    link = {"title": "สถิติของเรา", "link": "https://www.example.go.th/"}
    assert theirs.post(url("evidence_link", shared), link).status_code == 302
    rows = list(shared.evidence.order_by("number"))
    assert [(row.number, row.name, row.supplier) for row in rows] == [
        (1, "ของเจ้าภาพหลัก.pdf", None),
        (2, "ของเจ้าภาพร่วม.pdf", cast.other_agency),
        (3, "สถิติของเรา", cast.other_agency),
    ]
    assert rows[1].file.organization == cast.other_agency
    assert theirs.post(url("evidence_remove", rows[0])).status_code == 403
    assert theirs.post(url("evidence_remove", rows[2])).status_code == 302
    # The host answers for the card: it may take off what is not its own, and says why.
    host = as_user(cast.collector)
    assert "จังหวัดเชียงใหม่</b> (เจ้าภาพร่วม)" in page_of(host.get(url("report_detail", shared)))
    assert host.post(url("evidence_remove", rows[1])).status_code == 422
    assert host.post(url("evidence_remove", rows[1]), {"reason": "ผิดปี"}).status_code == 302
    assert "ผิดปี" in page_of(as_user(cast.other_collector).get(url("report_detail", shared)))
    assert as_user(cast.other_overseer).post(url("evidence_attach", shared), {"file": own}).status_code == 403


def test_what_the_co_host_brought_is_frozen_under_its_name(shared, cast, as_user):
    testing.fill(shared, cast)
    supply(as_user(cast.other_collector), shared)
    as_user(cast.other_collector).post(url("evidence_attach", shared), {"file": testing.upload("ส่วนของเรา.pdf")})
    shared.refresh_from_db()
    assert as_user(cast.collector).post(url("report_send", shared), typed(shared, "82.35")).status_code == 302
    frozen = ReportVersion.objects.get().content["evidence"]
    assert [(item["name"], item.get("agency")) for item in frozen] == [
        ("รายงาน ณ 30 ก.ย. 2558.pdf", None),
        ("ส่วนของเรา.pdf", "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่"),
    ]
    late = {"file": testing.upload("ช้าไป.pdf")}
    assert as_user(cast.other_collector).post(url("evidence_attach", shared), late).status_code == 409
    assert shared.evidence.count() == 2


@pytest.mark.parametrize(("asked", "figure", "file"), [("evidence", 409, 302), ("result", 302, 409)])
def test_a_return_by_part_opens_the_same_part_to_the_co_host(shared, cast, as_user, asked, figure, file):
    testing.send(shared, cast)
    shared.refresh_from_db()
    facts = {"by": cast.overseer, "revision": shared.revision, "at": testing.FILED}
    actions.refuse_report(shared, parts_asked={asked: "ไม่ครบ"}, **facts)
    browser = as_user(cast.other_collector)
    assert supply(browser, shared).status_code == figure
    new = testing.upload("เพิ่ม.pdf", OTHER_PDF)
    assert browser.post(url("evidence_attach", shared), {"file": new}).status_code == file


def test_two_of_one_agency_do_not_overwrite_each_other(shared, cast, as_user):
    browser = as_user(cast.other_collector)
    supply(browser, shared)
    response = supply(browser, shared, value="99", words="อีกคนพิมพ์")
    assert response.status_code == 409
    assert "อีกคนพิมพ์" in page_of(response)
    assert Contribution.objects.get().value == 40
    assert supply(browser, shared, value="41", revision=1).status_code == 302
    assert Contribution.objects.get().value == 41


def test_words_are_owed_and_typing_stays(shared, cast, as_user):
    response = supply(as_user(cast.other_collector), shared, words=" ", value="40.5")
    assert response.status_code == 422
    assert "กรุณาพิมพ์คำชี้แจง" in page_of(response)
    assert 'value="40.5"' in page_of(response)


def test_the_host_is_asked_before_sending_without_a_part_and_its_part_is_frozen(shared, cast, as_user):
    testing.fill(shared, cast)
    shared.refresh_from_db()
    browser = as_user(cast.collector)
    response = browser.post(url("report_send", shared), typed(shared, "82.35"))
    assert response.status_code == 422
    page = page_of(response)
    assert "(เจ้าภาพร่วม) ยังไม่ได้ส่งข้อมูลในระบบ ส่งรายงานโดยไม่รอหรือไม่" in page
    assert ReportVersion.objects.count() == 0
    supply(as_user(cast.other_collector), shared)
    shared = Report.objects.get(pk=shared.pk)
    assert as_user(cast.collector).post(url("report_send", shared), typed(shared, "82.35")).status_code == 302
    assert ReportVersion.objects.get().content["contributions"] == [
        {"agency": "สำนักงานพัฒนาชุมชนจังหวัดเชียงใหม่", "value": "40", "words": "นับถึง 30 ก.ย."}
    ]
    assert supply(as_user(cast.other_collector), shared, revision=1).status_code == 409
