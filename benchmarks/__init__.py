"""Measurements beside the machine's own limits: ``python -m benchmarks``."""
