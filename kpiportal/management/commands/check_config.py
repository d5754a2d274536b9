"""Is this machine ready to serve? One line per part, in plain Thai; exit status 0 unless a line does not pass, else 1.
What serves but could be better is a line of warning.

Nothing is changed: what is written for a trial is removed. Run it as the user of the services, on each machine.
"""

from __future__ import annotations

import os
import pwd
import smtplib
import socket
import sys
import time
import uuid
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import redis
import requests
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http.request import validate_host

from kpiportal import clock, database_rights
from kpiportal.pdf import PdfError, html_to_pdf

OLDEST_POSTGRESQL = 15
LEAST_FREE = 2**30  # bytes; a few requests of the largest size, with their temporary copies
PATIENCE = 5.0  # seconds


class Wrong(Exception):
    """A part is not ready; the text is the Thai sentence of its line: what is wrong, then what to do."""


class Weak(Wrong):
    """It serves, but less safely than it could: told, without keeping the machine from serving."""


class Command(BaseCommand):
    help = "Say, part by part and in Thai, whether this machine is ready to serve; exit status 1 when it is not."
    requires_system_checks = ()  # they are a line of their own

    def handle(self, **options: object) -> None:
        failed = 0
        for part, check in PARTS.items():
            try:
                word, said = "ผ่าน   ", check()
            except Weak as weak:
                word, said = "เตือน  ", str(weak)
            except Wrong as wrong:
                word, said = "ไม่ผ่าน", str(wrong)
                failed += 1
            self.stdout.write(f"{word}  {part}: {said}")
        self.stdout.write(f"\nยังไม่พร้อม {failed} รายการ" if failed else "\nพร้อมให้บริการ")
        if failed:
            sys.exit(1)


def secret_key() -> str:
    key, earlier = settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS
    if len(key) < 50 or len(set(key)) < 5:
        raise Wrong("สั้นหรือเดาง่ายเกินไป ให้สุ่มใหม่อย่างน้อย 50 ตัวอักษร (คำสั่งอยู่ใน .env.example)")
    if any(len(set(old)) < 5 for old in earlier):
        raise Wrong("กุญแจเดิมใน SECRET_KEY_FALLBACKS เดาง่ายเกินไป ผู้อื่นปลอมลิงก์ของระบบได้ ให้ลบออก")
    return f"ยาว {len(key)} ตัวอักษร{f' และกุญแจเดิม {len(earlier)} ดอก' if earlier else ''}"


def allowed_hosts() -> str:
    hosts = settings.ALLOWED_HOSTS
    if not hosts or "*" in hosts:
        raise Wrong("ต้องระบุชื่อเครื่องที่ผู้ใช้พิมพ์ในเบราว์เซอร์ ไม่ใช่ว่างหรือ *")
    return ", ".join(hosts)


def base_url() -> str:
    address = urlsplit(settings.BASE_URL)
    if address.scheme != "https":
        raise Wrong(f"{settings.BASE_URL} ไม่ได้ขึ้นต้นด้วย https:// ลิงก์ในอีเมลจะไม่ปลอดภัย")
    if not validate_host(address.hostname or "", settings.ALLOWED_HOSTS):
        raise Wrong(f"ชื่อเครื่องใน {settings.BASE_URL} ไม่อยู่ใน ALLOWED_HOSTS ลิงก์ในอีเมลจะเปิดไม่ได้")
    return str(settings.BASE_URL)


def sender() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    if "." not in domain or domain.endswith(".localhost"):
        raise Wrong("ไม่มีที่อยู่อีเมลจริง ผู้รับจะตอบกลับไม่ได้และระบบของผู้รับอาจทิ้งอีเมล")
    return str(settings.DEFAULT_FROM_EMAIL)


def real_time() -> str:
    if settings.DEMO or clock.shift():
        raise Wrong("ตั้งค่าเป็นระบบสาธิต ให้ลบ KPI_DEMO และ KPI_CLOCK_SHIFT_SECONDS")
    if abs(offset := _database_clock_offset()) > PATIENCE:
        raise Wrong(f"นาฬิกาของเครื่องนี้ต่างจากเครื่องฐานข้อมูล {abs(offset):.0f} วินาที ให้ตั้งเวลาทั้งสองเครื่องด้วย NTP")
    return "ตรงกับเครื่องฐานข้อมูล"


def django_checks() -> str:
    found = [found for found in checks.run_checks(include_deployment_checks=True) if found.level >= checks.WARNING]
    if found:
        raise Wrong("; ".join(f"{one.id or 'Django'} {' '.join(str(one.msg).split())}" for one in found))
    return "ไม่มีข้อเตือน"


def database() -> str:
    _connect()
    version = connection.pg_version
    if version // 10000 < OLDEST_POSTGRESQL:
        raise Wrong(f"เป็น PostgreSQL {version // 10000} ต้องใช้รุ่น {OLDEST_POSTGRESQL} ขึ้นไป")
    return f"PostgreSQL {version // 10000}.{version % 10000}"


