"""Changing what was signed: a request, its decision row by row, and the version that comes of it."""
