"""Static files' names: with their fingerprint, the same in one process however often they are asked for."""

import pytest
from django.test import override_settings

from kpiportal.staticnames import RememberedNames


@pytest.fixture
def collected(tmp_path):
    (tmp_path / "portal.css").write_text("a{}")
    with override_settings(STATIC_ROOT=str(tmp_path), DEBUG=False):
        storage = RememberedNames()
        list(storage.post_process({"portal.css": (storage, "portal.css")}))
        yield storage


def test_an_address_carries_the_fingerprint_and_is_looked_up_once(collected):
    address = collected.url("portal.css")
    assert address == "/static/portal.307cc22fa776.css"
    collected.hashed_files.clear()
    assert collected.url("portal.css") == address


def test_a_file_that_was_not_collected_has_no_address(collected):
    with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
        collected.url("never.css")
    with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
        collected.url("never.css")
