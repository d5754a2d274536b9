"""The driver: every request is answered, counted and right, or the run stops with a sentence."""

import http.server
import threading

import pytest

from benchmarks.load import Request, ask, hammer, in_turn, percentile
from kpiportal.embedded.trouble import Trouble


@pytest.fixture
def server():
    """Answers /ok with the number of the request, /no with 404; remembers what it was sent."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.command, self.path, self.headers["Cookie"], body))
            self.send_response(200 if self.path == "/ok" else 404)
            self.end_headers()
            self.wfile.write(f"ข้อ {len(seen)}".encode())

        do_POST = do_GET

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        running.seen = seen
        yield running
        running.shutdown()
        thread.join()


def test_an_answer_is_read_to_its_end(server):
    took, body = ask(server.server_port, Request("/ok", headers={"Cookie": "a=b"}, method="POST", body=b"x=1"))
    assert body.decode() == "ข้อ 1"
    assert 0 < took < 5000
    assert server.seen == [("POST", "/ok", "a=b", b"x=1")]


def test_all_that_was_asked_is_counted(server):
    load = hammer(server.server_port, Request("/ok"), seconds=0.3, connections=3)
    assert load.requests == len(server.seen) >= 3
    assert load.seconds >= 0.3
    assert 0 < load.p50 <= load.p95
    assert in_turn(server.server_port, [Request("/ok")] * 4).requests == 4


def test_a_wrong_answer_stops_the_run(server):
    with pytest.raises(Trouble, match=r"GET /no answered .*404.*, expected 200"):
        ask(server.server_port, Request("/no"))
    with pytest.raises(Trouble, match="/no"):
        hammer(server.server_port, Request("/no"), seconds=5, connections=2)
    assert len(server.seen) <= 3


def test_nobody_listening_stops_the_run():
    with pytest.raises(Trouble, match="/ok"):
        hammer(1, Request("/ok"), seconds=5, connections=1)


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [([5], 0.95, 5), ([4, 1, 3, 2], 0.5, 2), (range(1, 101), 0.95, 95), (range(1, 101), 0.0, 1), ([1, 9], 1.0, 9)],
)
def test_percentile(values, part, expected):
    assert percentile(values, part) == expected


def test_percentile_of_nothing():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)
