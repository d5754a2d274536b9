"""{% rows %} writes what {% for %} would, and refuses what it could not write."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import SafeString

TABLE = (
    "{% load rows %}<table>{% rows lines %}\n"
    "{% kind row %}<tr><th{{ link }}>{{ name }}</th><td>{{ score }}</td></tr>\n"
    "{% kind group %}{# a heading #}<tr><th>{{ name }}</th></tr>\n{% kind gap %}<tr></tr>\n"
    "{% endrows %}</table>"
)


def write(source, *lines):
    return Template(source).render(Context({"lines": lines}))


def row(name, score="3.0000", **more):
    return SimpleNamespace(**{"kind": "row", "name": name, "score": score, "link": SafeString(""), **more})


def test_every_line_is_written_as_its_kind():
    lines = [SimpleNamespace(kind="group", name="มิติภายนอก"), row("รายได้"), SimpleNamespace(kind="gap"), row("น้ำ", "")]
    assert write(TABLE, *lines) == (
        "<table><tr><th>มิติภายนอก</th></tr>\n<tr><th>รายได้</th><td>3.0000</td></tr>\n<tr></tr>\n"
        "<tr><th>น้ำ</th><td></td></tr>\n</table>"
    )
    assert write(TABLE) == "<table></table>"


def test_peoples_words_are_escaped_and_our_own_are_not():
    page = write(TABLE, row("<script>1</script> & \"'", link=SafeString(' class="x"')))
    assert page == (
        '<table><tr><th class="x">&lt;script&gt;1&lt;/script&gt; &amp; &quot;&#x27;</th><td>3.0000</td></tr>\n</table>'
    )


def test_escaping_cannot_be_switched_off():
    source = (
        "{% load rows %}{% autoescape off %}{% rows lines %}{% kind row %}{{ name }}{% endrows %}{% endautoescape %}"
    )
    assert write(source, row("<b>")) == "&lt;b&gt;"


@pytest.mark.parametrize("cell", [None, 3, 2.5, ["x"]])
def test_a_cell_that_is_no_string_is_refused(cell):
    with pytest.raises(TypeError, match="a string ready to print"):
        write(TABLE, row("รายได้", cell))


@pytest.mark.parametrize(
    "body",
    [
        "{{ name|upper }}",
        "{{ line.name }}",
        "{{ 'name' }}",
        "{% if name %}x{% endif %}",
        "{% for x in name %}x{% endfor %}",
    ],
)
def test_a_body_holds_text_and_bare_names_only(body):
    with pytest.raises(TemplateSyntaxError, match="bare"):
        Template("{% load rows %}{% rows lines %}{% kind row %}" + body + "{% endrows %}")


@pytest.mark.parametrize(
    "source",
    [
        "{% rows %}{% endrows %}",
        "{% rows lines more %}{% endrows %}",
        "{% rows lines %}text{% kind row %}x{% endrows %}",
        "{% rows lines %}{{ name }}{% kind row %}x{% endrows %}",
        "{% rows lines %}{% kind row %}x",
    ],
)
def test_what_is_not_written_as_it_should_be_does_not_load(source):
    with pytest.raises(TemplateSyntaxError):
        Template("{% load rows %}" + source)


def test_a_kind_without_a_body_is_a_fault_not_a_missing_line():
    with pytest.raises(KeyError, match="total"):
        write(TABLE, SimpleNamespace(kind="total"))


def test_what_was_made_of_lines_that_never_change_is_kept_with_them():
    class Lines(tuple):
        drawn = {}  # noqa: RUF012 -- one tuple of them is made here

    table, lines = Template(TABLE), Lines([row("รายได้")])
    first = table.render(Context({"lines": lines}))
    assert len(lines.drawn) == 1
    lines[0].name = "changed against the promise"
    assert table.render(Context({"lines": lines})) == first
    assert "changed against" in Template(TABLE).render(Context({"lines": lines})), "another table of the same lines"
