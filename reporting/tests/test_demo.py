"""The demo year, played to its end through users' actions: the total is the one worked out by hand."""

import io
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings

from agreements import demo as agreement_demo
from kpiportal import clock
from kpiportal.models import AuditEvent, Letter, Membership, Organization, OutgoingMail, Role, User
from kpiportal.testing.plugin import NOW
from reporting import sheet
from reporting.models import Evaluation, Report, Round

pytestmark = pytest.mark.slow


def test_the_middle_of_the_last_week(db, settings, frozen):
    """First in this file: the year below is loaded into an empty database, and stays until the last test of it."""
    settings.DEMO = True
    call_command("seed_demo")
    table = sheet.build(Round.objects.get(months=12, agreement__fiscal_year=2558), at=clock.now())
    assert (table.accepted, table.count) == (7, 16)
    states = {line.number: line.state for line in table.lines if line.number}
    assert states["3.1.1"] == "ส่งกลับแก้ไข"
    assert states["1.1.1"] == "รอหัวหน้ารับรอง"
    assert states["2.1"] == "รอจังหวัดตรวจ"
    never = User.objects.filter(last_login=None).values_list("email", flat=True)
    assert sorted(never) == ["chonlaprathan-head@demo.example", "chonlaprathan@demo.example"]
    returned = OutgoingMail.objects.get(subject__contains="3.1.1", read_at=None, to_user__email="klang@demo.example")
    assert returned.queued_at > max(OutgoingMail.objects.exclude(read_at=None).values_list("queued_at", flat=True))


@pytest.fixture(scope="module")
def whole_year(django_db_setup, django_db_blocker):
    """The year played once, for every test that only looks at it."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        override_settings(DEMO=True),
        transaction.atomic(),
    ):
        call_command("seed_demo", stage="complete", stdout=io.StringIO())
        connection.check_constraints()  # else every test's own check at its end would verify them all again
        yield
        transaction.set_rollback(True)


@pytest.fixture
def played(whole_year, db, settings, frozen):
    settings.DEMO = True


def test_the_year_adds_up_to_the_figures_worked_by_hand(played):
    expected = json.loads((agreement_demo.DATA / "chiang_mai_2558.json").read_text(encoding="utf-8"))
    table = sheet.build(Round.objects.get(months=12, agreement__fiscal_year=2558), at=clock.now())
    rows = {line.number: (line.score, line.weighted) for line in table.lines if line.kind == "indicator"}
    assert rows == {row["number"]: tuple(row["expected_12"]) for row in expected["indicators"]}
    subtotals = {line.name: (line.score, line.weighted) for line in table.lines if line.kind != "indicator"}
    assert subtotals == {
        "มิติภายนอก": ("3.6506", "2.5554"),
        "การประเมินประสิทธิผล": ("3.4833", "2.0900"),
        "การประเมินคุณภาพ": ("4.6540", "0.4654"),
        "มิติภายใน": ("4.1783", "1.2535"),
        "การประเมินประสิทธิภาพ": ("4.2233", "0.6335"),
        "การพัฒนาองค์การ": ("4.1333", "0.6200"),
    }
    assert (table.total, table.passed_total, table.accepted, table.count) == ("3.8089", "3.8089", 16, 16)


def test_everybody_and_everything_is_there(played):
    assert Organization.objects.filter(kind="province").count() == 76
    assert Organization.objects.filter(kind="cluster").count() == 36
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    assert Report.objects.filter(state="accepted", round__agreement__fiscal_year=2558).count() == 48
    assert AuditEvent.objects.filter(verb="reporting.accept").count() == 48
    # The year before, taken over from paper: its eight scores by their weights, the appeal's 1.35 among them.
    before = Evaluation.objects.get(round__agreement__owner__name="เชียงใหม่")
    assert (before.state, str(before.total)) == ("final", "2.7640")
    assert Evaluation.objects.filter(state="final", round__agreement__fiscal_year=2557).count() == 76
    assert Letter.objects.get().number_text == "ชม 0017.2/ว 75275"


def test_it_is_loaded_once_and_only_in_the_demo(played, settings, capsys):
    call_command("seed_demo")
    assert "มีข้อมูลสาธิตอยู่แล้ว" in capsys.readouterr().out
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("seed_demo")
