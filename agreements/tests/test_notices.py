"""Who hears of the steps of agreement-making, and that whoever did it hears nothing."""

import pytest

from agreements import actions, testing
from kpiportal.models import OutgoingMail

AT = testing.AUTUMN


def told():
    rows = OutgoingMail.objects.order_by("pk").values_list("subject", "to_user__first_name")
    found = [(subject.split(":")[0].split(" ")[0], name) for subject, name in rows]
    OutgoingMail.objects.all().delete()
    return found


def test_every_step_reaches_the_other_side(cast):
    draft = actions.submit_agreement(testing.make_draft(cast), by=cast.coordinator, revision=0, at=AT)
    assert told() == [("แบบฟอร์มคำรับรองฯ", "negotiator")]
    draft = actions.return_agreement(draft, by=cast.negotiator, revision=1, at=AT, reason="ขาดข้อมูลพื้นฐาน")
    assert "ขาดข้อมูลพื้นฐาน" in OutgoingMail.objects.first().body
    assert told() == [("ส่งกลับแก้ไข", "coordinator"), ("ส่งกลับแก้ไข", "office_head")]
    draft = actions.submit_agreement(draft, by=cast.office_head, revision=2, at=AT)
    draft = actions.open_table(draft, by=cast.negotiator, revision=3, at=AT)
    told()
    draft = testing.agree(draft, cast, revision=4)  # the negotiator says the second yes
    assert told() == [("ตกลงทั้งฉบับ", name) for name in ("coordinator", "office_head", "governor")]
    draft = actions.rescind_agreement(draft, by=cast.coordinator, revision=5, at=AT, reason="ทบทวนน้ำหนัก")
    assert told() == [("กลับไปเจรจา", name) for name in ("office_head", "governor", "negotiator")]


@pytest.mark.parametrize("who", ["neighbour", "collector", "viewer"])
def test_nobody_else_is_told(cast, who):
    testing.agree(_at_the_table(cast), cast)
    assert not OutgoingMail.objects.filter(to_user=getattr(cast, who)).exists()


def _at_the_table(cast):
    draft = actions.submit_agreement(testing.make_draft(cast), by=cast.coordinator, revision=0, at=AT)
    return actions.open_table(draft, by=cast.negotiator, revision=1, at=AT)
