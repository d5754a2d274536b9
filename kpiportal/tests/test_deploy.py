"""The files of deploy/ agree with each other and with the portal; systemd understands its units."""

import re
import shutil
import subprocess
import sys
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
import yaml
from django.template.loader import render_to_string

from kpiportal.channels import outward
from kpiportal.embedded import debian

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = ("web", "worker", "beat")
ANALYZE = shutil.which("systemd-analyze")


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def names(env_file):
    """Variables of an env file, those behind a # too."""
    return set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text(env_file), re.MULTILINE))


def compose():
    return yaml.safe_load(text("deploy/compose.yaml"))


def command(unit):
    return re.search(
        r"^ExecStart=/opt/kpiportal/\.venv/bin/(.+)$", text(f"deploy/systemd/kpiportal-{unit}.service"), re.M
    )[1]


def test_the_servers_variables_are_variables_of_the_portal():
    for_compose = {"DB_OWNER_PASSWORD", "DB_PASSWORD", "REDIS_PASSWORD"}
    assert names("deploy/kpiportal.env.example") - names(".env.example") == for_compose
    for_containers_only = {"WEB_CONCURRENCY"}
    for name in names(".env.example"):
        assert any(name in text(f"kpiportal/{place}") for place in ("settings/base.py", "settings/prod.py", "clock.py"))
    used = set(re.findall(r"\$\{([A-Z_]+)", text("deploy/compose.yaml")))
    assert used - names("deploy/kpiportal.env.example") == for_containers_only


def test_containers_run_what_the_units_run():
    services = compose()["services"]
    assert services["worker"]["command"] == command("worker")
    assert services["beat"]["command"] == command("beat").replace("kpiportal/beat-schedule", "kpiportal/beat/schedule")
    started = re.search(r"^CMD (\[.+gunicorn.+\])$", text("deploy/Dockerfile"), re.MULTILINE)[1]
    assert " ".join(yaml.safe_load(started)) == command("web")
    environment = services["web"]["environment"]
    assert environment == services["worker"]["environment"] == services["beat"]["environment"]
    assert environment.keys() - names(".env.example") == {"WEB_CONCURRENCY"}
    # Not for containers: the demo's, migrate's own, the socket's (no proxy to name), and files outside of them.
    assert names(".env.example") - environment.keys() == {
        "KPI_DEMO", "KPI_CLOCK_SHIFT_SECONDS", "KPI_APP_ROLE", "KPI_TRUSTED_PROXIES",
        "KPI_RELAY_LOG", "KPI_AUDIT_HEAD_FILE", "KPI_SIGNING_KEY", "KPI_SIGNING_PASSWORD",
    }  # fmt: skip


def test_the_portal_does_not_own_its_tables():
    """By hand and in containers: the owner migrates, another role works, and gets its rights from the migration."""
    services = compose()["services"]
    owner, portal = services["migrate"]["environment"], services["web"]["environment"]
    assert owner["DATABASE_URL"].startswith("postgres://kpiportal_owner:${DB_OWNER_PASSWORD:?}@")
    assert portal["DATABASE_URL"].startswith("postgres://kpiportal:${DB_PASSWORD:?}@")
    assert (owner["KPI_APP_ROLE"], portal.get("KPI_APP_ROLE")) == ("kpiportal", None)
    assert services["db"]["environment"]["POSTGRES_USER"] == "kpiportal_owner"
    assert "CREATE ROLE kpiportal LOGIN" in text("deploy/postgres/app-role.sh")
    by_hand = text("deploy/README.md")
    assert by_hand.count("as_owner migrate --noinput") == 3
    assert " manage migrate" not in by_hand
    assert "createdb -O kpiportal_owner kpiportal" in by_hand


