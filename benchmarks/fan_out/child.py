"""One measured process: ``child.py client connections recipients rounds endpoint started``, prints JSON.

It imports nothing before the client does, and ``started`` is the moment, on the monotonic clock that all processes
share, before the process was made.
"""

import os
import sys
import time


def main() -> None:
    """Measure a cold fan-out and some warm ones."""
    name, connections, recipients, rounds, endpoint, started = sys.argv[1:]
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    began = time.process_time()
    from benchmarks.fan_out.clients import CLIENTS  # noqa: PLC0415 - measured

    client = CLIENTS[name](endpoint, int(connections))
    built = time.process_time() - began
    names = recipients_of(recipients)
    if name == "floor":
        client.__self__.prepare(names)  # type: ignore[attr-defined]
    sent = client(names)
    measured = {
        "start_cpu": built,
        "cold_wall": max(sent) - float(started),
        "sent": len(sent),
        "warm": [warm(client, names) for _ in range(int(rounds))],
    }
    import json  # noqa: PLC0415 - after the measurement

    print(json.dumps(measured))


def recipients_of(text: str) -> list[str]:
    """Return ids for ``1000`` healthy recipients, or for ``1000:10:50``: beside 10 hung and 50 gone ones."""
    healthy, hung, gone = (int(part) for part in f"{text}:0:0".split(":")[:3])
    kinds = [(index / healthy, f"L0SM{index:07d}IhwE=") for index in range(healthy)]
    kinds += [(index / hung, f"hung{index:07d}IhwE=") for index in range(hung)]
    kinds += [(index / gone, f"gone{index:07d}IhwE=") for index in range(gone)]
    return [name for _, name in sorted(kinds)]


def warm(client, names: list[str]) -> dict[str, float]:  # type: ignore[no-untyped-def] # noqa: ANN001
    """Fan out over the connections that are open already."""
    began, cpu = time.monotonic(), time.process_time()
    sent = client(names)
    return {"wall": max(sent) - began, "cpu": time.process_time() - cpu, "sent": len(sent)}


if __name__ == "__main__":
    main()
