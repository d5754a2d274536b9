"""Typeset an official letter from plain words: external (form 1), memo (form 2), stamped (form 3).

`LetterText` holds every printed word, already worded, dated and in Thai digits; nothing is looked up, counted
or translated here, so what was approved is what is printed.  Each kind is a template and a style sheet over
the same fitting (`_fit`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.template import Context, Engine
from django.utils.safestring import SafeString

from kpiportal.pdf.engine import LaidOut, Line, break_points, lay_out, memory
from kpiportal.pdf.errors import PdfError
from kpiportal.pdf.markup import nobreak
from kpiportal.pdf.pictures import read_data_uri
from kpiportal.pdf.qr import qr_png
from kpiportal.thai.digits import to_thai_digits

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
EXTERNAL = "letters/external.v1.html"
MEMO = "letters/memo.v1.html"
STAMPED = "letters/stamped.v1.html"
COPY = "letters/_copy.html"
_HEADS = {EXTERNAL: "letters/_head.html", MEMO: "letters/_head_memo.html", STAMPED: "letters/_head_stamped.html"}
_SHEETS = {EXTERNAL: ("letter",), MEMO: ("letter", "memo"), STAMPED: ("letter", "stamped")}

EMBLEM_PLACEHOLDER = "placeholder"
"""A dashed frame: for previews of an office that has not given its emblem yet."""
EMBLEM_ON_PAPER = "paper"
"""Left blank: the letter will be printed on emblem paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """The words of one letter, in Thai digits, without HTML.

    `number` is what follows "ที่" (ชม ๐๐๑๗.๒/ว ๗๕๒๗๕).  `emblem` is a PNG or JPEG data URI, or one of the two
    constants above.  `names` are names of persons and places in the text that must not be cut.  `signer` is
    the full name without brackets; `signer_rank` (ยศ) is printed before the room for the signature, or with
    `rank_inside` before the name.  `urgency`: ด่วนมาก, or ด่วนภายใน with its day and its time on lines of their
    own.  `reached`: a memo's telephone and address beside its office.  `proof`: an address of ours, printed as a
    QR code at the foot; "" for none.
    """

    number: str
    sender_lines: tuple[str, ...]
    date: str
    subject: str
    recipient: str
    body: tuple[str, ...]
    signer: str
    position_lines: tuple[str, ...]
    owner_lines: tuple[str, ...] = ()
    salutation: str = "เรียน"
    references: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()
    closing: str = "ขอแสดงความนับถือ"
    signer_rank: str = ""
    urgency: str = ""
    copies_to: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    emblem: str = EMBLEM_PLACEHOLDER
    draft: bool = False
    template: str = EXTERNAL
    rank_inside: bool = False
    reached: str = ""
    proof: str = ""


def render_letter(letter: LetterText, *, variant: str | None = "pdf/a-2u") -> bytes:
    """The letter as PDF bytes, the same for the same words.

    Raises PdfError when a part that every letter has is empty, when the emblem is not a picture, or when the
    text holds a character the letter font lacks.
    """
    author = " ".join(letter.sender_lines)
    return lay_out_letter(letter).to_pdf(variant=variant, title=letter.subject, author=author)


def lay_out_letter(letter: LetterText) -> LaidOut:
    """The letter broken into lines and pages, fitted: see `_fit`.

    Remembered by its words without number and receiver: `render_letter` of the next ones is half the work.
    """
    _check(letter)
    return _fit(letter)


def _check(letter: LetterText) -> None:
    wanted = {
        "ที่": letter.number,
        "ส่วนราชการเจ้าของหนังสือ": letter.sender_lines if letter.template != MEMO else letter.owner_lines,
        "วันที่": letter.date,
        "เรื่อง": letter.subject,
        "คำขึ้นต้น": letter.salutation,
        "ผู้รับ": letter.recipient,
        "ข้อความ": letter.body,
    }
    if letter.template != STAMPED:
        wanted |= {"ชื่อผู้ลงนาม": letter.signer, "ตำแหน่งผู้ลงนาม": letter.position_lines}
    if letter.template == EXTERNAL:
        wanted |= {"คำลงท้าย": letter.closing}
    missing = [name for name, value in wanted.items() if not "".join(value).strip()]
    if missing:
        raise PdfError(f"หนังสือยังไม่มี {', '.join(missing)}")
    if letter.emblem not in (EMBLEM_PLACEHOLDER, EMBLEM_ON_PAPER):
        try:
            read_data_uri(letter.emblem)
        except ValueError as error:
            raise PdfError("ตราครุฑต้องเป็นภาพ PNG หรือ JPEG") from error


