"""What the portal costs, in processor time per request: `make bench` (README.md says how and why)."""
