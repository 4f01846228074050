"""Backtest of the demand forecast on generated retail series: ``python -m benchmarks.forecast``."""
