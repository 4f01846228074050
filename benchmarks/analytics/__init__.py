"""What a store's analytics cost to refresh, whatever its history: ``python -m benchmarks.analytics``."""
