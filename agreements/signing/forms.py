"""Forms about the papers."""

from django import forms


class SignedCopyForm(forms.Form):
    """One file; what is in it is judged by kpiportal/uploads."""

    file = forms.FileField(
        label="ไฟล์สแกนฉบับลงนาม",
        help_text="PDF หรือภาพถ่ายของฉบับที่ลงนามแล้ว",
        error_messages={"required": "กรุณาเลือกไฟล์", "empty": "ไฟล์นี้ว่างเปล่า"},
    )
