"""What the subject of a digest says: one's own before others', the same for all or how many are late."""

import datetime as dt

import pytest

from kpiportal import deadlines, mailtext
from kpiportal.models import User
from kpiportal.obligations import Duty, Seat
from kpiportal.reminding.digest import Item, facts
from kpiportal.reminding.hearers import Hearing

ON = dt.date(2015, 10, 19)
SINCE = dt.datetime(2015, 10, 1, tzinfo=dt.UTC)


def item(last_day, *, acts=True, title="งาน", stands_in=False):
    due = deadlines.due_instant(dt.date(2015, 10, last_day)) if last_day else None
    seat = Seat(1, "collector", acts=acts)
    duty = Duty("test", 1, title, "รายละเอียด", "/x/", "ทำ", (seat,), SINCE, due_at=due)
    to = dt.date(2015, 10, last_day) if last_day else SINCE.date()
    return Item(duty, 7, Hearing(User(first_name="ก", last_name="ข"), seat, stands_in=stands_in), to)


@pytest.mark.parametrize(
    ("items", "headline"),
    [
        ([item(26), item(26)], "รอท่านดำเนินการ 2 เรื่อง เหลือ 7 วัน"),
        ([item(19)], "รอท่านดำเนินการ 1 เรื่อง วันนี้วันสุดท้าย"),
        ([item(26), item(20)], "รอท่านดำเนินการ 2 เรื่อง เรื่องแรกเหลือ 1 วัน"),
        ([item(12), item(26), item(16)], "รอท่านดำเนินการ 3 เรื่อง เกินกำหนดแล้ว 2 เรื่อง"),
        ([item(None)], "รอท่านดำเนินการ 1 เรื่อง รอมา 18 วัน"),
        ([item(16, acts=False), item(16, acts=False)], "ขอให้ติดตาม 2 เรื่อง เกินกำหนด 3 วัน"),
        ([item(12, acts=False), item(26)], "รอท่านดำเนินการ 1 เรื่อง เหลือ 7 วัน"),
    ],
)
def test_the_subject(items, headline):
    assert facts(User(), items, on=ON)["headline"] == headline


def test_one_s_own_stand_before_what_one_is_told_and_late_before_early():
    items = [item(12, acts=False, title="ของผู้อื่น"), item(26, title="ข"), item(20, title="ก")]
    told = facts(User(), items, on=ON)["items"]
    order = ["ท่านต้องดำเนินการ 2 เรื่อง", "- ก", "- ข", "ให้ท่านติดตาม 1 เรื่อง", "ของผู้อื่น"]
    places = [told.index(words) for words in order]
    assert places == sorted(places)
    assert "ภายในวันที่ 20 ตุลาคม 2558 (เหลือ 1 วัน)\n  http://testserver/x/" in told


def test_what_many_others_owe_is_counted_not_listed():
    told = facts(User(), [item(16, acts=False, title=f"ของผู้อื่น {n}") for n in range(12)], on=ON)["items"]
    assert told.startswith("เรื่องที่ผู้อื่นต้องดำเนินการ แจ้งเพื่อให้ท่านติดตาม 12 เรื่อง\n\n- ของผู้อื่น 0\n")
    assert "  ครบกำหนดวันที่ 16 ตุลาคม 2558 (เกินกำหนด 3 วัน)\n" in told
    assert told.count("- ของผู้อื่น") == 10
    assert told.endswith("- และอีก 2 เรื่อง\n  http://testserver/")


def test_as_html_an_entry_leads_to_its_address():
    html = mailtext.as_html("เรื่อง", "เรียน <ท่าน>\n\nที่ต้องทำ 1 เรื่อง\n\n- งาน <1>\n  ภายในวันนี้\n  http://x/y?a=1&b=2\n\nจบ")
    assert "<h2>ที่ต้องทำ 1 เรื่อง</h2>" in html
    assert '<p class="entry"><b><a href="http://x/y?a=1&amp;b=2">งาน &lt;1&gt;</a></b><br>\nภายในวันนี้</p>' in html
    assert "<p>เรียน &lt;ท่าน&gt;</p>" in html


def test_whoever_stands_in_is_told_why():
    assert "จึงแจ้งท่านแทน" in facts(User(), [item(26, acts=False, stands_in=True)], on=ON)["items"]
