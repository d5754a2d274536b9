"""What the portal costs: run one with `python -m benchmarks.<name>`."""
