"""Wording people edit can name facts from a list and nothing else."""

import email
from email.header import decode_header, make_header

import pytest
from django.conf import settings
from django.core.mail import EmailMessage

from kpiportal.mailtext import MailTextRefused, check, check_subject, fill, fill_subject, load, read

ALLOWED = frozenset({"indicator", "due_on"})
FACTS = {"indicator": "ตัวชี้วัดที่ 1.1", "due_on": "20 พ.ย. 2569"}


def test_named_fields_are_filled():
    text = "เรียน ผู้เกี่ยวข้อง\n\n${indicator} ครบกำหนด ${due_on} (${indicator})"
    assert fill(text, FACTS, allowed=ALLOWED) == ("เรียน ผู้เกี่ยวข้อง\n\nตัวชี้วัดที่ 1.1 ครบกำหนด 20 พ.ย. 2569 (ตัวชี้วัดที่ 1.1)")


@pytest.mark.parametrize(
    "text",
    [
        "{settings.SECRET_KEY}",
        "{indicator.__class__.__init__.__globals__}",
        "{0.__class__}",
        "%(indicator)s %(x)s %s",
        "{{ settings.SECRET_KEY }} {% debug %} {% load log %}",
        "{# ซ่อน #}",
        "$indicator $$ $5 100$",
        "<%= 7*7 %> #{7*7}",
        "{indicator!r:>30}",
        "\\u0024{indicator",
    ],
)
def test_every_other_notation_is_ordinary_text(text):
    assert check(text, ALLOWED) == []
    assert fill(text, FACTS, allowed=ALLOWED) == text


@pytest.mark.parametrize(
    "field",
    [
        "__class__",
        "settings.SECRET_KEY",
        "indicator.__class__",
        "indicator[0]",
        "indicator!r",
        "indicator:>30",
        " indicator",
        "indicator ",
        "INDICATOR",
        "",
        "7*7",
        "indicator\n",
        "ตัวชี้วัด",
    ],
)
def test_a_field_off_the_list_is_refused_with_the_list(field):
    text = f"ก ${{{field}}} ข"
    assert check(text, ALLOWED) == [f"ไม่รู้จักช่อง ${{{field}}} ช่องที่ใช้ได้คือ ${{due_on}}, ${{indicator}}"]
    with pytest.raises(MailTextRefused) as refused:
        fill(text, FACTS | {field: "ความลับ"}, allowed=ALLOWED)
    assert refused.value.sentences == check(text, ALLOWED)


def test_an_unclosed_or_nested_field_is_refused():
    for text in ("${indicator", "${${indicator}}", "ก ${ ข"):
        assert check(text, ALLOWED) == ["มีเครื่องหมาย ${ ที่ไม่ได้ปิดด้วย } ช่องที่ใช้ได้คือ ${due_on}, ${indicator}"]
        with pytest.raises(MailTextRefused):
            fill(text, FACTS, allowed=ALLOWED)


def test_a_fact_is_never_read_as_a_template():
    facts = {"indicator": "${due_on} {settings.SECRET_KEY}", "due_on": "\\g<0> \\1"}
    assert fill("${indicator}|${due_on}", facts, allowed=ALLOWED) == ("${due_on} {settings.SECRET_KEY}|\\g<0> \\1")
    assert settings.SECRET_KEY not in fill("{settings.SECRET_KEY}", facts, allowed=ALLOWED)


def test_a_missing_fact_stops_the_mail():
    with pytest.raises(KeyError, match="due_on"):
        fill("${due_on}", {"indicator": "x"}, allowed=ALLOWED)


def test_hidden_characters_do_not_travel_in_facts():
    facts = {"indicator": "ก\x00ข\x1b[31m\u202egpj.exe\r\nบรรทัดสอง", "due_on": ""}
    assert fill("${indicator}", facts, allowed=ALLOWED) == "กข[31mgpj.exe\nบรรทัดสอง"


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_a_line_end_in_a_subject_fact_is_refused(line_end):
    facts = FACTS | {"indicator": f"ก{line_end}Bcc: all@example.org"}
    with pytest.raises(MailTextRefused) as refused:
        fill_subject("แจ้ง ${indicator}", facts, allowed=ALLOWED)
    assert refused.value.sentences == ["ข้อมูล indicator ที่ใช้ในหัวเรื่องต้องอยู่ในบรรทัดเดียว"]
    assert fill_subject("แจ้ง ${due_on}", facts, allowed=ALLOWED) == "แจ้ง 20 พ.ย. 2569"


def test_a_subject_is_one_line_and_not_blank():
    assert check_subject("แจ้งเตือน\nBcc: x@example.org", ALLOWED) == ["หัวเรื่องต้องอยู่ในบรรทัดเดียว"]
    assert check_subject("  ", ALLOWED) == ["ยังไม่ได้กรอกหัวเรื่อง"]
    assert check_subject("แจ้ง ${indicator}", ALLOWED) == []


def test_a_filled_subject_is_one_header_on_the_wire():
    subject = fill_subject("แจ้ง ${indicator}", FACTS, allowed=ALLOWED)
    message = EmailMessage(subject, "เนื้อความ", "a@example.org", ["b@example.org"]).message()
    parsed = email.message_from_bytes(message.as_bytes())
    assert str(make_header(decode_header(parsed["Subject"]))) == "แจ้ง ตัวชี้วัดที่ 1.1"
    assert "Bcc" not in parsed


def test_load_reads_the_pair_and_fills_it(tmp_path):
    (tmp_path / "report_due_subject.txt").write_text("ครบกำหนด ${due_on}\n", encoding="utf-8")
    (tmp_path / "report_due.txt").write_text("${indicator}\n{x}\n", encoding="utf-8")
    assert read("report_due", folder=tmp_path) == ("ครบกำหนด ${due_on}", "${indicator}\n{x}\n")
    assert load("report_due", FACTS, folder=tmp_path) == (
        "ครบกำหนด 20 พ.ย. 2569",
        "ตัวชี้วัดที่ 1.1\n{x}\n",
    )


@pytest.mark.parametrize("name", ["../secret", "a/b", "a.b", "A", "", "a\x00", "a\n"])
def test_a_mail_name_cannot_leave_its_folder(name, tmp_path):
    with pytest.raises(ValueError, match="not the name of a mail"):
        read(name, folder=tmp_path)


def test_every_shipped_mail_is_a_pair():
    folder = settings.BASE_DIR / "templates" / "mail"
    bodies = {p.stem for p in folder.glob("*.txt") if not p.stem.endswith("_subject")}
    subjects = {p.stem.removesuffix("_subject") for p in folder.glob("*_subject.txt")}
    assert bodies == subjects
    for name in bodies:
        subject, body = read(name)
        assert "\n" not in subject
        assert body.strip()
