"""The sums and goals of the sign-in benchmark, by hand; the even pace of a stream."""

import time

from benchmarks import sign_in
from benchmarks.sign_in import Stream, Stretch, lines, password

ALONE = Stretch(pages=20.0, share=0.05, cpu=3.0, beside=0, others=0.01)
STORM = Stretch(pages=39.0, share=0.20, cpu=12.9, beside=99, others=0.02)
SIEGE = Stretch(pages=30.0, share=0.14, cpu=8.4, beside=1500, others=0.0)


def test_what_is_told(monkeypatch):
    monkeypatch.setattr(sign_in, "CORES", 2)
    assert list(lines(ALONE, STORM, SIEGE, True)) == [
        ("alone: pages p95 20 ms, 5.0% of 2 cores", True),
        ("sign-ins: 99 at 3.3/s, 100 CPU-ms each", True),
        ("  pages p95 39 ms, 1.95 times alone (goal 2)", True),
        ("bad passwords: 1500 at 50/s, 3.6 CPU-ms each", True),
        ("  pages p95 30 ms, 1.50 times alone (goal 2)", True),
        ("  the guesser has 9.0% of the processors (goal 10%)", True),
        ("  the person guessed at signs in from another address: yes", True),
        ("others on this machine used up to 0.02 cores", True),
    ]


def test_a_goal_missed_is_said():
    slow = Stretch(pages=41.0, share=0.16, cpu=9.0, beside=1500, others=0.0)
    held = [goal for _, goal in lines(ALONE, slow, slow, False)]
    assert held == [True, True, False, True, False, False, False, True]


def test_a_stream_keeps_its_pace_whatever_the_answers_take():
    stream = Stream(20.0, lambda: time.sleep(0.5))
    began = time.monotonic()
    stream.run(0.5)
    assert len(stream.latencies) == 10
    assert time.monotonic() - began < 4  # one after another they would take five seconds
    assert min(stream.latencies) >= 500


def test_the_form_is_sent_as_a_browser_behind_the_proxy_sends_it():
    sent = password("collector", "x", "203.0.113.1")
    assert sent.body == b"login=collector%40example.go.th&password=x"
    assert sent.headers["X-Forwarded-For"] == "203.0.113.1"
    assert sent.headers["X-CSRFToken"] in sent.headers["Cookie"]
