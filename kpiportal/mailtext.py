"""Mail texts: the only door between wording people may edit and the facts the portal fills in.

The whole syntax is `${field}`, and a field must be on a fixed list. There is no attribute access, no index,
no format language and no template engine: `str.format` on an officer's text once printed SECRET_KEY, so every
other notation (`{x}`, `{{ x }}`, `%(x)s`, `$x`, `$$`) is ordinary text and leaves the portal as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "mail"

_FIELD = re.compile(r"\$\{([^{}]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Everything a mail library may take for the end of a header line, not only CR and LF.
_LINE_END = re.compile("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_ADDRESS = re.compile(r"https?://[^\s<>()\"]+[^\s<>()\".,]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class MailTextRefused(ValueError):
    """A text or a fact cannot become a mail. `sentences`: what is wrong, in Thai, one per finding."""

    def __init__(self, sentences: list[str]):
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def fields(template_text: str) -> list[str]:
    """The fields a wording names, each once, in their order."""
    return list(dict.fromkeys(_FIELD.findall(template_text)))


def check(template_text: str, allowed: frozenset[str]) -> list[str]:
    """Thai sentences on what is wrong with a wording, to show beside the field; [] when it may be saved."""
    found = []
    known = ", ".join(f"${{{name}}}" for name in sorted(allowed)) or "(ไม่มี)"
    for name in fields(template_text):
        if name not in allowed:
            found.append(f"ไม่รู้จักช่อง ${{{name}}} ช่องที่ใช้ได้คือ {known}")
    if "${" in _FIELD.sub("", template_text):
        found.append(f"มีเครื่องหมาย ${{ ที่ไม่ได้ปิดด้วย }} ช่องที่ใช้ได้คือ {known}")
    return found


def check_subject(template_text: str, allowed: frozenset[str]) -> list[str]:
    """As `check`, for the subject: it must also be one line and not blank."""
    found = check(template_text, allowed)
    if _LINE_END.search(template_text):
        found.append("หัวเรื่องต้องอยู่ในบรรทัดเดียว")
    if not template_text.strip():
        found.append("ยังไม่ได้กรอกหัวเรื่อง")
    return found


def fill(template_text: str, facts: Mapping[str, str], *, allowed: frozenset[str]) -> str:
    """The wording with its fields replaced, once: a `${...}` inside a fact is not looked at again.

    Raises MailTextRefused for what `check` finds, and KeyError when an allowed field has no fact: a mail with
    a hole in it must not leave. Control and text-direction characters are taken out of facts, line ends stay.
    """
    if sentences := check(template_text, allowed):
        raise MailTextRefused(sentences)
    return _FIELD.sub(lambda field: _clean(facts[field[1]]), template_text)


def fill_subject(template_text: str, facts: Mapping[str, str], *, allowed: frozenset[str]) -> str:
    """As `fill`, for a header. A line end in the wording or in a fact is refused, never folded or dropped."""
    if sentences := check_subject(template_text, allowed):
        raise MailTextRefused(sentences)
    used = _FIELD.findall(template_text)
    broken = sorted({name for name in used if _LINE_END.search(facts[name])})
    if broken:
        raise MailTextRefused([f"ข้อมูล {name} ที่ใช้ในหัวเรื่องต้องอยู่ในบรรทัดเดียว" for name in broken])
    return _FIELD.sub(lambda field: _clean(facts[field[1]]), template_text)


def read(name: str, *, folder: Path = FOLDER) -> tuple[str, str]:
    """(subject, body) wording of templates/mail/<name>_subject.txt and <name>.txt, as written there."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not the name of a mail: {name!r}")
    subject = (folder / f"{name}_subject.txt").read_text(encoding="utf-8")
    return subject.rstrip("\n"), (folder / f"{name}.txt").read_text(encoding="utf-8")


def load(name: str, facts: Mapping[str, str], *, folder: Path = FOLDER) -> tuple[str, str]:
    """(subject, body) of a shipped mail, filled; its fields may be those the caller has facts for."""
    allowed = frozenset(facts)
    subject, body = read(name, folder=folder)
    return fill_subject(subject, facts, allowed=allowed), fill(body, facts, allowed=allowed)


def as_html(subject: str, text: str) -> str:
    """The same words for mail programs that show HTML: paragraphs, and every web address a link. Nothing else in the
    text becomes markup.

    A paragraph that begins with "- " is an entry: its first line stands out, and leads to the address on its last. What
    stands right before entries is their heading.
    """
    paragraphs = text.strip().split("\n\n")
    shown = [
        _as_part(part, leads=after.startswith("- "))
        for part, after in zip(paragraphs, [*paragraphs[1:], ""], strict=True)
    ]
    return render_to_string("mail/frame.html", {"subject": subject, "parts": shown})


def _as_part(part: str, *, leads: bool) -> tuple[str, SafeString]:
    """(how it looks, its words)."""
    if part.startswith("- "):
        return "entry", _as_entry([line.strip() for line in part.removeprefix("- ").split("\n")])
    kind = "heading" if leads and "\n" not in part else "text"
    return kind, SafeString(_linked(part).replace("\n", "<br>\n"))


def _as_entry(lines: list[str]) -> SafeString:
    title, rest, address = lines[0], lines[1:], ""
    if rest and _ADDRESS.fullmatch(rest[-1]):
        address = rest.pop()
    shown = f'<a href="{escape(address)}">{escape(title)}</a>' if address else _linked(title)
    return SafeString("<br>\n".join([f"<b>{shown}</b>", *map(_linked, rest)]))


def _linked(words: str) -> str:
    return _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', escape(words))


def _clean(fact: str) -> str:
    return _CONTROL.sub("", fact.replace("\r\n", "\n"))
