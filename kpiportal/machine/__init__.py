"""The machine room: is every part alive, what waits to be sent, what could not be. No content of anybody's work."""
