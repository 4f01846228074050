"""The fan-out beside boto3's, over TLS to an endpoint on this machine: ``python -m benchmarks.fan_out``."""
