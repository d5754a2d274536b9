"""The door: only our files and fonts, no warning let through, the same bytes every time."""

import hashlib
import io
import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdf
import pytest

from kpiportal.pdf import PdfError, html_to_pdf, lay_out
from kpiportal.pdf.pictures import read_data_uri
from kpiportal.tests.pdf.reading import by_pdfium, data_uri, fonts_of

ROOT = Path(__file__).parents[3]
PAGE = '<html lang="th"><title>ทดสอบ</title><p>คำรับรองการปฏิบัติราชการ น้ำหนัก <b>๑๐๐</b></p></html>'


PROBES = {
    "img": '<img src="{url}a.png">',
    "css": '<link rel=stylesheet href="{url}a.css"><p>ก',
    "import": "<style>@import url({url}a.css);</style><p>ก",
    "font": "<style>@font-face{{font-family:x;src:url({url}a.ttf)}} p{{font-family:x}}</style><p>ก",
    "object": '<object data="{url}a.svg">x</object>',
    "embed": '<embed src="{url}a.svg">',
    "svg image": '<svg width=9 height=9><image href="{url}a.png" width=9 height=9 /></svg>',
    "svg font": "<svg><style>@font-face{{font-family:x;src:url({url}a.ttf)}}</style></svg>",
    "background": '<p style="background:url({url}a.png)">ก',
    "list marker": '<ul style="list-style-image:url({url}a.png)"><li>ก</ul>',
    "content": "<style>p::before{{content:url({url}a.png)}}</style><p>ก",
    "attachment": '<link rel=attachment href="{url}a.txt"><p>ก',
    "link attachment": '<a rel=attachment href="{url}a.txt">ก</a>',
    "base": '<base href="{url}"><img src="a.png">',
}


@pytest.mark.parametrize("probe", PROBES)
def test_no_probe_reaches_the_network(probe, listener):
    address, seen = listener
    html = f'<html lang="th">{PROBES[probe].format(url=f"http://{address}/")}</html>'
    with pytest.raises(PdfError):
        html_to_pdf(html)
    assert seen == []


@pytest.mark.parametrize("svg", ['<use href="{url}a.svg#b"/>', '<rect fill="url({url}a.svg#b)" width="9" height="9"/>'])
def test_a_drawing_that_points_elsewhere_is_drawn_without_it(svg, listener):
    address, seen = listener
    html_to_pdf(f'<html lang="th"><svg width="9" height="9">{svg.format(url=f"http://{address}/")}</svg></html>')
    assert seen == []


@pytest.mark.parametrize("probe", PROBES)
def test_no_probe_reads_a_file(probe, tmp_path):
    for name in ("a.png", "a.css", "a.ttf", "a.svg", "a.txt"):
        (tmp_path / name).write_text("CANARY", encoding="utf-8")
    html = f'<html lang="th">{PROBES[probe].format(url=tmp_path.as_uri() + "/")}</html>'
    with pytest.raises(PdfError):
        html_to_pdf(html)


@pytest.mark.parametrize(
    "src",
    [
        "../css/letter.css",
        "../../../manage.py",
        "file:///etc/passwd",
        "%2e%2e/fonts/README.md",
        "file://localhost/etc/passwd",
        "ftp://127.0.0.1/a.png",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
        "data:text/plain;base64,QQ==",
        "data:image/png;base64,PHN2Zy8+",
    ],
)
def test_only_our_static_pictures_and_real_png_or_jpeg_come_in(src):
    with pytest.raises(PdfError, match="ไม่อนุญาตให้ดึงข้อมูล"):
        html_to_pdf(f'<html lang="th"><img src="{src}"></html>')


def test_a_symbolic_link_does_not_lead_out_of_the_static_folder(tmp_path):
    from kpiportal.pdf.sources import STATIC, OwnSourcesOnly  # noqa: PLC0415 -- loads the engine's C libraries

    secret = tmp_path / "secret.svg"
    secret.write_text("<svg/>", encoding="utf-8")
    link = STATIC / "test_link_outward.svg"
    link.symlink_to(secret)
    try:
        with pytest.raises(ValueError, match="outside"):
            OwnSourcesOnly()(link.as_uri())
    finally:
        link.unlink()


@pytest.mark.parametrize("uri", [data_uri("PNG"), data_uri("JPEG")])
def test_a_picture_inside_the_page_is_printed(uri):
    pdf = html_to_pdf(f'<html lang="th"><img src="{uri}"></html>')
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].images) == 1


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        (data_uri("PNG", mime="image/jpeg"), "not the picture it says"),
        (data_uri("GIF"), "only PNG or JPEG"),
        (data_uri("PNG", size=(8000, 8000)), "too large"),
        ("data:image/png;base64,@@@@", "not the picture it says"),
        ("data:image/png;base64," + "A" * 8_000_000, "too large"),
        ("data:image/png,rawbytes", "only PNG or JPEG"),
    ],
)
def test_a_picture_that_is_not_what_it_says_is_refused(uri, reason):
    with pytest.raises(ValueError, match=reason):
        read_data_uri(uri)


def test_a_picture_may_not_be_attached():
    with pytest.raises(PdfError, match="แนบไฟล์ไม่ได้"):
        html_to_pdf(f'<html lang="th"><link rel=attachment href="{data_uri()}"><p>ก</html>')


def test_fonts_are_ours_even_when_the_page_names_others(tmp_path):
    html = '<html lang="th"><p style="font-family:DejaVu Sans,serif">ก a <b>ข</b> <i>ค</i></html>'
    (tmp_path / "a.pdf").write_bytes(html_to_pdf(html))
    assert {name.removesuffix("-Oblique") for name in fonts_of(tmp_path / "a.pdf")} <= {
        "KPI-Letter",
        "KPI-Letter-Bold",
        "KPI-Letter-Italic",
    }


