"""Secrets at rest: closed with AES-256-GCM, one key a purpose, old keys still open."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.fernet import Fernet

from kpiportal.boxes import Box, CannotOpen

A, B = Box("kpiportal.a"), Box("kpiportal.b")


def test_opens_what_it_closed_and_never_looks_the_same():
    closed = [A.close("กุญแจ"), A.close("กุญแจ")]
    assert [A.open(one) for one in closed] == ["กุญแจ", "กุญแจ"]
    assert closed[0] != closed[1]
    # version, 12 bytes of nonce, 15 bytes of text, 16 bytes of tag
    assert [len(urlsafe_b64decode(one)) for one in closed] == [44, 44]


def test_another_purpose_opens_nothing():
    with pytest.raises(CannotOpen):
        B.open(A.close("กุญแจ"))


@pytest.mark.parametrize("place", [0, 1, 12, 13, -1])
def test_one_changed_bit_anywhere_opens_nothing(place):
    raw = bytearray(urlsafe_b64decode(A.close("กุญแจ")))
    raw[place] ^= 1
    with pytest.raises(CannotOpen):
        A.open(urlsafe_b64encode(bytes(raw)).decode())


@pytest.mark.parametrize("typed", ["", "AQ==", "ไทย", "a", "not a box at all!"])
def test_what_is_no_box_is_refused(typed):
    with pytest.raises(CannotOpen):
        A.open(typed)


def test_a_key_put_away_still_opens_and_closes_nothing_new(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "old-key", []
    old = A.close("กุญแจ")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new-key", ["old-key"]
    assert A.open(old) == "กุญแจ"
    new = A.close("กุญแจ")
    settings.SECRET_KEY_FALLBACKS = []
    assert A.open(new) == "กุญแจ"
    with pytest.raises(CannotOpen):
        A.open(old)


def test_what_fernet_closed_opens_with_the_key_named_only():
    key = Fernet.generate_key()
    closed = Fernet(key).encrypt("กุญแจ".encode()).decode()
    assert Box("kpiportal.a", fernet_keys=[Fernet.generate_key(), key]).open(closed) == "กุญแจ"
    for box in (A, Box("kpiportal.a", fernet_keys=[Fernet.generate_key()])):
        with pytest.raises(CannotOpen):
            box.open(closed)
