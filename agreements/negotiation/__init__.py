"""The negotiation table: two sides, one page, every offer on record (DESIGN: the negotiation, live)."""
