"""Why an upload is refused: one code for the program, one Thai sentence for the person."""

from __future__ import annotations

from kpiportal.classified import WHERE_IT_GOES

ALLOWED_TH = "แนบได้เฉพาะไฟล์ PDF, รูปภาพ PNG หรือ JPG, Word (.docx), Excel (.xlsx) และ PowerPoint (.pptx)"

_CAUSES = {
    "classified": "ชื่อไฟล์นี้มีคำว่า “{found}” " + WHERE_IT_GOES,
    "no_room": "ที่เก็บไฟล์ของระบบเต็ม จึงยังเก็บไฟล์นี้ไม่ได้ โปรดแจ้งผู้ดูแลระบบ แล้วแนบอีกครั้ง",
    "empty": "ไฟล์นี้ว่างเปล่า (0 ไบต์)",
    "too_large": "ไฟล์นี้ใหญ่เกินไป",
    "no_extension": "ชื่อไฟล์นี้ไม่มีนามสกุล จึงไม่ทราบว่าเป็นไฟล์ชนิดใด",
    "type_not_allowed": "ระบบไม่รับไฟล์ชนิด {found}",
    "iphone_photo": "รูปภาพนี้เป็นแบบ HEIC ของ iPhone ที่เครื่องอื่นเปิดไม่ได้ ตั้งครั้งเดียวที่ ตั้งค่า > กล้อง > รูปแบบ > เข้ากันได้มากที่สุด "
    "แล้วถ่ายใหม่ หรือบันทึกรูปนี้เป็น JPG",
    "mismatch": "ชื่อไฟล์ลงท้ายด้วย .{extension} แต่เนื้อไฟล์{found}",
    "virus": "พบรหัสที่โปรแกรมป้องกันไวรัสถือว่าอันตรายในไฟล์นี้",
    "polyglot": "ไฟล์นี้มีเนื้อหาแบบอื่นซ่อนอยู่ด้วย โปรดเปิดแล้วบันทึกเป็นไฟล์ใหม่",
    "pdf_damaged": "ไฟล์ PDF นี้เสียหายหรือไม่สมบูรณ์ โปรดเปิดแล้วพิมพ์ออกเป็น PDF ใหม่",
    "pdf_encrypted": "ไฟล์ PDF นี้ตั้งรหัสผ่านหรือจำกัดสิทธิ์ไว้ โปรดบันทึกใหม่โดยไม่ใส่รหัสผ่าน",
    "pdf_active": "ไฟล์ PDF นี้มีคำสั่งที่ทำงานเองเมื่อเปิด โปรดพิมพ์ออกเป็น PDF ใหม่",
    "pdf_attachment": "ไฟล์ PDF นี้มีไฟล์อื่นแนบอยู่ข้างใน โปรดนำออกแล้วแนบแยกเป็นไฟล์ของตนเอง",
    "image_damaged": "ไฟล์รูปภาพนี้เสียหายหรือไม่สมบูรณ์ โปรดบันทึกภาพใหม่",
    "image_too_big": "รูปภาพนี้ละเอียดเกิน {found} โปรดย่อขนาดภาพ",
    "image_motion": "รูปภาพนี้มีวิดีโอติดอยู่ด้วย (ภาพเคลื่อนไหว) โปรดบันทึกเป็นภาพนิ่ง",
    "office_damaged": "ไฟล์ Office นี้เสียหายหรือไม่สมบูรณ์ โปรดเปิดแล้วบันทึกใหม่",
    "no_workbook": "ไฟล์นี้ไม่ใช่ไฟล์ Excel (เนื้อไฟล์{found}) ถ้าเป็น .csv หรือ .ods โปรดเปิดใน Excel แล้วบันทึกเป็น .xlsx",
    "office_old": "ไฟล์ Office นี้ตั้งรหัสผ่านไว้หรือเป็นรูปแบบเก่า โปรดเปิดแล้วบันทึกเป็นแบบปัจจุบันโดยไม่ใส่รหัสผ่าน",
    "office_bomb": "ไฟล์ Office นี้คลายออกแล้วใหญ่ผิดปกติ โปรดเปิดแล้วบันทึกใหม่",
    "sheet_too_large": "ตารางในไฟล์นี้ใหญ่เกินกว่าที่ระบบอ่านได้ (ไม่เกิน 20,000 แถว 200 คอลัมน์) โปรดลบแถวและแผ่นงานที่ไม่ใช้",
    "office_macro": "ไฟล์ Office นี้มีมาโคร โปรดบันทึกแบบไม่มีมาโคร",
    "office_content": "ไฟล์ Office นี้มีโปรแกรมหรือไฟล์แปลกปลอมฝังอยู่ข้างใน โปรดนำออกแล้วบันทึกใหม่",
    "office_external": "ไฟล์ Office นี้เรียกแม่แบบหรือข้อมูลจากภายนอก โปรดตัดการเชื่อมโยงแล้วบันทึกใหม่",
}


class UploadRefused(Exception):
    """A file that must not be stored.

    code: a key of the table above, for tests and logs; sentence: one Thai sentence that says what is wrong
    and what may be attached instead, to show beside the field; status: 413 for size, 422 for the rest.
    """

    def __init__(self, code: str, *, max_bytes: int, extension: str = "", found: str = "", allowed: str = ALLOWED_TH):
        cause = _CAUSES[code].format(extension=extension, found=found)
        self.code = code
        self.status = 413 if code == "too_large" else 422
        # What else could be attached is no answer to a paper that must not come here at all, nor to a full disk.
        self.sentence = (
            cause if code in ("classified", "no_room") else f"{cause} {allowed} ขนาดไม่เกิน {megabytes(max_bytes)}"
        )
        super().__init__(f"{code}: {self.sentence}")


class Flaw(Exception):
    """What a checker found; `inspect` turns it into UploadRefused with the sentence."""

    def __init__(self, code: str, found: str = ""):
        super().__init__(code)
        self.code, self.found = code, found


def megabytes(size: int) -> str:
    """Bytes as people read them: 26214400 is "25 MB", 1572864 is "1.5 MB"."""
    tenths = size * 10 // 2**20
    return f"{tenths // 10} MB" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10} MB"
