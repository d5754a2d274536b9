"""The portal that is measured is built, shows what is meant, does what is asked, and leaves nothing behind."""

import os
from pathlib import Path

import pytest

from benchmarks import processor, writes
from benchmarks.__main__ import PAGES
from benchmarks.load import ask
from benchmarks.portal import Portal
from kpiportal.embedded.trouble import Trouble


@pytest.mark.slow
def test_every_figure_can_be_taken_once(tmp_path):
    tmp_path.chmod(0o711)
    folder = tmp_path / "portal"
    with Portal(folder) as portal:
        with pytest.raises(Trouble, match="another benchmark"):
            Portal(folder).__enter__()
        for _key, page, person, label, rows in PAGES:
            body = ask(portal.port, portal.get(page, person))[1]
            assert body.count(b"<tr") >= rows, label
        assert ask(portal.port, portal.get("floor", "coordinator"))[1].decode() == "สวัสดี นายcoordinator ทดสอบ"
        assert ask(portal.port, portal.get("summary_pdf", "coordinator"))[1].startswith(b"%PDF-1.7")
        deeds = {measure.key: measure.work() for measure in writes.measures(portal)}
        assert {key: load.requests for key, load in deeds.items()} == {"save": 40, "attach": 12, "send": 12}
        roots = portal.roots
        assert processor.tree_ticks(processor.read().processes, roots) > 0
    assert not folder.exists()
    assert not [pid for pid in roots if Path(f"/proc/{pid}").exists() and os.getpid() != pid]