@pytest.mark.parametrize(("text", "reason"), [("ดี 😀", "U+1F600"), ("漢字", "U+6F22"), ("ก\u0c85", "U+0C85")])
def test_a_character_the_font_lacks_is_named(text, reason):
    with pytest.raises(PdfError) as refusal:
        html_to_pdf(f'<html lang="th"><p>{text}</html>')
    assert reason in refusal.value.reasons[0]
    assert "ไม่มีในแบบอักษร" in refusal.value.reasons[0]


def test_a_warning_of_the_engine_is_an_error():
    with pytest.raises(PdfError, match="colour"):
        html_to_pdf('<html lang="th"><p style="colour:red">ก</html>')


def test_a_warning_is_an_error_even_when_logging_was_switched_off():
    import logging  # noqa: PLC0415

    logger = logging.getLogger("weasyprint")
    logger.disabled = True
    try:
        with pytest.raises(PdfError):
            html_to_pdf('<html lang="th"><p style="colour:red">ก</html>')
        assert logger.disabled is True
    finally:
        logger.disabled = False


def test_an_unknown_style_sheet_is_a_programming_error():
    with pytest.raises(FileNotFoundError):
        html_to_pdf(PAGE, stylesheets=("nosuch",))


def test_the_same_words_give_the_same_bytes():
    assert html_to_pdf(PAGE) == html_to_pdf(PAGE)
    assert html_to_pdf(PAGE, variant=None) != html_to_pdf(PAGE)


def test_threads_take_turns_and_get_the_same_bytes():
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: html_to_pdf(PAGE), range(8)))) == 1


def _resident_megabytes():
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6


def test_a_worker_does_not_grow():
    """Loading fonts and style sheets for each document would cost 0.3 MB each, 15 MB here."""
    for _ in range(10):
        html_to_pdf(PAGE)
    before = _resident_megabytes()
    for _ in range(50):
        html_to_pdf(PAGE)
    assert _resident_megabytes() - before < 3


def test_archive_profile_title_author_and_language_are_in_the_file():
    reader = pypdf.PdfReader(io.BytesIO(html_to_pdf(PAGE, title="เรื่อง ก", author="จังหวัดเชียงใหม่")))
    assert (reader.metadata.title, reader.metadata.author) == ("เรื่อง ก", "จังหวัดเชียงใหม่")
    assert reader.trailer["/Root"]["/Lang"] == "th"
    assert b'pdfaid:part="2" pdfaid:conformance="U"' in reader.trailer["/Root"]["/Metadata"].get_data()


def in_a_process(script, **environment):
    """Run Python in the project's folder; returns what it printed.  Fails on a non-zero exit, a crash included."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_another_process_makes_the_same_bytes_and_ends_cleanly():
    script = (
        "import hashlib; from kpiportal.pdf import html_to_pdf\n"
        f"print(hashlib.sha256(html_to_pdf({PAGE!r})).hexdigest())"
    )
    assert in_a_process(script) == hashlib.sha256(html_to_pdf(PAGE)).hexdigest()


def test_a_forked_worker_makes_the_same_bytes():
    script = f"""
import hashlib, os, sys
from kpiportal.pdf import html_to_pdf
page = {PAGE!r}
mine = hashlib.sha256(html_to_pdf(page)).hexdigest()
child = os.fork()
if child == 0:
    os._exit(0 if hashlib.sha256(html_to_pdf(page)).hexdigest() == mine else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert in_a_process(script) == "0"


def test_programs_we_start_keep_the_fonts_of_the_machine():
    script = (
        "import os; from kpiportal.pdf import html_to_pdf; html_to_pdf('<html lang=th><p>ก');"
        "print(os.environ.get('FONTCONFIG_FILE'))"
    )
    assert in_a_process(script, FONTCONFIG_FILE="/etc/fonts/fonts.conf") == "/etc/fonts/fonts.conf"


def test_a_machine_without_the_libraries_is_told_what_to_install(tmp_path):
    """Stands in for a bare machine: there, importing the engine raises this very error."""
    (tmp_path / "weasyprint").mkdir()
    (tmp_path / "weasyprint" / "__init__.py").write_text(
        "raise OSError(\"cannot load library 'libgobject-2.0-0'\")", encoding="utf-8"
    )
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from kpiportal.pdf import PdfError, html_to_pdf\n"
        "try: html_to_pdf('<p>ก')\n"
        "except PdfError as error: print(*error.reasons, sep='|')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    thai, english = done.stdout.strip().split("|")
    assert thai.startswith("เครื่องนี้ยังไม่มีไลบรารีสำหรับสร้าง PDF")
    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in thai
    assert english == "missing system library: cannot load library 'libgobject-2.0-0'"


def test_importing_the_package_does_not_load_the_engine():
    script = "import sys, kpiportal.pdf, kpiportal.pdf.letter; print('weasyprint' in sys.modules)"
    assert in_a_process(script) == "False"


def test_lines_tell_where_they_stand():
    laid_out = lay_out('<html lang="th"><p class="a">หนึ่ง</p><p class="b">สอง<br>สาม</p></html>')
    assert [line.text for line in laid_out.lines()] == ["หนึ่ง", "สอง", "สาม"]
    second = laid_out.lines("b")[0]
    assert second.page == 1
    assert second.left == pytest.approx(3 / 2.54 * 72, abs=0.1)  # the margin, 3 cm
    assert second.top == pytest.approx(1.5 / 2.54 * 72 + 18.1, abs=0.1)  # the second line of the page
    assert laid_out.page_count == 1


def test_text_comes_back():
    assert "คำรับรองการปฏิบัติราชการ น้ำหนัก ๑๐๐" in by_pdfium(html_to_pdf(PAGE))
