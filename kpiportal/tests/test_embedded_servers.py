"""The private servers, for real: started, asked, killed, started again."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from kpiportal.embedded import ports
from kpiportal.embedded.process import tail
from kpiportal.embedded.runner import Runner
from kpiportal.embedded.servers import PrivateServers
from kpiportal.embedded.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent.parent
HOLD = """
import sys, time
from pathlib import Path
from kpiportal.embedded.servers import PrivateServers
servers = PrivateServers(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
servers.start()
print(servers.folder, servers.database_url, *[child.process.pid for child in servers.children], flush=True)
time.sleep(120)
"""


@pytest.fixture
def folder(tmp_path):
    """pytest's own folders are closed to others, so as root this also proves the closed-folder capability."""
    return tmp_path / "var"


def query(url: str, statement: str):
    with closing(psycopg2.connect(url.replace("postgres://", "postgresql://"))) as link:
        link.autocommit = True
        cursor = link.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else None


def hold(*arguments: str) -> tuple[subprocess.Popen, list[str]]:
    """A parent in its own process, and what it printed: folder, database URL, pids of both."""
    parent = subprocess.Popen([sys.executable, "-c", HOLD, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return parent, parent.stdout.readline().split()


def kill(parent: subprocess.Popen) -> None:
    parent.kill()
    parent.wait()
    parent.stdout.close()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 60
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < deadline, f"still alive: {pids}"
        time.sleep(0.05)


def test_pair_starts_as_production_expects_and_leaves_nothing():
    servers = PrivateServers()
    servers.start()
    try:
        told = query(
            servers.database_url,
            "SELECT current_user, rolsuper, rolcreatedb, current_setting('server_encoding'), d.datcollate,"
            " inet_server_addr()::text, current_setting('listen_addresses'), pg_get_userbyid(d.datdba)"
            " FROM pg_roles, pg_database d WHERE rolname = current_user AND d.datname = current_database()",
        )
        assert told == [("kpi", False, True, "UTF8", "C.UTF-8", "127.0.0.1/32", "127.0.0.1", "kpi")]
        port = servers.database_url.rpartition(":")[2].partition("/")[0]
        assert not Path(f"/tmp/.s.PGSQL.{port}").exists()
        assert not Path(f"/var/run/postgresql/.s.PGSQL.{port}").exists()
        with closing(redis.Redis.from_url(servers.redis_url)) as link:
            assert link.ping() is True
        assert [child.name for child in servers.children] == ["Redis", "PostgreSQL"]
        pids = [child.process.pid for child in servers.children]
    finally:
        servers.stop()
    assert not any(is_alive(pid) for pid in pids)
    assert not servers.folder.exists()
    servers.stop()  # a second stop does nothing


def test_both_servers_refuse_whoever_does_not_know_the_password():
    servers = PrivateServers()
    servers.start()
    try:
        host, _, _ = servers.database_url.rpartition("@")[2].partition("/")
        for user in ("kpi", "postgres"):
            with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
                psycopg2.connect(f"postgresql://{user}:guess@{host}/postgres")
        with (
            closing(redis.Redis.from_url("redis://" + servers.redis_url.rpartition("@")[2])) as link,
            pytest.raises(redis.exceptions.AuthenticationError),
        ):
            link.ping()
        for secret in ("postgres/password", "redis/redis.conf"):
            assert stat.S_IMODE((servers.folder / secret).stat().st_mode) == 0o600
    finally:
        servers.stop()


def test_durable_data_survives_a_stop_and_a_killed_parent(folder):
    parent, (_, url, *pids) = hold(str(folder))
    query(url, "CREATE TABLE kept AS SELECT 82.35 AS result")
    kill(parent)
    wait_until_gone([int(pid) for pid in pids])

    servers = PrivateServers(folder)
    servers.start()
    try:
        assert str(query(servers.database_url, "SELECT result FROM kept")[0][0]) == "82.35"
    finally:
        servers.stop()
    servers = PrivateServers(folder)
    servers.start()
    try:
        assert str(query(servers.database_url, "SELECT result FROM kept")[0][0]) == "82.35"
    finally:
        servers.stop()


def test_throw_away_folder_of_a_killed_run_is_removed_by_the_next():
    parent, (left, _, *pids) = hold()
    kill(parent)
    wait_until_gone([int(pid) for pid in pids])
    assert Path(left).exists()
    other = PrivateServers()
    try:
        assert not Path(left).exists()
        assert other.folder.exists()
    finally:
        other.stop()


def test_folder_of_a_living_run_is_left_alone():
    parent, (held, *_) = hold()
    try:
        PrivateServers().stop()
        assert (Path(held) / "claim").exists()
    finally:
        kill(parent)


def test_start_after_the_server_itself_was_killed(folder):
    servers = PrivateServers(folder)
    servers.start()
    query(servers.database_url, "CREATE TABLE kept AS SELECT 1 AS one")
    pids = [child.process.pid for child in servers.children]
    for child in servers.children:
        child.process.kill()
        child.process.wait()
    assert (folder / "postgres/data/postmaster.pid").exists()
    again = PrivateServers(folder)
    again.start()
    try:
        assert query(again.database_url, "SELECT one FROM kept") == [(1,)]
        assert not any(is_alive(pid) for pid in pids)
    finally:
        again.stop()
        servers.stop()


def test_a_lock_file_naming_some_other_living_program_does_not_block(folder):
    servers = PrivateServers(folder)
    servers.start()
    servers.stop()
    lock = folder / "postgres/data/postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{folder}\n")
    servers.start()
    try:
        assert lock.read_text().split()[0] == str(servers.children[1].process.pid)
    finally:
        servers.stop()


def test_servers_left_by_a_parent_that_lost_them_are_stopped_first(folder):
    parent, (_, _, *pids) = hold(str(folder))
    try:
        servers = PrivateServers(folder)
        servers.start()
        try:
            assert not any(is_alive(int(pid)) for pid in pids)
            assert query(servers.database_url, "SELECT 1") == [(1,)]
        finally:
            servers.stop()
    finally:
        kill(parent)


def test_data_of_another_major_version_is_not_touched(folder):
    data = folder / "postgres/data"
    data.mkdir(parents=True)
    Runner.for_data(data / "absent").own(data)
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(Trouble) as trouble:
        PrivateServers(folder).start()
    assert "สร้างด้วย PostgreSQL 9 " in str(trouble.value)
    assert "sudo apt-get install -y postgresql-9" in str(trouble.value)
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_damaged_redis_data_is_set_aside(folder):
    servers = PrivateServers(folder)
    servers.start()
    servers.stop()
    [manifest] = [*(folder / "redis/data").rglob("*.manifest")] or [folder / "redis/data/appendonly.aof"]
    manifest.write_text("this is no manifest\n")
    servers.start()
    try:
        with closing(redis.Redis.from_url(servers.redis_url)) as link:
            assert link.ping() is True
        assert len(list((folder / "redis").glob("data.set-aside-*"))) == 1
    finally:
        servers.stop()


def test_half_made_cluster_is_made_again(folder):
    half = folder / "postgres/data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n")
    servers = PrivateServers(folder)
    servers.start()
    try:
        assert query(servers.database_url, "SELECT 1") == [(1,)]
        assert not half.exists()
    finally:
        servers.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands servers over to another user")
def test_root_hands_the_servers_to_an_unprivileged_user(folder):
    folder.parent.chmod(0o700)
    servers = PrivateServers(folder)
    servers.start()
    try:
        for child in servers.children:
            status = Path(f"/proc/{child.process.pid}/status").read_text()
            uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
            assert "0" not in uids
            assert set(uids) == {str((folder / "postgres/data").stat().st_uid)}
    finally:
        servers.stop()


def test_closed_folder_is_recognised():
    stranger = Runner(uid=54321, gid=54321)
    with tempfile.TemporaryDirectory() as name:
        opened = Path(name)
        opened.chmod(0o711)
        closed = opened / "closed"
        closed.mkdir(mode=0o700)
        assert stranger.can_reach(closed)
        assert not stranger.can_reach(closed / "data")
        assert "--ambient-caps=+dac_override" not in stranger.privileges(closed)
        assert "--ambient-caps=+dac_override" in stranger.privileges(closed / "data")
        assert Runner().privileges(closed / "data") == []


def test_port_is_taken_only_while_somebody_listens():
    port = ports.free_port()
    assert ports.is_free(port)
    server = subprocess.Popen(
        [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"], stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 60
        while ports.is_free(port):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
    assert ports.is_free(port)


def test_tail_shows_the_last_lines_even_of_broken_text(tmp_path):
    log = tmp_path / "x.log"
    assert tail(log) == ""
    log.write_bytes(b"one\ntwo\n\xff three\n")
    assert tail(log, lines=2) == "    two\n    � three"
