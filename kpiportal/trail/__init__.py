"""Reading the audit trail and the access log."""