def test_only_the_proxy_is_open_to_the_network():
    services = compose()["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert compose()["networks"]["inside"] == {"internal": True}
    assert [name for name, service in services.items() if service["networks"] == ["inside"]] == [
        "beat", "migrate", "db", "redis",
    ]  # fmt: skip
    for name in ("proxy", "web", "worker", "beat", "migrate"):
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["security_opt"] == ["no-new-privileges:true"]


def test_the_images_bring_what_the_portal_loads():
    recipe = text("deploy/Dockerfile")
    for package in (*debian.LIBRARIES.values(), "tzdata", *debian.TEST_SERVERS.values()):
        assert re.search(rf" {re.escape(package)}[ \n]", recipe), package
        assert package in text("deploy/README.md")


def test_the_limit_of_nginx_is_the_limit_of_the_portal(settings):
    sizes = re.findall(r"client_max_body_size (\d+)m;", text("deploy/nginx/kpiportal.conf"))
    assert [int(size) * 2**20 for size in sizes] == [settings.KPI_UPLOAD_TOTAL_MAX_BYTES]


def test_nginx_waits_longer_for_a_worker_than_a_worker_lives():
    [waits] = re.findall(r"proxy_read_timeout (\d+)s;", text("deploy/nginx/kpiportal.conf"))
    [lives] = re.findall(r"^timeout = (\d+)", text("deploy/gunicorn.conf.py"), re.MULTILINE)
    assert int(waits) > int(lives)


def test_the_413_page_of_nginx_says_what_the_portal_says():
    said = text("deploy/nginx/413.html")
    sentences = [render_to_string("413.html#heading"), *re.findall(r"<p>.+</p>", render_to_string("413.html#text"))]
    assert len(sentences) == 3
    for sentence in sentences:
        assert sentence.strip() in said


@pytest.fixture
def units(tmp_path):
    """The units with programs that exist here, for systemd to look at."""
    shutil.copytree(DEPLOY / "systemd", tmp_path, dirs_exist_ok=True)
    bin = Path(sys.executable).parent
    for file in tmp_path.rglob("*.*"):
        if file.is_file():
            file.write_text(file.read_text().replace("/opt/kpiportal/.venv/bin", str(bin)))
    return [str(tmp_path / f"kpiportal-{unit}.service") for unit in UNITS]


@pytest.mark.skipif(not ANALYZE, reason="needs systemd-analyze, of Debian's package systemd")
def test_systemd_understands_the_units(units):
    done = subprocess.run([ANALYZE, "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "kpiportal" in line]  # the machine's own units are its own
    assert (ours, done.returncode) == ([], 0)


PUBLIC = ("8.8.8.8", "147.92.150.1", "2404:6800::1")  # the second is LINE's
INSIDE = ("10.1.2.3", "100.64.0.1", "169.254.169.254", "172.31.0.1", "192.168.1.1", "224.0.0.1", "fd00::1", "fe80::1")


def test_a_unit_opened_outward_calls_what_the_portal_calls_and_nothing_inside(units):
    """`deploy/outward.conf`, read by systemd after the rest: it takes the wall away and names what stays shut."""
    put = re.search(r"/etc/systemd/system/(kpiportal-worker\.service\.d/.+\.conf)", text("deploy/README.md"))[1]
    assert Path(put).name > "hardening.conf", "drop-ins are read by name, wherever they lie"
    there = Path(units[0]).parent / put
    there.parent.mkdir()
    there.write_text(text("deploy/outward.conf"))
    said = re.findall(r"^IPAddressDeny=(.*)$", there.read_text(), re.M)
    assert said[0] == "", "begins anew"
    shut = [ip_network(word) for words in said[1:] for word in words.split()]
    for address in map(ip_address, (*PUBLIC, *INSIDE)):
        denied = any(address.version == network.version and address in network for network in shut)
        assert denied is not outward.is_public(str(address)), address
    if ANALYZE:
        done = subprocess.run([ANALYZE, "verify", units[1]], capture_output=True, text=True, check=False)
        assert [line for line in done.stderr.splitlines() if "kpiportal" in line] == []


@pytest.mark.skipif(not ANALYZE, reason="needs systemd-analyze, of Debian's package systemd")
def test_the_units_get_little_of_the_machine(units):
    """systemd's own measure: 0 is nothing at all, a unit without any of this has 9.6."""
    for unit in units:
        looked = [ANALYZE, "security", "--offline=yes", "--threshold=20", "--no-pager", unit]
        done = subprocess.run(looked, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:]
