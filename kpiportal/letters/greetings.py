"""How one greets whom (annex 2): what the table says about a post somebody typed."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject

from kpiportal.models import Salutation

# The whole table (a few rows) beside a letter, so that its page asks no question more.
TABLE = ArraySubquery(
    Salutation.objects.order_by("order", "pk").values(row=JSONObject(name="name", opening="opening", closing="closing"))
)
SHORTEST_POST = 6  # letters: shorter words of a row's name are no posts (และ, ตาม)


def expected(text: str, table: Iterable[Salutation]) -> Salutation | None:
    """The row that names exactly this post (ประธานศาลฎีกา), if one does; รองนายกรัฐมนตรี is not นายกรัฐมนตรี."""
    post = text.strip()
    for row in table:
        if any(post == word or post.startswith(f"{word} ") for word in row.name.split() if len(word) >= SHORTEST_POST):
            return row
    return None


def wrong(text: str, opening: str, table: Iterable[Salutation]) -> str:
    """The sentence for a post that is greeted otherwise than the table says; empty when it is right or not named."""
    row = expected(text, table)
    if row is None or row.opening == opening:
        return ""
    return f"“{text}” ตามตารางใช้คำขึ้นต้นว่า “{row.opening}” และลงท้ายว่า “{row.closing}” แต่หนังสือใช้ “{opening}”"
