"""Seeing: the trail as people may read it, and who opened what."""
