"""Reminders of what people owe (kpiportal/obligations.py): when (plans), whom (hearers), in which words (digest), and
the morning that puts it together, once. The ledger (ReminderSent) makes every one single."""
