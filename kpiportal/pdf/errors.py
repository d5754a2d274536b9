"""What a caller sees when a document cannot be made."""


class PdfError(Exception):
    """No PDF was made; `reasons` are Thai sentences (engine messages may follow in English)."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("สร้างเอกสาร PDF ไม่สำเร็จ: " + "; ".join(reasons))
