"""For rows that never change: the model says so, a trigger holds it, whoever writes and however."""

import pgtrigger


def append_only() -> list[pgtrigger.Trigger]:
    """Rows are added, never changed or deleted."""
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


def differ(*columns: str) -> str:
    """SQL: whether an UPDATE changes one of these columns."""
    old, new = (", ".join(f'{alias}."{column}"' for column in columns) for alias in ("OLD", "NEW"))
    return f"({old}) IS DISTINCT FROM ({new})"
