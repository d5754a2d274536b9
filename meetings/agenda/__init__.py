"""The agenda: the five standard items, filled from data, put in order, printed."""
