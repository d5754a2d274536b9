"""ข้อความถึงฉัน: every mail the portal sent to a person, readable here as well, in case a mail filter hid it."""
