"""Answers to an invitation: by the office's own link, in the portal, or typed in from a paper slip."""
