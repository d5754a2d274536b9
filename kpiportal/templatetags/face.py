"""What only templates need: page numbers with gaps, sizes in words. Numbers of a sheet are formatted in Python."""

from django import template
from django.core.paginator import Page

from kpiportal.context import page_url

register = template.Library()
register.simple_tag(page_url)


@register.filter
def page_numbers(page: Page) -> list[int | None]:
    """Numbers to link around the current page; None where some are left out. Few enough for a phone."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in shown]


@register.filter
def byte_size(size: int | None) -> str:
    """1258291 -> "1.2 MB". One decimal above a kilobyte, none below; nothing known gives nothing."""
    if size is None:
        return ""
    for step, unit in ((1024**3, "GB"), (1024**2, "MB"), (1024, "KB")):
        if size >= step:
            whole, tenth = divmod(size * 10 // step, 10)
            return f"{whole:,}.{tenth} {unit}" if tenth else f"{whole:,} {unit}"
    return f"{size} ไบต์"
