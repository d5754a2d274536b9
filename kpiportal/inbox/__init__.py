"""ข้อความถึงฉัน: every mail the portal wrote to a person, read here too: a filtered mailbox hides nothing."""
