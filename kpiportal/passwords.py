"""Django's password rules, said in Thai: its own Thai catalogue leaves every one of these sentences in English."""

from django.contrib.auth import password_validation


class NotLikeThePerson(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return "รหัสผ่านคล้ายกับ%(verbose_name)sของท่าน เดาได้ง่าย"  # Django fills in the field's Thai name

    def get_help_text(self) -> str:
        return "ไม่คล้ายชื่อ นามสกุล หรืออีเมลของท่าน"


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"รหัสผ่านสั้นเกินไป ต้องมีอย่างน้อย {self.min_length} ตัวอักษร"

    def get_help_text(self) -> str:
        return f"อย่างน้อย {self.min_length} ตัวอักษร ใช้วลีภาษาไทยได้"


class NotCommon(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return "รหัสผ่านนี้มีผู้ใช้กันมาก เดาได้ง่าย"

    def get_help_text(self) -> str:
        return "ไม่ใช่รหัสผ่านที่ใช้กันทั่วไป"