def migrations() -> str:
    _connect()
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise Wrong(f"ยังไม่ได้ปรับปรุง {len(waiting)} รายการ ให้สั่ง manage.py migrate")
    return "เป็นรุ่นเดียวกับโปรแกรม"


def trail_rights() -> str:
    """Whoever owns the trail's tables can switch off what protects them (deploy/README.md says how to be another)."""
    _connect()
    try:
        found = database_rights.excess()
    except DatabaseError as error:
        raise Wrong(f"อ่านสิทธิในฐานข้อมูลไม่ได้ ({_first_line(error)})") from error
    if found:
        raise Weak(f"ระบบแก้หรือลบประวัติได้ ({', '.join(found[:3])}) ให้แยกเจ้าของตารางตาม deploy/README.md")
    return "ระบบเพิ่มประวัติได้อย่างเดียว แก้และลบไม่ได้"


def head_of_trail() -> str:
    place, people = settings.KPI_AUDIT_HEAD_FILE, settings.KPI_AUDIT_HEAD_MAIL
    if not place and not people:
        raise Weak("ยังไม่ได้ตั้ง KPI_AUDIT_HEAD_FILE หรือ KPI_AUDIT_HEAD_MAIL หากมีผู้สร้างโซ่ประวัติใหม่ทั้งสายจะไม่มีใครรู้")
    if place and not os.access(Path(place) if Path(place).exists() else Path(place).parent, os.W_OK):
        raise Wrong(f"เขียนหัวโซ่ประวัติลง {place} ไม่ได้")
    return " และ ".join([*([place] if place else []), *people])


def queue() -> str:
    try:
        place = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=None
        )
        trial = f"check_config-{uuid.uuid4()}"
        place.set(trial, "1", ex=60)
        place.delete(trial)
        return f"Redis {place.info('server')['redis_version']}"
    except (redis.RedisError, ValueError) as error:
        raise Wrong(f"ใช้ Redis ตาม REDIS_URL ไม่ได้ ({_first_line(error)})") from error


def files_folder() -> str:
    """Written as the portal writes: by this user, synced to the disk."""
    folder = Path(settings.KPI_FILES_DIR)
    if not folder.is_dir():
        raise Wrong(f"ไม่มีโฟลเดอร์ {folder} ให้สร้างและมอบให้ผู้ใช้ที่รันระบบ")
    if os.geteuid() == 0 and folder.stat().st_uid != 0:
        raise Wrong(f"root ตรวจแทนไม่ได้ ให้สั่งในนามของ {_owner(folder)} ซึ่งเป็นเจ้าของ {folder}")
    trial = folder / f".check-{uuid.uuid4().hex}"
    try:
        with trial.open("xb") as file:
            file.write(b"%PDF")
            file.flush()
            os.fsync(file.fileno())
        room = os.statvfs(folder)
    except OSError as error:
        raise Wrong(f"เขียนใน {folder} ไม่ได้ ({error.strerror})") from error
    finally:
        trial.unlink(missing_ok=True)
    free = room.f_bavail * room.f_frsize
    if free < LEAST_FREE:
        raise Wrong(f"{folder} เหลือที่ว่าง {free // 2**20} MB ต้องมีอย่างน้อย {LEAST_FREE // 2**20} MB")
    return f"{folder} เขียนได้ ว่าง {free // 2**30} GB"


def static_files() -> str:
    collected = getattr(staticfiles_storage, "hashed_files", None)
    if collected is None:
        return "ส่งตรงจากต้นฉบับ"
    wanted = {path for finder in get_finders() for path, _ in finder.list([])}
    if lacking := wanted - set(collected):
        raise Wrong(f"ยังขาด {len(lacking)} แฟ้ม ให้สั่ง manage.py collectstatic --noinput")
    return f"{len(wanted)} แฟ้มใน {settings.STATIC_ROOT}"


def mail_relay() -> str:
    """Greeted, encrypted and signed in as when a mail is sent; no mail is sent."""
    relay = get_connection()
    if not isinstance(relay, EmailBackend):
        raise Wrong(f"ยังไม่ได้ตั้ง EMAIL_URL อีเมลจะเป็นแฟ้มใน {settings.EMAIL_FILE_PATH} ไม่ถึงผู้รับ")
    place = f"{relay.host}:{relay.port}"
    relay.timeout = PATIENCE
    try:
        relay.open()
        code, answer = relay.connection.ehlo()
    except smtplib.SMTPAuthenticationError as error:
        raise Wrong(f"{place} ไม่รับชื่อหรือรหัสผ่านใน EMAIL_URL (รหัส {error.smtp_code})") from error
    except (OSError, smtplib.SMTPException) as error:
        raise Wrong(f"ติดต่อ {place} ไม่ได้ ({_first_line(error)})") from error
    finally:
        relay.close()
    if code != 250:
        raise Wrong(f"{place} ไม่รับ EHLO (รหัส {code} {answer.decode(errors='replace')})")
    return f"{place} ตอบ{' โดยเข้ารหัส' if relay.use_tls or relay.use_ssl else ' แต่ไม่เข้ารหัส'}"


