"""What is measured rather than tested: ``python -m benchmarks.NAME``.

The packages are found from here, so that a benchmark runs without anything set. This module is part of what
``benchmarks.fan_out`` measures and imports nothing that Python's start didn't.
"""

import sys

_PACKAGES = ("aws_lite", "domain", "ws_gateway", "saai_events", "operations", "local_aws", "support")
sys.path += [f"{__path__[0]}/../infra", *(f"{__path__[0]}/../packages/{package}" for package in _PACKAGES)]
