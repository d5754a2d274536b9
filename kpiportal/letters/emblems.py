"""The emblem an office prints on its letters: given once by its head, cleaned, drawn at 300 dots an inch and kept.

Nothing of what was sent reaches a letter but the picture it makes: an SVG is read element by element against a short
list, drawn by our own typesetter without any source to fetch from, and thrown away.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser, tostring

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from PIL import Image

from kpiportal import audit, files, rules
from kpiportal.models import Emblem, Membership, Organization, Role, StoredFile, User
from kpiportal.pdf import PdfError, pictures_of
from kpiportal.uploads import UploadRefused, inspect

DOTS = 354  # 3 cm at 300 dots an inch
LARGEST_SVG = 2 * 2**20  # bytes
_SHAPES = (
    "svg g path circle ellipse rect line polyline polygon defs clipPath linearGradient radialGradient stop use "
    "title desc symbol"
)
_ALLOWED = frozenset(f"{{http://www.w3.org/2000/svg}}{name}" for name in _SHAPES.split())
_DROPPED = ("{http://www.inkscape.org", "{http://sodipodi", "{http://www.w3.org/1999/02/22-rdf", "{http://purl.org")
_SVG = "{http://www.w3.org/2000/svg}"
_SENTENCE = "ไฟล์ SVG นี้มีส่วนที่ไม่ใช่ลายเส้น (เช่น สคริปต์ รูปภาพ หรือลิงก์ไปที่อื่น) จึงรับไม่ได้ โปรดบันทึกเป็น PNG แล้วส่งใหม่"

audit.tells(**{"letters.emblem": "ใส่ตราครุฑของหน่วยงาน"})


def can_give(user: User, organization: Organization) -> Membership | None:
    """Who looks after the office: the misuse of the emblem is an offence, so one person answers for it."""
    return rules.duty_at(user, organization.pk, Role.OFFICE_HEAD, Role.CLUSTER_HEAD, Role.DIRECTOR)


@transaction.atomic
def give(organization: Organization, upload: UploadedFile, *, by: User, at: dt.datetime) -> Emblem:
    """Keep an SVG or PNG as the office's emblem from now on. Raises PermissionDenied; ValidationError in Thai."""
    duty = can_give(by, organization)
    if not duty:
        raise PermissionDenied
    picture = _drawn(upload)
    stored = files.store_bytes(
        picture, name="emblem.png", content_type="image/png", purpose=StoredFile.Purpose.EMBLEM,
        organization=organization, by=by, at=at,
    )  # fmt: skip
    made = Emblem.objects.create(organization=organization, file=stored, given_at=at)
    audit.record("letters.emblem", made, by=by, duty=duty, at=at, sha256=stored.sha256, sent=upload.name or "")
    return made


def data_uri_of(organization: Organization) -> str:
    """The newest emblem as a PNG data URI; "" when the office has given none."""
    newest = organization.emblems.select_related("file").first()
    return _data_uri(str(newest.file_id)) if newest else ""


@lru_cache(maxsize=128)
def _data_uri(key: str) -> str:
    """Stored files never change, so their key is enough to remember them by."""
    with files.open_stored(StoredFile.objects.get(pk=key)) as file:
        return "data:image/png;base64," + base64.b64encode(file.read()).decode()


def _drawn(upload: UploadedFile) -> bytes:
    """Grey PNG, 354 dots high."""
    start = upload.read(512)
    upload.seek(0)
    if b"<svg" in start or b"<?xml" in start:
        return _small(_svg_picture(upload))
    try:
        accepted = inspect(upload)
    except UploadRefused as refusal:
        raise ValidationError({"file": refusal.sentence}) from refusal
    if accepted.content_type != "image/png":
        raise ValidationError({"file": "ตราครุฑต้องเป็นไฟล์ SVG หรือ PNG"})
    upload.seek(0)
    with Image.open(io.BytesIO(upload.read()), formats=["PNG"]) as picture:
        return _small(picture)