@dataclass(frozen=True, slots=True)
class _Fitted:
    """How a letter was fitted, and the lines its receiver took: a copy of as many lines is fitted the same way.

    `letter` and `laid_out` are the one that was fitted, of which a copy for the next receiver is made.
    """

    letter: LetterText
    laid_out: LaidOut
    owner_at_foot: bool
    extra_css: str
    receiver_lines: int


_MOST_REMEMBERED = 8
_OF_A_COPY = frozenset({"to", "proof", "numbered"})
"""Classes of what differs between the copies of a circular, or between a letter and the same under another number."""


def _fit(letter: LetterText) -> LaidOut:
    """`_fit_anew`, without its trials for a copy that differs by its receiver, number and proof only.

    Only these are laid out, and put in the place of the others where they take the same room. Else the whole is:
    the outcome of the trials is the same as long as the receiver takes as many lines.
    """
    remembered: dict[LetterText, _Fitted] = memory()
    common = replace(letter, recipient="", salutation="", number="", proof="")
    if known := remembered.get(common):
        if copy := _copy_of(known, letter):
            return copy
        laid_out = _lay_out(letter, owner_at_foot=known.owner_at_foot, extra_css=known.extra_css)
        if len(laid_out.lines("to")) == known.receiver_lines:
            return laid_out
    laid_out, at_foot, css = _fit_anew(letter)
    if len(remembered) >= _MOST_REMEMBERED:
        remembered.pop(next(iter(remembered)), None)
    remembered[common] = _Fitted(letter, laid_out, at_foot, css, len(laid_out.lines("to")))
    return laid_out


def _copy_of(known: _Fitted, letter: LetterText) -> LaidOut | None:
    """The letter to another receiver or under another number, by laying out only that; None where more differs."""
    if bool(letter.proof) != bool(known.letter.proof):
        return None
    words = _words_of_head(letter) if letter.number != known.letter.number else {}
    html = _engine().get_template(COPY).render(Context(words | _words_of_copy(letter)))
    return known.laid_out.with_parts(lay_out(html, stylesheets=_sheets(letter)), _OF_A_COPY)


def _fit_anew(letter: LetterText) -> tuple[LaidOut, bool, str]:
    """One page when it can be, if need be with the owner block at the foot beside the signature.

    Else two pages or more, and each but the last names the first words of the next at its lower right.
    Returns the layout, whether the owner block is at the foot, and the style of the continuation words.
    """
    if looks_full(letter):
        tight = _lay_out(letter, owner_at_foot=True)
        if tight.page_count == 1 and not _owner_fits_below(tight) and not _owner_collides(tight):
            return tight, True, ""
    laid_out, at_foot = _lay_out(letter), False
    if laid_out.page_count > 1 and _has_owner(letter):
        tight = _lay_out(letter, owner_at_foot=True)
        if tight.page_count < laid_out.page_count and not _owner_collides(tight):
            laid_out, at_foot = tight, True
    css = _continuation_css(laid_out) if laid_out.page_count > 1 else ""
    if css:
        laid_out = _lay_out(letter, owner_at_foot=at_foot, extra_css=css)
    return laid_out, at_foot, css


_CHARACTERS_OF_A_FULL_PAGE = 1500


def looks_full(letter: LetterText) -> bool:
    """A guess that saves one layout of a letter of a full page; the outcome does not hang on it."""
    texts = (letter.subject, letter.recipient, *letter.references, *letter.enclosures, *letter.body)
    return sum(map(len, texts)) > _CHARACTERS_OF_A_FULL_PAGE and _has_owner(letter)


def _has_owner(letter: LetterText) -> bool:
    """A memo names its office at its head."""
    return letter.template != MEMO and bool(letter.owner_lines or letter.copies_to)


_OWNER_GAP, _PAGE_FOOT = 54.3, (29.7 - 2) / 2.54 * 72
"""Points; as `css/letter.css` has them."""


def _owner_fits_below(at_foot: LaidOut) -> bool:
    """Would there be room for the owner block under the signature after all?"""
    owner = at_foot.lines("owner")
    height = owner[-1].bottom - owner[0].top
    return at_foot.lines("sign")[-1].bottom + _OWNER_GAP + height <= _PAGE_FOOT


def _lay_out(letter: LetterText, *, owner_at_foot: bool = False, extra_css: str = "") -> LaidOut:
    html = _engine().get_template(letter.template).render(Context(_words(letter, owner_at_foot)))
    return lay_out(html, stylesheets=_sheets(letter), extra_css=extra_css)


def _sheets(letter: LetterText) -> tuple[str, ...]:
    return (*_SHEETS[letter.template], *(("draft",) if letter.draft else ()))


