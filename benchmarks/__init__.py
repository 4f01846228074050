"""What is measured rather than tested: ``python -m benchmarks.NAME``, with the environment of `make setup`."""
