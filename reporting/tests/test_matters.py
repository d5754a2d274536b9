"""What a round brings before a meeting: who owes cards, and the obstacles that were told."""

from agreements import matters
from kpiportal.testing.plugin import NOW
from reporting import testing


def test_cards_owed_by_agency_and_obstacles_by_indicator(cast):
    round_ = testing.make_round(cast)
    card = round_.reports.filter(host=cast.agency).order_by("indicator__order").first()
    card.obstacles = "ฝนตกหนักตลอดเดือนกันยายน"
    card.save(update_fields=["obstacles"])
    round_.reports.exclude(pk=card.pk).update(obstacles="ไม่มี")
    found = {matter.source: matter for matter in matters.of(round_.agreement, at=NOW)}
    owed = found[f"reporting.owed:{round_.pk}:{cast.agency.pk}"]
    assert owed.title.startswith("รายงานรอบ 12 เดือนที่ยังไม่ได้ส่งของสำนักงานคลังจังหวัดเชียงใหม่ ")
    assert (owed.section, owed.presenter) == (4, "สำนักงานคลังจังหวัดเชียงใหม่")
    told = [matter for source, matter in found.items() if source.startswith("reporting.obstacles:")]
    assert [matter.note for matter in told] == ["ฝนตกหนักตลอดเดือนกันยายน"]