def relay_log() -> str:
    """A log the portal cannot read says nothing when it matters: at the second try of a mail."""
    log = settings.KPI_RELAY_LOG
    if not log:
        return "ไม่ได้ใช้ อีเมลที่ขาดตอนระหว่างส่งอาจถึงผู้รับซ้ำ"
    if not os.access(log, os.R_OK):
        raise Wrong(f"อ่าน {log} ไม่ได้ ให้สิทธิอ่านแก่ผู้ใช้ที่รันระบบ หรือลบ KPI_RELAY_LOG")
    return f"{log} อ่านได้"


def single_sign_on() -> str:
    """The provider's description of itself is fetched, as when somebody signs in."""
    issuer = settings.KPI_SSO_ISSUER
    if not issuer:
        return "ไม่ได้เปิดใช้ (ไม่มี KPI_SSO_ISSUER)"
    lacking = [name for name in ("KPI_SSO_CLIENT_ID", "KPI_SSO_CLIENT_SECRET") if not getattr(settings, name)]
    if lacking:
        raise Wrong(f"ตั้ง KPI_SSO_ISSUER แล้ว แต่ยังขาด {', '.join(lacking)}")
    try:
        answer = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=PATIENCE)
        answer.raise_for_status()
        said = answer.json()
    except requests.RequestException as error:
        raise Wrong(f"อ่านคำอธิบายของ {issuer} ไม่ได้ ({_first_line(error)})") from error
    if not isinstance(said, dict) or said.get("issuer") != issuer:
        raise Wrong(f"ผู้ให้บริการไม่ได้เรียกตัวเองว่า {issuer} ให้ตั้ง KPI_SSO_ISSUER ตามชื่อที่ผู้ให้บริการแจ้งทุกตัวอักษร")
    asked = "ยกเว้นเมื่อผู้ให้บริการยืนยันแล้ว" if settings.KPI_SSO_STRONG_ACR or settings.KPI_SSO_STRONG_AMR else "ทุกครั้ง"
    return f"{settings.KPI_SSO_NAME} ({issuer}) ตอบ ระบบนี้ขอการยืนยันขั้นที่สอง{asked}"


def typesetting() -> str:
    """One line in the letter's own font, through the one door: libraries, font and Thai dictionary at once."""
    started = time.monotonic()
    try:
        html_to_pdf('<html lang="th"><body><p>ที่ ชม ๐๐๑๗.๒/ว ๑ เรียน หัวหน้าสำนักงานจังหวัด</p></body></html>', title="ทดสอบ")
    except PdfError as error:
        raise Wrong("; ".join(error.reasons)) from error
    return f"เรียงพิมพ์หน้าทดสอบได้ใน {time.monotonic() - started:.1f} วินาที"


PARTS: dict[str, Callable[[], str]] = {
    "กุญแจลับ (SECRET_KEY)": secret_key,
    "ชื่อเครื่อง (ALLOWED_HOSTS)": allowed_hosts,
    "ที่อยู่ของระบบ (KPI_BASE_URL)": base_url,
    "ผู้ส่งอีเมล (DEFAULT_FROM_EMAIL)": sender,
    "ข้อกำหนดความปลอดภัยของ Django": django_checks,
    "ฐานข้อมูล (DATABASE_URL)": database,
    "โครงสร้างฐานข้อมูล": migrations,
    "สิทธิของระบบในประวัติการใช้งาน": trail_rights,
    "หัวโซ่ประวัตินอกเครื่อง": head_of_trail,
    "นาฬิกา": real_time,
    "คิวและแคช (REDIS_URL)": queue,
    "ที่เก็บไฟล์ (KPI_FILES_DIR)": files_folder,
    "แฟ้มหน้าเว็บ": static_files,
    "เครื่องส่งอีเมล (EMAIL_URL)": mail_relay,
    "บันทึกของเครื่องส่งอีเมล (KPI_RELAY_LOG)": relay_log,
    "การพิมพ์หนังสือ PDF": typesetting,
    "เข้าสู่ระบบผ่านผู้ให้บริการ (KPI_SSO_*)": single_sign_on,
}


def _connect() -> None:
    """A fresh connection. A silent host is found by PATIENCE: the driver would wait for minutes."""
    facts = connection.settings_dict
    host, port = facts.get("HOST") or "", int(facts.get("PORT") or 5432)
    try:
        if host and not host.startswith("/"):
            socket.create_connection((host, port), timeout=PATIENCE).close()
        connection.ensure_connection()
    except (DatabaseError, ImproperlyConfigured, OSError) as error:
        raise Wrong(f"ติดต่อฐานข้อมูลตาม DATABASE_URL ไม่ได้ ({_first_line(error)})") from error


def _database_clock_offset() -> float:
    """Seconds by which the database's clock is ahead of ours."""
    _connect()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(cursor.fetchone()[0]) - clock.now().timestamp()


def _owner(folder: Path) -> str:
    uid = folder.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"ผู้ใช้หมายเลข {uid}"


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
