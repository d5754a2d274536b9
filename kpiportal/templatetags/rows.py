"""{% rows %}: the loop of tables with hundreds of cells.

Django's {% for %} looks every name up, localizes, tests and joins it at every cell: most of what a page of sixty lines
costs. Here the body is taken apart once, when the template is read, and a line costs as much as joining its strings.

    {% rows sheet.lines %}
    {% kind indicator %}<tr><th>{{ name }}</th><td>{{ score }}</td></tr>
    {% kind group %}<tr><th colspan="2">{{ name }}</th></tr>
    {% endrows %}

A line's own `kind` chooses its body; {{ name }} is an attribute of the line. The price: a body holds text and bare
names, nothing else, and what they name are strings, ready to print. What is not marked safe is escaped.
Lines that never change may carry a dict `drawn`: what this tag makes of them is kept there, and made once.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape  # Django's own calls it, after looking for lazy translations: no cell is one
from operator import attrgetter
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, TextNode, Token, Variable, VariableNode
from django.utils.safestring import SafeString

register = template.Library()


class Body:
    """One kind of line: the texts, and between them the attributes."""

    def __init__(self, nodes: NodeList):
        self.first, self.texts, names = "", [], []
        for node in nodes:
            if isinstance(node, TextNode):
                if names:
                    self.texts[-1] += node.s
                else:
                    self.first += node.s
            else:
                names.append(_bare_name(node))
                self.texts.append("")
        # attrgetter of one name gives the value itself, of several a tuple.
        self.cells = attrgetter(*names, "kind") if names else lambda line: ()

    def append_to(self, page: list[str], line: Any) -> None:
        page.append(self.first)
        for cell, text in zip(self.cells(line), self.texts, strict=False):
            page.append(cell if isinstance(cell, SafeString) else escape(_string(cell)))
            page.append(text)


def _bare_name(node: Any) -> str:
    expression = node.filter_expression if isinstance(node, VariableNode) else None
    bare = expression is not None and not expression.filters and isinstance(expression.var, Variable)
    if not bare or expression.var.lookups is None or len(expression.var.lookups) != 1:
        raise template.TemplateSyntaxError(f"{{% rows %}} takes text and bare {{{{ names }}}}, not {node!r}")
    return str(expression.var.lookups[0])


def _string(cell: Any) -> str:
    if not isinstance(cell, str):
        raise TypeError(f"a cell of {{% rows %}} is a string ready to print, not {cell!r}")
    return cell


class RowsNode(template.Node):
    def __init__(self, lines: FilterExpression, bodies: dict[str, Body]):
        self.lines, self.bodies = lines, bodies

    def render(self, context: template.Context) -> SafeString:
        lines = self.lines.resolve(context)
        kept = getattr(lines, "drawn", None)
        if kept is None:
            return self._draw(lines)
        if self not in kept:
            kept[self] = self._draw(lines)
        return kept[self]

    def _draw(self, lines: Iterable[Any]) -> SafeString:
        page: list[str] = []
        for line in lines:
            self.bodies[line.kind].append_to(page, line)
        return SafeString("".join(page))


@register.tag
def rows(parser: Parser, token: Token) -> RowsNode:
    words = token.split_contents()
    if len(words) != 2:
        raise template.TemplateSyntaxError("{% rows lines %}: one name, that of the lines")
    lines, bodies = parser.compile_filter(words[1]), {}
    if any(node.s.strip() if isinstance(node, TextNode) else True for node in parser.parse(("kind", "endrows"))):
        raise template.TemplateSyntaxError("{% rows %}: everything stands under a {% kind %}")
    while (found := parser.next_token().split_contents())[0] == "kind":
        bodies[" ".join(found[1:])] = Body(parser.parse(("kind", "endrows")))
    return RowsNode(lines, bodies)
