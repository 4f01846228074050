"""``python -m benchmarks.cold_start``: CPU from process start to ready handler, of the built layer and code.

The measure is "import boto3 and make one DynamoDB client" in the same clean interpreter. That client reads the trusted
certificates at its first call, and every other client again; SAAI's functions read them once, while they start. So all
are measured with a file of one certificate in the place of the system's, whose cost is stated by itself.
"""

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from saai_support.lambda_process import MODULES, LambdaProcess
from saai_support.loopback_tls import Authority

BARE: Final = "a bare interpreter"
SDK: Final = "boto3 and one DynamoDB client"
GOALS: Final = {"AutorizarConexion": 0.5, "EmitirEventosWs": 0.75, "RegistrarVenta": 0.75}
_CODE: Final[Mapping[str, str]] = {
    BARE: "",
    SDK: 'import boto3\nboto3.client("dynamodb")',
    **{name: f"import {module}" for name, module in MODULES.items()},
}
_MILLIS: Final = "__import__('time').process_time() * 1000"


def main() -> None:
    """Measure every case in turn, as often as told, and print the least of each, since noise only adds."""
    parser = argparse.ArgumentParser(prog="benchmarks.cold_start", description=__doc__)
    parser.add_argument("--alternations", type=int, default=9, help="how often each case is measured")
    alternations = parser.parse_args().alternations
    with tempfile.TemporaryDirectory(prefix="saai-bench-") as name:
        folder = Path(name)
        (folder / "trusted.pem").write_bytes(Authority().pem)
        process = LambdaProcess.prepared(folder, SSL_CERT_FILE=str(folder / "trusted.pem"))
        runs = [{case: process.run(code, _MILLIS) for case, code in _CODE.items()} for _ in range(alternations)]
        reading = [_certificates(process) for _ in range(alternations)]
    print(f"CPU from process start to ready handler; the least of {alternations} processes each")
    print(f"{'':<32} {'ms':>6} {'ratio':>6}")
    least = {case: min(run[case] for run in runs) for case in _CODE}
    for case, millis in least.items():
        ratio = millis / least[SDK]
        goal = GOALS.get(case)
        verdict = "" if goal is None else f" goal {goal}: {'met' if ratio <= goal else 'MISSED'}"
        print(f"{case:<32} {millis:>6.0f} {ratio:>6.2f}{verdict}")
    print(f"\nReading the system's certificates adds {min(reading):.0f} ms, to boto3 at its first call.")
    print(f"The layer is {process.layer_bytes / 1e6:.2f} MB zipped; goal 2.5.")


def _certificates(process: LambdaProcess) -> float:
    """Return the milliseconds of reading what this machine trusts."""
    load = (
        "import ssl, time\nbegan = time.process_time()\nssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations"
    )
    bundle = process.runtime / "botocore" / "cacert.pem"
    return float(process.run(f"{load}({str(bundle)!r})", "(time.process_time() - began) * 1000"))


if __name__ == "__main__":
    main()
