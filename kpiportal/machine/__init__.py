"""System status: whether every component runs, what waits to be sent, what failed. Shows nobody's work."""
