"""`manage.py check_config`: each part that is not ready is one line saying what to do, and the exit status says so.

That every line passes on a machine set up as deploy/ says is proved in test_behind_nginx.py.
"""

import os
import re
import subprocess
import sys
from io import StringIO

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder

import kpiportal.pdf
from kpiportal.embedded import ports
from kpiportal.management.commands import check_config
from kpiportal.testing.oidc import CLIENT, SECRET, LocalProvider

PARTS = [
    "กุญแจลับ (SECRET_KEY)", "ชื่อเครื่อง (ALLOWED_HOSTS)", "ที่อยู่ของระบบ (KPI_BASE_URL)",
    "ผู้ส่งอีเมล (DEFAULT_FROM_EMAIL)", "ข้อกำหนดความปลอดภัยของ Django", "ฐานข้อมูล (DATABASE_URL)",
    "โครงสร้างฐานข้อมูล", "นาฬิกา", "คิวและแคช (REDIS_URL)", "ที่เก็บไฟล์ (KPI_FILES_DIR)", "แฟ้มหน้าเว็บ",
    "เครื่องส่งอีเมล (EMAIL_URL)", "การพิมพ์หนังสือ PDF", "เข้าสู่ระบบผ่านผู้ให้บริการ (KPI_SSO_*)",
    "บันทึกของเครื่องส่งอีเมล (KPI_RELAY_LOG)", "สิทธิของระบบในประวัติการใช้งาน", "หัวโซ่ประวัตินอกเครื่อง",
]  # fmt: skip
WEAK = PARTS[-2:]
LINE = re.compile(r"^(ผ่าน   |ไม่ผ่าน|เตือน  )  (.+?): (.+)", re.MULTILINE)


@pytest.fixture
def told(db, settings, tmp_path, smtp_server):
    """`told(part)` runs the command and gives what it says of one part: (passed, sentence)."""
    settings.SECRET_KEY = "กขคงจ" * 10
    settings.ALLOWED_HOSTS = ["portal.example"]
    settings.BASE_URL = "https://portal.example"
    settings.DEFAULT_FROM_EMAIL = "ระบบ <kpi@portal.example>"
    settings.KPI_FILES_DIR = tmp_path

    def run(part):
        return lines()[part]

    return run


def lines():
    output = StringIO()
    with pytest.raises(SystemExit) as ended:  # the tests' settings are no server's: never wholly ready
        call_command("check_config", stdout=output)
    assert ended.value.code == 1
    found = LINE.findall(output.getvalue())
    failed = sum(word == "ไม่ผ่าน" for word, _, _ in found)
    assert f"ยังไม่พร้อม {failed} รายการ" in output.getvalue()
    return {part: (word == "ผ่าน   ", sentence) for word, part, sentence in found}


def test_every_part_has_a_line_and_what_is_ready_passes(told, tmp_path, smtp_server):
    told(PARTS[0])
    found = lines()
    assert sorted(found) == sorted(PARTS)
    assert [part for part, (passed, _) in found.items() if not passed] == ["ข้อกำหนดความปลอดภัยของ Django", *WEAK]
    assert "security.W012" in found["ข้อกำหนดความปลอดภัยของ Django"][1]
    assert re.fullmatch(r"PostgreSQL \d\d\.\d+", found["ฐานข้อมูล (DATABASE_URL)"][1])
    assert re.fullmatch(r"Redis \d+\.\d+\.\d+", found["คิวและแคช (REDIS_URL)"][1])
    assert re.fullmatch(r"เรียงพิมพ์หน้าทดสอบได้ใน \d+\.\d วินาที", found["การพิมพ์หนังสือ PDF"][1])
    assert found["เครื่องส่งอีเมล (EMAIL_URL)"][1] == f"127.0.0.1:{smtp_server.port} ตอบ แต่ไม่เข้ารหัส"
    assert list(tmp_path.iterdir()) == []
    assert smtp_server.received == []