def _small(picture: Image.Image) -> bytes:
    width, height = picture.size
    if not 0.5 <= width / height <= 2:
        raise ValidationError({"file": "สัดส่วนของภาพไม่ใช่ตราครุฑ กว้างและสูงต้องใกล้เคียงกัน"})
    if height < DOTS // 2:
        raise ValidationError({"file": f"ภาพเล็กเกินไป ต้องสูงอย่างน้อย {DOTS // 2} จุด เพื่อให้พิมพ์คมชัด"})
    clear = picture.convert("RGBA")
    grey = Image.new("RGBA", clear.size, "white")
    grey.alpha_composite(clear)
    out = io.BytesIO()
    grey.convert("L").resize((round(width * DOTS / height), DOTS), Image.Resampling.LANCZOS).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def _svg_picture(upload: UploadedFile) -> Image.Image:
    data = upload.read(LARGEST_SVG + 1)
    if len(data) > LARGEST_SVG:
        raise ValidationError({"file": f"ไฟล์ SVG ใหญ่เกิน {LARGEST_SVG // 2**20} MB"})
    drawing = tostring(_clean(data), encoding="unicode")
    page = '<html lang="th"><title>ตราครุฑ</title><div>' + drawing + "</div></html>"
    try:
        return pictures_of(page, stylesheets=("emblem",), dots_per_inch=600)[0]
    except PdfError as error:
        raise ValidationError({"file": "วาดไฟล์ SVG นี้ไม่ได้ โปรดบันทึกเป็น PNG แล้วส่งใหม่"}) from error


class _NoDoctype(TreeBuilder):
    """A document type can name entities, which can be files or gigabytes."""

    def doctype(self, name: str, pubid: str, system: str) -> None:
        raise ValidationError({"file": _SENTENCE})


def _clean(data: bytes) -> Element:
    """The drawing without what draws nothing; refused when it holds what could do something."""
    if b"<!ENTITY" in data:
        raise ValidationError({"file": _SENTENCE})
    try:
        root = _parsed(data)
    except (ParseError, RecursionError, ValueError) as error:
        raise ValidationError({"file": "อ่านไฟล์ SVG ไม่ได้ ไฟล์อาจเสียหาย"}) from error
    if root.tag != f"{_SVG}svg" or not root.get("viewBox"):
        raise ValidationError({"file": "ไฟล์ SVG ต้องมี viewBox โปรดบันทึกใหม่จากโปรแกรมวาดภาพ หรือส่งเป็น PNG"})
    _check(root, depth=0)
    for name in ("width", "height", "style"):
        root.attrib.pop(name, None)
    for element in root.iter():  # an SVG inside a page has no prefixes
        element.tag = element.tag.rpartition("}")[2]
        for name in [name for name in element.attrib if name.startswith("{")]:
            element.set(name.rpartition("}")[2], element.attrib.pop(name))
    root.set("xmlns", _SVG[1:-1])
    return root


def _parsed(data: bytes) -> Element:
    parser = XMLParser(target=_NoDoctype())
    parser.feed(data)
    found: Element = parser.close()
    return found


def _check(element: Element, *, depth: int) -> None:
    if element.tag not in _ALLOWED or depth > 60:
        raise ValidationError({"file": _SENTENCE})
    for name, value in list(element.attrib.items()):
        short = name.rpartition("}")[2].lower()
        if name.startswith(_DROPPED) or short == "space":
            del element.attrib[name]
        elif short.startswith("on") or _reaches_out(short, value):
            raise ValidationError({"file": _SENTENCE})
    for child in list(element):
        if not isinstance(child.tag, str) or child.tag.startswith(_DROPPED) or child.tag == f"{_SVG}metadata":
            element.remove(child)
        else:
            _check(child, depth=depth + 1)


def _reaches_out(name: str, value: str) -> bool:
    """Whether an attribute could fetch: a link is allowed within the drawing only."""
    text = "".join(value.lower().split())
    if name == "href":
        return not text.startswith("#")
    return "url(" in text.replace("url(#", "") or "@import" in text or "expression(" in text or "\\" in text
