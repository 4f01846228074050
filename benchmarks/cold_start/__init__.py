"""CPU of a cold start, function by function, beside the SDK's: ``python -m benchmarks.cold_start``."""
