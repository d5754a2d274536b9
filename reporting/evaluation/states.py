"""State names of an evaluation. Imports nothing of the project, so that every module can import it."""

from django.db.models import TextChoices


class EvaluationState(TextChoices):
    SCORING = "scoring", "กำลังให้คะแนน"
    PRELIMINARY = "preliminary", "แจ้งผลเบื้องต้นแล้ว"
    APPEALED = "appealed", "อยู่ระหว่างพิจารณาอุทธรณ์"
    FINAL = "final", "ผลเป็นที่สุด"


# What the party may read: nothing of an evaluation is shown to it before it was published.
PUBLISHED = frozenset({EvaluationState.PRELIMINARY, EvaluationState.APPEALED, EvaluationState.FINAL})
