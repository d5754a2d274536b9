"""`make run` has no proxy in front: a slow line must not cost the upload, nor the others their pages."""

import http.client
import time

import pytest

from kpiportal.embedded.run import WEB
from kpiportal.tests.test_uploadhandler import Server, form, post

PATIENCE = 2  # seconds, instead of gunicorn's 30: the test need not last half a minute


def options(worker_class):
    """The embedded server's own, as far as they concern its workers."""
    words = WEB[2].split()
    own = words[words.index("--worker-class") :][:4]
    assert own[0::2] == ["--worker-class", "--threads"]
    return [*(own if worker_class == "as shipped" else ["--worker-class", worker_class]), "--timeout", str(PATIENCE)]


@pytest.fixture
def serve(tmp_path):
    started = []

    def start(worker_class):
        server = Server(tmp_path, *options(worker_class))
        started.append(server)
        server.wait()
        return server

    yield start
    for server in started:
        server.stop()


def dripping(seconds):
    """The form in pieces that take this long in all."""
    pieces, length = form(10 * 65536)

    def slowly():
        for piece in pieces:
            time.sleep(seconds / 12)
            yield piece

    return slowly(), length


def test_an_upload_slower_than_the_patience_arrives_and_pages_are_answered_meanwhile(serve):
    server = serve("as shipped")
    waits = []

    def look():
        began = time.monotonic()
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        link.request("GET", "/healthz/live")
        assert link.getresponse().status == 200
        link.close()
        waits.append(time.monotonic() - began)

    status, _, text = post(server, *dripping(3 * PATIENCE), watch=look)
    assert status == 422  # read to its end: it is no PDF, and that is said
    assert '"after": "\\u0e2b' in text
    assert len(waits) > 5
    assert max(waits) < PATIENCE


def test_a_sync_worker_would_have_been_killed_with_it(serve):
    """The proof can fail: the worker that was there before."""
    server = serve("sync")
    with pytest.raises((OSError, http.client.HTTPException)):
        post(server, *dripping(3 * PATIENCE))
