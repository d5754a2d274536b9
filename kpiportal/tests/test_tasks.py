"""What the clock wakes: every entry names a task that exists, and the sweep of files goes by the machine's time."""

import datetime as dt
import os
import uuid

import pytest
from celery.schedules import crontab
from django.core.files.uploadedfile import SimpleUploadedFile

from kpiportal import clock, files, tasks
from kpiportal.celery import app
from kpiportal.models import StoredFile
from kpiportal.testing.plugin import NOW
from kpiportal.tests import good_files

HOUR = 3600


def test_every_entry_of_the_schedule_names_a_task():
    app.loader.import_default_modules()
    named = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert named >= {"kpiportal.sweep_outbox", "kpiportal.sweep_orphan_files", "kpiportal.queue_reminders"}
    assert named - set(app.tasks) == set()


def test_files_are_swept_once_a_night_in_bangkok():
    schedule = app.conf.beat_schedule["sweep orphan files"]["schedule"]
    assert (schedule.hour, schedule.minute) == ({2}, {30})
    assert schedule.day_of_week == crontab().day_of_week
    assert app.conf.timezone == "Asia/Bangkok"


@pytest.fixture
def swept(cast, settings, tmp_path, frozen):
    """`swept(file, hours)` runs the task with a file of that age; whether the file is gone."""
    settings.KPI_FILES_DIR = tmp_path
    kept = tmp_path / stored(cast).path
    os.utime(kept, (0, 0))

    def run(file, hours):
        moment = NOW.timestamp() - hours * HOUR
        os.utime(file, (moment, moment))
        tasks.sweep_orphan_files()
        assert kept.exists()
        return not file.exists()

    return run


def stored(cast):
    upload = SimpleUploadedFile("หลักฐาน.pdf", good_files.pdf())
    return files.store(upload, by=cast.collector, organization=cast.agency, at=NOW, purpose=StoredFile.Purpose.EVIDENCE)


def orphan(folder):
    name = uuid.uuid4().hex
    file = folder / name[:2] / name
    file.parent.mkdir()
    file.write_bytes(b"%PDF")
    return file


def test_a_file_without_a_row_goes_after_a_day(swept, tmp_path):
    file = orphan(tmp_path)
    assert not swept(file, 23.9)
    assert swept(file, 24.1)


def test_a_file_with_a_row_stays_for_ever(swept, cast, tmp_path):
    assert not swept(tmp_path / stored(cast).path, 24 * 365)


def test_the_shift_of_the_demo_does_not_age_files(swept, tmp_path, monkeypatch):
    """A demo whose clock stands a year ahead must not sweep what was uploaded a minute ago."""
    monkeypatch.setattr(clock, "_SHIFT", dt.timedelta(days=365))
    file = orphan(tmp_path)
    moment = NOW.timestamp() - 60
    os.utime(file, (moment, moment))
    tasks.sweep_orphan_files()
    assert file.exists()
    moment = NOW.timestamp() - 25 * HOUR
    os.utime(file, (moment, moment))
    tasks.sweep_orphan_files()
    assert not file.exists()