@pytest.mark.parametrize(
    ("setting", "value", "part", "sentence"),
    [
        ("SECRET_KEY", "a" * 49, PARTS[0], "สั้นหรือเดาง่ายเกินไป"),
        ("SECRET_KEY", "abcd" * 20, PARTS[0], "สั้นหรือเดาง่ายเกินไป"),
        ("ALLOWED_HOSTS", [], PARTS[1], "ต้องระบุชื่อเครื่อง"),
        ("ALLOWED_HOSTS", ["portal.example", "*"], PARTS[1], "ต้องระบุชื่อเครื่อง"),
        ("BASE_URL", "http://portal.example", PARTS[2], "ไม่ได้ขึ้นต้นด้วย https://"),
        ("BASE_URL", "https://elsewhere.example", PARTS[2], "ไม่อยู่ใน ALLOWED_HOSTS"),
        ("DEFAULT_FROM_EMAIL", "ระบบ <portal@localhost>", PARTS[3], "ไม่มีที่อยู่อีเมลจริง"),
        ("DEFAULT_FROM_EMAIL", "ระบบ", PARTS[3], "ไม่มีที่อยู่อีเมลจริง"),
        ("DEMO", True, PARTS[7], "ลบ KPI_DEMO"),
        ("REDIS_URL", "redis://127.0.0.1:1/0", PARTS[8], "ใช้ Redis ตาม REDIS_URL ไม่ได้ (Error 111"),
        ("REDIS_URL", "nonsense", PARTS[8], "ใช้ Redis ตาม REDIS_URL ไม่ได้ (Redis URL must"),
        ("KPI_FILES_DIR", "/nonexistent/files", PARTS[9], "ไม่มีโฟลเดอร์ /nonexistent/files"),
        ("KPI_FILES_DIR", "/proc", PARTS[9], "เขียนใน /proc ไม่ได้"),
        ("EMAIL_PORT", 1, PARTS[11], "ติดต่อ 127.0.0.1:1 ไม่ได้ ([Errno 111]"),
        ("EMAIL_HOST", "mail.invalid", PARTS[11], "ติดต่อ mail.invalid:"),
        ("EMAIL_USE_TLS", True, PARTS[11], "STARTTLS"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", PARTS[11], "ยังไม่ได้ตั้ง EMAIL_URL"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(told, settings, setting, value, part, sentence):
    setattr(settings, setting, value)
    passed, said = told(part)
    assert not passed
    assert sentence in said


def test_what_is_weak_is_told_and_keeps_no_machine_from_serving(told, settings, tmp_path):
    """The tests' own role owns the trail: so does a server's until its owner is another."""
    passed, said = told(WEAK[0])
    assert not passed
    assert said.startswith("ระบบแก้หรือลบประวัติได้ (")
    assert "KPI_AUDIT_HEAD_FILE" in told(WEAK[1])[1]
    settings.KPI_AUDIT_HEAD_FILE = str(tmp_path / "heads.jsonl")
    settings.KPI_AUDIT_HEAD_MAIL = ["auditor@opdc.example"]
    assert told(WEAK[1]) == (True, f"{tmp_path}/heads.jsonl และ auditor@opdc.example")
    settings.KPI_AUDIT_HEAD_FILE = "/nonexistent/heads.jsonl"
    assert told(WEAK[1]) == (False, "เขียนหัวโซ่ประวัติลง /nonexistent/heads.jsonl ไม่ได้")


def test_secrets_are_not_repeated(told, settings):
    settings.REDIS_URL = "redis://:hush-hush@127.0.0.1:1/0"
    assert "hush-hush" not in told(PARTS[8])[1]


def test_a_relay_that_refuses_the_password(told, settings):
    port = ports.free_port()
    relay = Controller(
        object(), hostname="127.0.0.1", port=port, auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
    )  # fmt: skip
    relay.start()
    try:
        settings.EMAIL_PORT, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = port, "kpi", "wrong"
        assert told(PARTS[11]) == (False, f"127.0.0.1:{port} ไม่รับชื่อหรือรหัสผ่านใน EMAIL_URL (รหัส 535)")
    finally:
        relay.stop()


def test_a_forgotten_migration(told):
    last = MigrationRecorder.Migration.objects.filter(app="meetings").order_by("-name").first()
    last.delete()
    assert told(PARTS[6]) == (False, "ยังไม่ได้ปรับปรุง 1 รายการ ให้สั่ง manage.py migrate")


def test_an_old_postgresql(told, monkeypatch):
    monkeypatch.setattr(check_config, "OLDEST_POSTGRESQL", 99)
    passed, said = told(PARTS[5])
    assert not passed
    assert said.endswith("ต้องใช้รุ่น 99 ขึ้นไป")


def test_a_full_disk(told, monkeypatch):
    monkeypatch.setattr(check_config, "LEAST_FREE", 2**60)
    passed, said = told(PARTS[9])
    assert not passed
    assert said.endswith(f"ต้องมีอย่างน้อย {2**40} MB")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look at somebody else's folder")
def test_root_does_not_answer_for_the_services_user(told, tmp_path):
    os.chown(tmp_path, 65534, 65534)
    assert told(PARTS[9]) == (False, f"root ตรวจแทนไม่ได้ ให้สั่งในนามของ nobody ซึ่งเป็นเจ้าของ {tmp_path}")


def test_static_files_not_collected(told, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    passed, said = told(PARTS[10])
    assert not passed
    assert re.fullmatch(r"ยังขาด \d\d+ แฟ้ม ให้สั่ง manage\.py collectstatic --noinput", said)


def test_a_missing_pdf_library(told, monkeypatch):
    monkeypatch.delattr(kpiportal.pdf, "press", raising=False)
    monkeypatch.setitem(sys.modules, "kpiportal.pdf.press", None)
    passed, said = told(PARTS[12])
    assert not passed
    assert "apt-get install libpango-1.0-0" in said


def test_the_provider_of_single_sign_on(told, settings):
    assert told(PARTS[13]) == (True, "ไม่ได้เปิดใช้ (ไม่มี KPI_SSO_ISSUER)")
    with LocalProvider() as there:
        settings.KPI_SSO_ISSUER, settings.KPI_SSO_NAME = there.issuer, "ThaID"
        assert told(PARTS[13]) == (False, "ตั้ง KPI_SSO_ISSUER แล้ว แต่ยังขาด KPI_SSO_CLIENT_ID, KPI_SSO_CLIENT_SECRET")
        settings.KPI_SSO_CLIENT_ID, settings.KPI_SSO_CLIENT_SECRET = CLIENT, SECRET
        assert told(PARTS[13]) == (True, f"ThaID ({there.issuer}) ตอบ ระบบนี้ขอการยืนยันขั้นที่สองทุกครั้ง")
        settings.KPI_SSO_ISSUER = there.issuer.replace("127.0.0.1", "localhost")
        assert "ไม่ได้เรียกตัวเองว่า http://localhost" in told(PARTS[13])[1]
        there.down = True
        assert "503" in told(PARTS[13])[1]


def run_in_server_mode(**environment):
    return subprocess.run(
        [sys.executable, "manage.py", "check_config"],
        cwd=check_config.settings.BASE_DIR, capture_output=True, text=True, check=False,
        env={
            "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "kpiportal.settings.prod", "SECRET_KEY": "k" * 60,
            "ALLOWED_HOSTS": "portal.example", "REDIS_URL": "redis://127.0.0.1:1/0",
            "DATABASE_URL": "postgres://kpi:hush-hush@127.0.0.1:1/kpi", **environment,
        },
    )  # fmt: skip


def test_earlier_keys_and_the_relay_s_log(settings, tmp_path):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "กขคงจ" * 10, ["ญฎฏฐฑ" * 10]
    assert check_config.secret_key() == "ยาว 50 ตัวอักษร และกุญแจเดิม 1 ดอก"
    settings.SECRET_KEY_FALLBACKS = [" "]
    with pytest.raises(check_config.Wrong, match="SECRET_KEY_FALLBACKS เดาง่ายเกินไป"):
        check_config.secret_key()
    settings.KPI_RELAY_LOG = str(tmp_path / "mail.log")
    with pytest.raises(check_config.Wrong, match="mail.log ไม่ได้ ให้สิทธิอ่าน"):
        check_config.relay_log()
    (tmp_path / "mail.log").touch()
    assert check_config.relay_log().endswith("mail.log อ่านได้")


def test_a_database_that_does_not_answer():
    done = run_in_server_mode()
    assert done.returncode == 1
    assert "ติดต่อฐานข้อมูลตาม DATABASE_URL ไม่ได้ ([Errno 111] Connection refused)" in done.stdout
    assert "การพิมพ์หนังสือ PDF: เรียงพิมพ์หน้าทดสอบได้" in done.stdout  # the parts behind it are looked at all the same
    assert "hush-hush" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_settings_that_cannot_be_read_are_one_sentence():
    done = run_in_server_mode(SECRET_KEY="", REDIS_URL="")
    assert done.returncode == 1
    assert done.stderr.strip() == ("โหมดเซิร์ฟเวอร์ยังไม่ได้ตั้งค่า SECRET_KEY, REDIS_URL (ตัวอย่างอยู่ใน .env.example)")
