"""How screens come back after every socket dropped at once: ``python -m benchmarks.blip``."""
