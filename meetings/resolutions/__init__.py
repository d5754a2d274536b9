"""Resolutions carried out: told on home pages, reported, followed up, carried to the next agenda."""