@lru_cache(maxsize=1)
def _engine() -> Engine:
    """Our own, not the site's: no context processor and no loader of an app can add a word to a letter."""
    return Engine(dirs=[str(TEMPLATES)], autoescape=True)


def _words(letter: LetterText, owner_at_foot: bool) -> dict[str, object]:
    def keep(text: str) -> SafeString:
        return nobreak(text, letter.names)

    def keep_all(texts: Sequence[str]) -> list[SafeString]:
        return [keep(text) for text in texts]

    signer = f"({letter.signer_rank if letter.rank_inside else ''}{letter.signer})"
    return {
        "title": letter.subject,
        "subject": keep(letter.subject),
        "references": _numbered(keep_all(letter.references)),
        "enclosures": _numbered(keep_all(letter.enclosures)),
        "body": keep_all(letter.body),
        "closing": letter.closing,
        "signer_rank": "" if letter.rank_inside else keep(letter.signer_rank),
        "signer": nobreak(signer, [signer]),
        "position_lines": keep_all(letter.position_lines),
        "copies_to": _numbered(keep_all(letter.copies_to)),
        "owner_at_foot": owner_at_foot,
        **_words_of_head(letter),
        **_words_of_copy(letter),
    }


def _words_of_head(letter: LetterText) -> dict[str, object]:
    """The number with what stands beside it and, in a memo, above: its dotted lines must be laid out where they are."""

    def keep(text: str) -> SafeString:
        return nobreak(text, letter.names)

    emblems = {EMBLEM_PLACEHOLDER: "emblem_placeholder.svg", EMBLEM_ON_PAPER: ""}
    return {
        "head": _HEADS[letter.template],
        "urgency": letter.urgency.split("\n"),
        "emblem": emblems.get(letter.emblem, letter.emblem),
        "number": nobreak(f"ที่ {letter.number}"),
        "number_alone": keep(letter.number),
        "sender_lines": [keep(line) for line in letter.sender_lines],
        "owner_lines": [keep(line) for line in letter.owner_lines],
        "reached": keep(letter.reached),
        "date": keep(letter.date),
    }


def _words_of_copy(letter: LetterText) -> dict[str, object]:
    return {
        "salutation": letter.salutation,
        "salutation_is_long": len(letter.salutation) > len("เรียน"),
        "recipient": nobreak(letter.recipient, letter.names),
        "proof": qr_png(letter.proof) if letter.proof else "",
    }


def _numbered(texts: Sequence[SafeString]) -> list[dict[str, object]]:
    """One text stands alone; several are numbered ๑. ๒. ๓."""
    several = len(texts) > 1
    return [
        {"ordinal": to_thai_digits(f"{number}.") if several else "", "text": text}
        for number, text in enumerate(texts, start=1)
    ]


def _owner_collides(laid_out: LaidOut) -> bool:
    """Would the owner block at the foot print over the text or the signature beside it?"""
    owner = laid_out.lines("owner")
    others = [line for line in laid_out.lines() if line not in owner]
    return any(_overlap(ours, theirs) for ours in owner for theirs in others)


_CLEARANCE = 8.0
"""Points of white that must stay between the owner block and the position lines."""


def _overlap(one: Line, other: Line) -> bool:
    return (
        one.page == other.page
        and one.top < other.bottom
        and other.top < one.bottom
        and one.left < other.right + _CLEARANCE
        and other.left < one.right + _CLEARANCE
    )


CONTINUATION_LENGTH = 14


def _continuation_css(laid_out: LaidOut) -> str:
    """`/first words...` of each next page, for the lower right of the page before it."""
    first_lines: dict[int, str] = {}
    for line in laid_out.lines():
        first_lines.setdefault(line.page, line.text)
    return "".join(
        f"@page :nth({page - 1}) {{ @bottom-right {{ content: {_css_string(f'/{first_words(text)}...')}; "
        'font: 16pt "KPI Letter"; vertical-align: top; padding-top: .2cm } }\n'
        for page, text in first_lines.items()
        if page > 1
    )


def first_words(text: str) -> str:
    """The first words of a line, cut where a line may break: 14 characters, more only for one long word."""
    ends = [index for index in break_points(text) if index > 1] + [len(text)]
    fitting = [end for end in ends if len(text[:end].rstrip()) <= CONTINUATION_LENGTH]
    return text[: max(fitting, default=ends[0])].strip()


def _css_string(text: str) -> str:
    """Every character as a CSS escape, so that no text can leave the string it stands in."""
    return '"' + "".join(f"\\{ord(char):x} " for char in text) + '"'
