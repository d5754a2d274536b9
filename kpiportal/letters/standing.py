"""What stays the same from letter to letter of an office."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kpiportal.letters.signers import LEADS
from kpiportal.models import Letter, Membership, Organization, Role, Signatory
from kpiportal.models.people import Kind

STANDING = (
    "letterhead", "closing", "signer", "signer_post", "signer_rank", "rank_inside", "acting_order", "owner", "phone",
    "fax", "email",
)  # fmt: skip
_HAND = ("signatory", "signer", "signer_rank", "rank_inside", "signer_post", "acting_order")
_NOUN = {Kind.PROVINCE: "จังหวัด", Kind.CLUSTER: "กลุ่มจังหวัด"}


def standing_words(organization: Organization, *, on: dt.date) -> dict[str, Any]:
    """The office's newest external letter, else what the office itself says; whoever may sign that day signs."""
    letters = Letter.objects.filter(organization=organization, kind=Letter.Kind.EXTERNAL)
    last = letters.order_by("-pk").first()
    words = {name: getattr(last, name) for name in STANDING} if last else _first_words(organization, on=on)
    signatory = _signatory(organization, last, on=on)
    return words | (signed_by(signatory) if signatory else {"signatory": None})


def signed_by(signatory: Signatory) -> dict[str, Any]:
    """The words of a letter which this person signs."""
    acting = signatory.acting
    return {
        "signatory": signatory,
        "signer": signatory.name,
        "signer_rank": signatory.rank,
        "rank_inside": signatory.rank_inside,
        "signer_post": signatory.post_lines,
        "acting_order": signatory.order_text if acting else "",
    }


def memo_words(organization: Organization, *, on: dt.date) -> dict[str, Any]:
    """Who signs what stays inside: whoever signed the office's newest memo, else the head of its bureau."""
    memos = Letter.objects.numbered().filter(organization=organization, kind=Letter.Kind.MEMO)
    last = memos.select_related("signatory").order_by("-pk").first()
    if last and (last.signatory is None or last.signatory.covers(on)):
        return {name: getattr(last, name) for name in _HAND}
    heads = Membership.objects.in_force(on).filter(organization=organization, role=Role.OFFICE_HEAD)
    head = heads.select_related("user").order_by("-valid_from").first()
    if head is None:
        return {}
    post = [head.post or head.user.position]
    words = {"signatory": None, "signer_rank": "", "rank_inside": False, "acting_order": ""}
    return {**words, "signer": head.user.full_name, "signer_post": [line for line in post if line]}


def _signatory(organization: Organization, last: Letter | None, *, on: dt.date) -> Signatory | None:
    """Whoever signed last, while the order is in force; an office that names its signers elsewhere names none."""
    if last is None or last.signatory is None:
        return None if last else _in_force(organization, on)
    return last.signatory if last.signatory.covers(on) else _in_force(organization, on)


def _in_force(organization: Organization, on: dt.date) -> Signatory | None:
    rows = Signatory.objects.filter(organization=organization)
    return next((row for row in rows if row.covers(on)), None)


def _first_words(organization: Organization, *, on: dt.date) -> dict[str, Any]:
    head = (
        Membership.objects.in_force(on)
        .filter(organization=organization, role__in=LEADS)
        .select_related("user")
        .order_by("-valid_from")
        .first()
    )
    post = (head.post or head.user.position) if head else ""
    noun = _NOUN.get(Kind(organization.kind), "")
    return {
        "letterhead": organization.address.splitlines() or [organization.full_name],
        "signer": head.user.full_name if head else "",
        "signer_post": [post] if post else [],
        "owner": [f"สำนักงาน{noun}" if noun else organization.full_name],
        "phone": organization.phone,
        "email": organization.email,
    }
