"""What a collector's actions cost: saving a draft, attaching a file, sending. One person, one action after another."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator

from benchmarks.load import Load, Request, in_turn
from benchmarks.portal import Portal
from benchmarks.trials import Measure

SAVES, CARDS_A_RUN = 40, 12
Card = tuple[int, int]  # primary keys of the card and of its indicator


def measures(portal: Portal) -> list[Measure]:
    """Saves go to one card again and again; each sent card is a fresh one, taken after its file is attached."""
    first, *others = portal.plan.cards
    saves = _saves(portal, first)
    waiting, attached = iter(others), iter(())

    def save() -> Load:
        return in_turn(portal.port, list(itertools.islice(saves, SAVES)))

    def attach() -> Load | None:
        nonlocal attached
        cards = list(itertools.islice(waiting, CARDS_A_RUN))
        if len(cards) < CARDS_A_RUN:
            return None
        load = in_turn(portal.port, [_attach(portal, card) for card in cards])
        attached = itertools.chain(attached, cards)
        return load

    def send() -> Load | None:
        cards = list(itertools.islice(attached, CARDS_A_RUN))
        return in_turn(portal.port, [_send(portal, card) for card in cards]) if cards else None

    in_turn(portal.port, list(itertools.islice(saves, 4)))  # warm: both workers have saved once
    size = len(portal.evidence) // 1000
    return [
        Measure("save", "save a card's draft", save),
        Measure("attach", f"attach evidence (PDF, {size} kB)", attach),
        Measure("send", "send a card", send),
    ]


def _fields(card: Card, revision: int, **more: str) -> dict[str, str]:
    """A whole card as the page posts it."""
    return {
        "revision": str(revision),
        "token": str(uuid.uuid4()),
        f"value_{card[1]}": "82.35",
        "explanation": "ดำเนินการครบตามแผนปฏิบัติราชการ และรวบรวมข้อมูลจากแหล่งข้อมูลตามรายละเอียดตัวชี้วัด",
        "supporting_factors": "",
        "obstacles": "ข้อมูลจากบางอำเภอส่งล่าช้ากว่ากำหนด",
        "suggestions": "",
        **more,
    }


def _saves(portal: Portal, card: Card) -> Iterator[Request]:
    """Each save stands on the revision the one before it made, and changes the result."""
    for revision in itertools.count():
        result = f"{80 + revision % 10}.{revision % 100:02}"
        fields = _fields(card, revision, **{f"value_{card[1]}": result})
        yield portal.post(f"/reporting/cards/{card[0]}/save/", "writer", fields)


def _attach(portal: Portal, card: Card) -> Request:
    return portal.post(f"/reporting/cards/{card[0]}/evidence/", "writer", {}, file=portal.evidence)


def _send(portal: Portal, card: Card) -> Request:
    return portal.post(f"/reporting/cards/{card[0]}/send/", "writer", _fields(card, 0))
